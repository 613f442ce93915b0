"""The roles: an adapter each over the finished base; the grounder's with the head, the verifier's on guesses."""

from __future__ import annotations

import copy
import random
import time
from dataclasses import replace
from pathlib import Path

import torch
from peft import LoraConfig, inject_adapter_in_model
from torch import Tensor

from .checkpoints import load_stage, save_stage
from .feeding import Feeding
from .films import Library
from .guesses import Found
from .learner import Learner
from .lessons import Draw, Lesson, draw_lesson, spoken_lesson
from .optimizer import Optimizers
from .rows import Segment, Words
from .tasks import answering_rows, planning_row, with_words_left_out
from .team import report

RANK = 64
ALPHA = 64
_TARGETS = r".*language_model\.layers\.\d+\.self_attn\.(q_proj|k_proj|v_proj|o_proj)"


def with_adapter(learner: Learner, seed: int) -> Learner:
    """A copy that learns through a fresh adapter; the base in it is frozen."""
    torch.manual_seed(seed)
    grown = copy.deepcopy(learner)
    for parameter in grown.network.parameters():
        parameter.requires_grad_(False)
    config = LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=_TARGETS, lora_dropout=0.0)
    inject_adapter_in_model(config, grown.network, adapter_name="default")
    for name, parameter in grown.network.named_parameters():
        parameter.requires_grad_("lora_" in name)
    return grown


def adapter_of(learner: Learner) -> dict[str, Tensor]:
    """The adapter's matrices, by `layers.0.self_attn.q_proj.lora_A` and so on."""
    return {
        name.removeprefix("model.language_model.").removesuffix(".default.weight"): value.detach().clone()
        for name, value in learner.network.named_parameters()
        if "lora_" in name
    }


class _Adapter:
    """The adapter's weights alone."""

    def __init__(self, learner: Learner) -> None:
        self.network = learner.network

    def state_dict(self) -> dict[str, Tensor]:
        return {key: value for key, value in self.network.state_dict().items() if "lora_" in key}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        self.network.load_state_dict(state, strict=False)


def train_role(
    learner: Learner,
    role: str,
    draw: Draw,
    folder: Path,
    steps: int,
    seed: int,
    feeding: Feeding,
    rate: float = 1e-3,
) -> None:
    """Trains a role's adapter (the grounder's head too), resuming from `folder`, where it leaves `<role>.pt`."""
    learner.to(feeding.device)
    named = [(name, value) for name, value in learner.network.named_parameters() if value.requires_grad]
    named += [(f"matcher.{name}", value) for name, value in learner.matcher.named_parameters()]
    if role == "grounder":
        named += [(f"head.{name}", value) for name, value in learner.head.named_parameters()]
    optimizers = Optimizers(named, rate, steps)
    parts = {"adapter": _Adapter(learner), "head": learner.head, "matcher": learner.matcher, "optimizers": optimizers}
    path = folder / f"{role}.pt"
    started, first = time.time(), load_stage(path, parts)
    for step, lesson in enumerate(feeding.draws(lambda _, rng: draw(rng), seed, range(first, steps)), first):
        learner.loss(lesson.to(feeding.device)).backward()
        optimizers.step(step)
        if step % 50 == 49:
            report(f"{role} {step + 1}/{steps} {time.time() - started:.0f} s {learner.line()}")
        if step % 250 == 249 or step + 1 == steps:
            save_stage(path, step + 1, parts)


def load_role(learner: Learner, role: str, folder: Path) -> None:
    """Takes up a trained role."""
    parts = {"adapter": _Adapter(learner), "head": learner.head, "matcher": learner.matcher}
    load_stage(folder / f"{role}.pt", parts)


def planner_lessons(words: Words, library: Library, scale: int) -> Draw:
    """Batches of plans, many of them for questions that have lost some words."""

    def lossy(segment: Segment, rng: random.Random) -> Segment:
        return with_words_left_out(segment, words, rng) if rng.random() < 0.7 else segment

    def draw(rng: random.Random) -> Lesson:
        rows = [planning_row(seen, words, rng) for seen in rng.choices(library.films, k=6 * scale)]
        return spoken_lesson(
            "p", [replace(row, segments=[lossy(each, rng) for each in row.segments]) for row in rows], words
        )

    return draw


def answerer_lessons(words: Words, library: Library, scale: int, found: Found) -> Draw:
    """Batches of questions about whole films, and about windows around what the grounder found."""

    def draw(rng: random.Random) -> Lesson:
        films = rng.choices(library.films, k=4 * scale)
        rows = [row for seen in films for row in answering_rows(seen, words, rng, 3, found.get(seen.film.seed))]
        return spoken_lesson("a", rows, words)

    return draw


def grounder_lessons(words: Words, library: Library, scale: int) -> Draw:
    """Batches of queries."""
    return lambda rng: draw_lesson(library, words, rng, "g", 240, scale)
