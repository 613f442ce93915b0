"""The base and the head learn together, full width: all roles' tasks at once, over kept visual tokens."""

from __future__ import annotations

import random
import time
from pathlib import Path

from torch import Tensor
from transformers import Qwen2VLForConditionalGeneration

from .checkpoints import load_stage, save_stage
from .feeding import Feeding
from .films import Library
from .learner import Learner
from .lessons import Draw, Lesson, draw_lesson
from .optimizer import Optimizers
from .team import report

SHARES = {"g": 0.34, "n": 0.03, "v": 0.18, "a": 0.32, "p": 0.1, "l": 0.03}
"""How many of the steps go to grounding, understanding what is asked, verifying, answering, planning and looking at single
pairs."""

JUDGING_SHARES = {"w": 0.46, "g": 0.24, "n": 0.02, "a": 0.2, "p": 0.06, "l": 0.02}
"""The same once there are lists of guesses to put in order (w)."""

FIRST_SHARES = {"g": 0.18, "n": 0.2, "v": 0.2, "a": 0.2, "p": 0.1, "l": 0.12}
"""The same in the first quarter: what is asked and what is to be seen has to be named before it can be compared."""


class _AllButEyes:
    """A network's weights without the vision tower's, which have a stage of their own."""

    def __init__(self, network: Qwen2VLForConditionalGeneration) -> None:
        self.network = network

    def state_dict(self) -> dict[str, Tensor]:
        return {key: value for key, value in self.network.state_dict().items() if ".visual." not in key}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        self.network.load_state_dict(state, strict=False)


def train_base(
    learner: Learner,
    library: Library,
    folder: Path,
    steps: int,
    seed: int,
    feeding: Feeding,
    rate: float = 3e-3,
    name: str = "base",
    from_short: bool = True,
    lists: Draw | None = None,
) -> None:
    """Trains all but the eyes, resuming from `folder`, where it leaves `<name>.pt`.

    Args:
        learner: to train.
        library: films to learn from.
        folder: of the checkpoint.
        steps: in all.
        seed: of the lessons.
        feeding: how they are drawn.
        rate: learning rate.
        name: of the stage.
        from_short: short films first.
        lists: draws lists of guesses, to be put in order.
    """
    learner.to(feeding.device)
    named = [(key, value) for key, value in learner.network.named_parameters() if ".visual." not in key]
    named += [(f"head.{key}", value) for key, value in learner.head.named_parameters()]
    named += [(f"matcher.{key}", value) for key, value in learner.matcher.named_parameters()]
    optimizers = Optimizers(named, rate, steps)
    parts = {
        "network": _AllButEyes(learner.network),
        "head": learner.head,
        "matcher": learner.matcher,
        "optimizers": optimizers,
    }
    first = load_stage(folder / f"{name}.pt", parts)
    started, words = time.time(), learner.words

    def draw(step: int, rng: random.Random) -> Lesson:
        # Short films first: the same lesson for a fraction of the time.
        longest = 60 + 180 * max(0.0, min(1.0, 2.5 * step / steps - 1)) if from_short else 240
        shares = JUDGING_SHARES if lists is not None else FIRST_SHARES if step < 0.25 * steps else SHARES
        kind = rng.choices(list(shares), list(shares.values()))[0]
        if lists is not None and kind == "w":
            return lists(rng)
        return draw_lesson(library, words, rng, kind, longest, feeding.scale)

    for step, lesson in enumerate(feeding.draws(draw, seed, range(first, steps)), first):
        learner.loss(lesson.to(feeding.device)).backward()
        optimizers.step(step)
        if step % 50 == 49:
            seconds = time.time() - started
            report(f"{name} {step + 1}/{steps} {seconds:.0f} s {learner.line()}")
        if step % 250 == 249 or step + 1 == steps:
            save_stage(folder / f"{name}.pt", step + 1, parts)
