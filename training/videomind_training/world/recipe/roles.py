"""The roles: an adapter each over the finished base; the grounder's with the head, the verifier's on guesses."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from peft import LoraConfig, inject_adapter_in_model
from torch import Tensor

from videomind_training.network.grounding_head import HeadOutput
from videomind_training.network.moments import select_moments

from ..candidates import Span, draw_candidate
from ..questions import Interviewer
from .base import Learner, Library
from .checkpoints import load_stage, save_stage
from .optimizer import Optimizers
from .rows import Row, ask
from .seen import SeenFilm
from .tasks import Claim, answering_rows, grounding_row, planning_row, verifying_row
from .words import PROMPTS, REPLY_OF_GROUNDER

RANK = 64
ALPHA = 64
_TARGETS = r".*language_model\.layers\.\d+\.self_attn\.(q_proj|k_proj|v_proj|o_proj)"
CANDIDATES = 5


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
    loss_of: Callable[[random.Random], Tensor],
    folder: Path,
    steps: int,
    seed: int,
    rate: float = 1e-3,
) -> None:
    """Trains a role's adapter (the grounder's head too), resuming from `folder`, where it leaves `<role>.pt`."""
    named = [(name, value) for name, value in learner.network.named_parameters() if value.requires_grad]
    if role == "grounder":
        named += [(f"head.{name}", value) for name, value in learner.head.named_parameters()]
        named += [(f"matcher.{name}", value) for name, value in learner.matcher.named_parameters()]
    optimizers = Optimizers(named, rate, steps)
    parts = {"adapter": _Adapter(learner), "head": learner.head, "matcher": learner.matcher, "optimizers": optimizers}
    path = folder / f"{role}.pt"
    started = time.time()
    for step in range(load_stage(path, parts), steps):
        loss_of(random.Random(seed * 1_000_003 + step)).backward()
        optimizers.step(step)
        if step % 50 == 49:
            print(f"{role} {step + 1}/{steps} {time.time() - started:.0f} s {learner.line()}", flush=True)
        if step % 250 == 249 or step + 1 == steps:
            save_stage(path, step + 1, parts)


def load_role(learner: Learner, role: str, folder: Path) -> None:
    """Takes up a trained role."""
    parts = {"adapter": _Adapter(learner), "head": learner.head, "matcher": learner.matcher}
    load_stage(folder / f"{role}.pt", parts)


def planner_loss(learner: Learner, library: Library) -> Callable[[random.Random], Tensor]:
    """Batches of plans."""

    def loss(rng: random.Random) -> Tensor:
        films = rng.sample(library.films, 6)
        return learner.speak([planning_row(seen, learner.words, rng) for seen in films], "p")

    return loss


def answerer_loss(learner: Learner, library: Library) -> Callable[[random.Random], Tensor]:
    """Batches of questions about windows and whole films."""

    def loss(rng: random.Random) -> Tensor:
        films = rng.sample(library.films, 4)
        return learner.speak([row for seen in films for row in answering_rows(seen, learner.words, rng, 3)], "a")

    return loss


def grounder_loss(learner: Learner, library: Library) -> Callable[[random.Random], Tensor]:
    """Batches of queries."""

    def loss(rng: random.Random) -> Tensor:
        return learner.ground([grounding_row(seen, learner.words, rng) for seen in library.alike(rng, 5, 240)])

    return loss


@dataclass(frozen=True)
class Guess:
    """What the grounder found for a text that the verifier is then asked with."""

    seen: SeenFilm
    claim: Claim
    candidates: list[Span]


@torch.no_grad()
def guesses_of(learner: Learner, seen: SeenFilm, asked: list[tuple[str, Claim]]) -> list[Guess]:
    """The grounder's best five moments for (query, claim to verify)."""
    say = PROMPTS["prompts"]["grounder"]
    segments = [learner.words.segment(say.format(query=query.rstrip(".")), REPLY_OF_GROUNDER) for query, _ in asked]
    answers = ask(learner.network, learner.words, [Row(seen.ground, segments)])
    output = learner.head(answers.frames[0].expand(len(asked), -1, -1), answers.last[0])
    guesses = []
    for index, (_, claim) in enumerate(asked):
        one = HeadOutput(
            output.logits[index : index + 1],
            output.offsets[index : index + 1],
            output.frames[index : index + 1],
            output.query[index : index + 1],
        )
        rows = select_moments(one, learner.head.sizes.levels)[:CANDIDATES, :2].clamp(0, 1) * seen.film.duration
        guesses.append(Guess(seen, claim, [(float(min(row)), float(max(row))) for row in rows]))
    return guesses


def collect_guesses(grounder: Learner, library: Library, seed: int, films: int) -> list[Guess]:
    """Guesses over training films, as the chain makes them: found by the plan's query, verified by the question."""
    rng = random.Random(seed)
    guesses = []
    for seen in rng.sample(library.films, min(films, len(library.films))):
        interviewer = Interviewer(seen.film, "train", rng)
        asked = [(each.text, Claim(each.text, each.span, each.about)) for each in interviewer.queries()]
        questions = [each for each in interviewer.questions() if each.route != 4]
        chosen = rng.sample(questions, min(6, len(questions)))
        asked += [(each.query, Claim(each.text, each.span, each.about)) for each in chosen]
        guesses += guesses_of(grounder, seen, asked)
    return guesses


def verifier_loss(learner: Learner, guesses: list[Guess]) -> Callable[[random.Random], Tensor]:
    """Batches of candidates: the grounder's own, and drawn ones."""

    def loss(rng: random.Random) -> Tensor:
        rows = []
        for guess in rng.sample(guesses, 14):
            film = guess.seen.film
            shown = rng.sample(guess.candidates, 2)
            if rng.random() < 0.4:
                shown[0] = draw_candidate(film, guess.claim.truth, rng)
            for candidate in shown:
                if candidate[1] - candidate[0] > 0.2:
                    rows.append(verifying_row(guess.seen, learner.words, [guess.claim], candidate))
        return learner.speak(rows, "v")

    return loss
