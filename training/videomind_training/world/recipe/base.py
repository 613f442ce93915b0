"""The base and the head learn together, full width: all roles' tasks at once, over kept visual tokens."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional
from transformers import Qwen2VLForConditionalGeneration

from videomind_training.losses.grounding import GroundingLossSettings, frames_within, grounding_losses
from videomind_training.network.grounding_head import GroundingHead, HeadOutput

from ..candidates import POSITIVE
from .checkpoints import load_stage, save_stage
from .matcher import Matcher
from .optimizer import Optimizers
from .rows import Answers, Row, Segment, Words, ask
from .seen import SeenFilm, kept_films
from .tasks import GroundingRow, answering_rows, grounding_row, looking_row, naming_row, planning_row, verifying_rows

HEADED = 5
"""Queries of a film that go through the head at a time."""

LOSSES = GroundingLossSettings(classification=1.0, regression=1.0, contrastive=0.1)
"""The published losses; from scratch, more weight for the contrast and less for the classes learns sooner."""


@torch.no_grad()
def begin_by_likeness(head: GroundingHead) -> None:
    """Starts a head in which what is alike attends to each other: query and frames are read by the same projection."""
    head.reg_proj.load_state_dict(head.vis_proj.state_dict())
    for layer in head.vis_fuse:
        layer.self_att.k.load_state_dict(layer.self_att.q.state_dict())


@dataclass
class Learner:
    """What learns: the network, the head and the matcher, with the words."""

    network: Qwen2VLForConditionalGeneration
    head: GroundingHead
    matcher: Matcher
    words: Words
    figures: dict[str, list[float]] = field(default_factory=dict)

    def note(self, name: str, value: float) -> None:
        """Adds to the figures of the log's next line."""
        self.figures.setdefault(name, []).append(value)

    def line(self) -> str:
        """The mean of the figures since the last line."""
        said = " ".join(f"{name} {sum(values) / len(values):.3f}" for name, values in sorted(self.figures.items()))
        self.figures.clear()
        return said

    def ground(self, rows: list[GroundingRow]) -> Tensor:
        """Loss of queries."""
        rows = [each for each in rows if len(each.moments) > 0]
        answers = ask(self.network, self.words, [each.row for each in rows])
        self.note("g-say", answers.loss.mean().item())
        total = answers.loss.mean() + self.taught(answers, "g")
        for index, each in enumerate(rows):
            pairs, count = len(each.row.tokens), len(each.moments)
            frames, queries = answers.frames[index, :pairs], answers.last[index]
            # Matching is cheap and teaches the decoder; the head, which costs more, learns from some of the queries.
            few = min(count, HEADED)
            output: HeadOutput = self.head(frames.expand(few, -1, -1), queries[:few])
            moments = [moment[None] for moment in each.moments]
            losses = grounding_losses(output, moments[:few], self.head.sizes.levels, LOSSES)
            inside = torch.stack([frames_within(moment, pairs) for moment in moments]).float()
            match = functional.binary_cross_entropy_with_logits(
                self.matcher(frames, queries), inside, pos_weight=torch.tensor(3.0)
            )
            named = self.matcher.names(queries, each.events) + self.matcher.names(frames, each.labels)
            loss = (
                LOSSES.classification * losses["classification"].mean()
                + LOSSES.regression * losses["regression"].mean()
                + LOSSES.contrastive * losses["contrastive"].mean()
                + match
                + 0.5 * named
            )
            total = total + loss / len(rows)
            for name in ("classification", "regression", "contrastive"):
                self.note(f"g-{name[:5]}", losses[name].mean().item())
            self.note("g-match", match.item())
            self.note("g-named", named.item())
            self.note("g-auc", _above(self.matcher(frames, queries).detach(), inside))
            ious = _best_overlaps(output, each.moments[:few])
            self.note("g-iou", float(ious.mean()))
            self.note("g-r5", float((ious >= 0.5).float().mean()))
            self.note("g-r7", float((ious >= 0.7).float().mean()))
        return total

    def taught(self, answers: Answers, name: str) -> Tensor:
        """Loss of what is to be known halfway, and of where to look."""
        total = torch.zeros(())
        if len(answers.meanings) > 0:
            meant = self.matcher.meanings(answers.meant, answers.meanings)
            self.note(f"{name}-meant", meant.item())
            total = total + 0.4 * meant
        if len(answers.founds) > 0:
            found = self.matcher.founds(answers.seen, answers.founds)
            self.note(f"{name}-found", found.item())
            total = total + 0.4 * found
        for kind, losses in (("look", answers.looking), ("take", answers.taking)):
            if len(losses) > 0:
                self.note(f"{name}-{kind}", losses.mean().item())
                total = total + 0.3 * losses.mean()
        if len(answers.parts) > 0:
            parts = self.matcher.parts(answers.marked, answers.parts)
            self.note(f"{name}-parts", parts.item())
            total = total + 0.5 * parts
        return total

    def name(self, rows: list[Row]) -> Tensor:
        """Loss of understanding what is asked, without a film to look through: many for the price of a few."""
        return self.taught(ask(self.network, self.words, rows), "n")

    def speak(self, rows: list[Row], name: str) -> Tensor:
        """Loss of replies."""
        answers = ask(self.network, self.words, rows)
        loss = answers.loss.mean()
        self.note(f"{name}-loss", loss.item())
        self.note(f"{name}-hit", float(answers.hits.float().mean()))
        # A reply's first word decides; the rest is manners.
        firsts, at, wholes = [], 0, []
        segments = [segment for row in rows for segment in row.segments]
        for segment in segments:
            firsts.append(at)
            wholes.append(float(answers.hits[at : at + segment.learned].all()))
            at += segment.learned
        self.note(f"{name}-first", float(answers.hits[firsts].float().mean()))
        self.note(f"{name}-whole", sum(wholes) / len(wholes))
        if name == "p":
            # Most of a plan is brackets: what is not known by heart counts in full.
            loss = answers.loss.sum() / len(segments) * 0.25
        if name in ("a", "l"):
            loss = loss + answers.loss[firsts].mean()
        if any(segment.fit is not None for segment in segments):
            loss = self._judged(answers, segments, firsts, name)
        return loss + self.taught(answers, name)

    def _judged(self, answers: Answers, segments: list[Segment], firsts: list[int], name: str) -> Tensor:
        """Loss of judging candidates: the better the fit, the surer the yes, also among those that are right."""
        known = [index for index, segment in enumerate(segments) if segment.fit is not None]
        fits = torch.stack([segment.fit for segment in segments if segment.fit is not None])
        fit = self.matcher.fits(answers.ends[known], fits)
        self.note(f"{name}-fit", fit.item())
        chances = answers.scores[[firsts[index] for index in known]].log_softmax(dim=1)
        yes, no = chances[:, self.words.yes], chances[:, self.words.no]
        wanted = ((fits[:, 0] - 0.2) / 0.6).clamp(0, 1)
        right = fits[:, 0] >= POSITIVE
        if right.any() and not right.all():
            margin = (yes - no).detach()
            self.note(f"{name}-auroc", float((margin[right][:, None] > margin[~right]).float().mean()))
        return fit - (wanted * yes + (1 - wanted) * no).mean()


def _above(scores: Tensor, inside: Tensor) -> float:
    """How often a frame of the moment scores above one outside: (queries, frames)."""
    right = [
        (row[mask][:, None] > row[~mask]).float().mean()
        for row, mask in zip(scores, inside.bool(), strict=True)
        if mask.any() and not mask.all()
    ]
    return float(torch.stack(right).mean()) if right else 0.5


def _best_overlaps(output: HeadOutput, moments: Tensor) -> Tensor:
    """Intersection over union of each query's best point with its moment."""
    from videomind_training.network.grounding_head import points_of

    frames = output.frames.shape[1]
    levels = 1
    while sum(frames // 2**level for level in range(levels)) < output.logits.shape[1]:
        levels += 1
    points = points_of(frames, levels)
    best = output.logits.detach().argmax(dim=1)
    places, strides = points[best].unbind(1)
    offsets = output.offsets.detach()[torch.arange(len(best)), best]
    starts = ((places - offsets[:, 0] * strides) / frames).clamp(0, 1)
    ends = ((places + offsets[:, 1] * strides) / frames).clamp(0, 1)
    both = (torch.minimum(ends, moments[:, 1]) - torch.maximum(starts, moments[:, 0])).clamp(min=0)
    either = (ends - starts) + (moments[:, 1] - moments[:, 0]) - both
    return both / either.clamp(min=1e-6)


class FilmSource(Protocol):
    """Where films to learn from come from."""

    films: list[SeenFilm]

    def refresh(self) -> None:
        """Takes up films that have come since."""

    def alike(self, rng: random.Random, count: int, longest: float) -> list[SeenFilm]:
        """Films of about the same length, none longer than `longest` seconds."""


class _AllButEyes:
    """A network's weights without the vision tower's, which have a stage of their own."""

    def __init__(self, network: Qwen2VLForConditionalGeneration) -> None:
        self.network = network

    def state_dict(self) -> dict[str, Tensor]:
        return {key: value for key, value in self.network.state_dict().items() if ".visual." not in key}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        self.network.load_state_dict(state, strict=False)


class Library:
    """The kept films; grows while more are being kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: set[str] = set()
        self.films: list[SeenFilm] = []

    def refresh(self) -> None:
        """Takes up files that have come since."""
        for name, films in kept_films(self.folder, self.files).items():
            self.files.add(name)
            self.films += films
        self.films.sort(key=lambda seen: seen.film.duration)

    def alike(self, rng: random.Random, count: int, longest: float) -> list[SeenFilm]:
        """Films of about the same length, none longer than `longest` seconds."""
        within = [seen for seen in self.films if seen.film.duration <= longest]
        start = rng.randrange(max(1, len(within) - count))
        return within[start : start + count]


SHARES = {"g": 0.27, "n": 0.08, "v": 0.22, "a": 0.22, "p": 0.15, "l": 0.06}
"""How many of the steps go to grounding, understanding what is asked, verifying, answering, planning and looking at single
pairs."""

FIRST_SHARES = {"g": 0.18, "n": 0.2, "v": 0.2, "a": 0.2, "p": 0.1, "l": 0.12}
"""The same in the first quarter: what is asked and what is to be seen has to be named before it can be compared."""


def train_base(
    learner: Learner,
    library: FilmSource,
    folder: Path,
    steps: int,
    seed: int,
    rate: float = 3e-3,
    name: str = "base",
    from_short: bool = True,
) -> None:
    """Trains all but the eyes, resuming from `folder`, where it leaves `<name>.pt`; `from_short`: short films first."""
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
    started = time.time()
    for step in range(first, steps):
        if step % 100 == 0 or step == first:
            library.refresh()
        rng = random.Random(seed * 1_000_003 + step)
        # Short films first: the same lesson for a fraction of the time.
        longest = 60 + 180 * max(0.0, min(1.0, 2.5 * step / steps - 1)) if from_short else 240
        shares = FIRST_SHARES if step < 0.25 * steps else SHARES
        kind = rng.choices(list(shares), list(shares.values()))[0]
        loss = batch_loss(learner, library, rng, kind, longest)
        loss.backward()
        optimizers.step(step)
        if step % 50 == 49:
            seconds = time.time() - started
            print(f"{name} {step + 1}/{steps} {seconds:.0f} s films {len(library.films)} {learner.line()}", flush=True)
        if step % 100 == 99 or step + 1 == steps:
            save_stage(folder / f"{name}.pt", step + 1, parts)


def batch_loss(learner: Learner, library: FilmSource, rng: random.Random, kind: str, longest: float) -> Tensor:
    """The loss of one batch of a kind of task."""
    words = learner.words
    if kind == "g":
        return learner.ground([grounding_row(seen, words, rng, 12) for seen in library.alike(rng, 4, longest)])
    if kind == "n":
        return learner.name([naming_row(seen, words, rng) for seen in library.alike(rng, 6, 240)])
    if kind == "v":
        rows = [row for seen in library.alike(rng, 5, longest) for row in verifying_rows(seen, words, rng, 4)]
        return learner.speak(rows, "v")
    if kind == "l":
        looked = [looking_row(seen, words, rng) for seen in library.alike(rng, 10, longest) for _ in range(2)]
        return learner.speak([row for row in looked if row is not None], "l")
    if kind == "p":
        return learner.speak([planning_row(seen, words, rng) for seen in library.alike(rng, 6, 240)], "p")
    rows = [row for seen in library.alike(rng, 3, longest) for row in answering_rows(seen, words, rng, 2)]
    return learner.speak(rows, "a")
