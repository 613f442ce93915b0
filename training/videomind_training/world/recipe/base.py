"""The base and the head learn together, full width: all roles' tasks at once, over kept visual tokens."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import Qwen2VLForConditionalGeneration

from videomind_training.losses.grounding import GroundingLossSettings, frames_within, grounding_losses
from videomind_training.network.grounding_head import GroundingHead, HeadOutput

from .checkpoints import load_stage, save_stage
from .optimizer import Optimizers
from .rows import Row, Words, ask
from .seen import SeenFilm, kept_films
from .tasks import GroundingRow, answering_rows, grounding_row, planning_row, verifying_rows

LOSSES = GroundingLossSettings(classification=1.0, regression=1.0, contrastive=0.1)
"""The published losses; from scratch, more weight for the contrast and less for the classes learns sooner."""


class Matcher(nn.Module):
    """A throw-away teacher of the decoder: is the asked event on in this frame? Straight from its states."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.frame_probe = nn.Sequential(nn.LayerNorm(hidden), nn.Linear(hidden, hidden))
        self.query_probe = nn.Sequential(nn.LayerNorm(hidden), nn.Linear(hidden, hidden))
        self.bias_probe = nn.Parameter(torch.tensor(-2.0))

    def forward(self, frames: Tensor, queries: Tensor) -> Tensor:
        """(frames, hidden), (queries, hidden) → logits (queries, frames)."""
        scale = frames.shape[-1] ** -0.5
        return self.query_probe(queries) @ self.frame_probe(frames).T * scale + self.bias_probe


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
        total = answers.loss.mean()
        self.note("g-say", total.item())
        for index, each in enumerate(rows):
            pairs, count = len(each.row.tokens), len(each.moments)
            frames, queries = answers.frames[index, :pairs], answers.last[index]
            output: HeadOutput = self.head(frames.expand(count, -1, -1), queries)
            moments = [moment[None] for moment in each.moments]
            losses = grounding_losses(output, moments, self.head.sizes.levels, LOSSES)
            inside = torch.stack([frames_within(moment, pairs) for moment in moments]).float()
            match = functional.binary_cross_entropy_with_logits(
                self.matcher(frames, queries), inside, pos_weight=torch.tensor(3.0)
            )
            loss = (
                LOSSES.classification * losses["classification"].mean()
                + LOSSES.regression * losses["regression"].mean()
                + LOSSES.contrastive * losses["contrastive"].mean()
                + match
            )
            total = total + loss / len(rows)
            for name in ("classification", "regression", "contrastive"):
                self.note(f"g-{name[:5]}", losses[name].mean().item())
            self.note("g-match", match.item())
            ious = _best_overlaps(output, each.moments)
            self.note("g-iou", float(ious.mean()))
            self.note("g-r5", float((ious >= 0.5).float().mean()))
            self.note("g-r7", float((ious >= 0.7).float().mean()))
        return total

    def speak(self, rows: list[Row], name: str) -> Tensor:
        """Loss of replies."""
        answers = ask(self.network, self.words, rows)
        loss = answers.loss.mean()
        self.note(f"{name}-loss", loss.item())
        self.note(f"{name}-hit", float(answers.hits.float().mean()))
        # A reply's first word decides; the rest is manners.
        firsts, at = [], 0
        for row in rows:
            for segment in row.segments:
                firsts.append(at)
                at += segment.learned
        self.note(f"{name}-first", float(answers.hits[firsts].float().mean()))
        return loss + (answers.loss[firsts].mean() if name == "a" else 0.0)


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


SHARES = {"g": 0.42, "v": 0.2, "a": 0.28, "p": 0.1}
"""How many of the steps go to grounding, verifying, answering and planning."""


def train_base(learner: Learner, library: Library, folder: Path, steps: int, seed: int, rate: float = 3e-3) -> None:
    """Trains all but the eyes, resuming from `folder`, where it leaves `base.pt`."""
    named = [(name, value) for name, value in learner.network.named_parameters() if ".visual." not in name]
    named += [(f"head.{name}", value) for name, value in learner.head.named_parameters()]
    named += [(f"matcher.{name}", value) for name, value in learner.matcher.named_parameters()]
    optimizers = Optimizers(named, rate, steps)
    parts = {
        "network": learner.network,
        "head": learner.head,
        "matcher": learner.matcher,
        "optimizers": optimizers,
    }
    first = load_stage(folder / "base.pt", parts)
    started = time.time()
    for step in range(first, steps):
        if step % 100 == 0 or step == first:
            library.refresh()
        rng = random.Random(seed * 1_000_003 + step)
        # Short films first: the same lesson for a fraction of the time.
        longest = 60 + 180 * min(1.0, step / (0.5 * steps))
        kind = rng.choices(list(SHARES), list(SHARES.values()))[0]
        loss = batch_loss(learner, library, rng, kind, longest)
        loss.backward()
        optimizers.step(step)
        if step % 50 == 49:
            print(f"base {step + 1}/{steps} {time.time() - started:.0f} s films {len(library.films)} {learner.line()}", flush=True)
        if step % 250 == 249 or step + 1 == steps:
            save_stage(folder / "base.pt", step + 1, parts)


def batch_loss(learner: Learner, library: Library, rng: random.Random, kind: str, longest: float) -> Tensor:
    """The loss of one batch of a kind of task."""
    words = learner.words
    if kind == "g":
        return learner.ground([grounding_row(seen, words, rng, 8) for seen in library.alike(rng, 4, longest)])
    if kind == "v":
        rows = [row for seen in library.alike(rng, 5, longest) for row in verifying_rows(seen, words, rng, 4)]
        return learner.speak(rows, "v")
    if kind == "p":
        return learner.speak([planning_row(seen, words, rng) for seen in library.alike(rng, 4, 240)], "p")
    rows = [row for seen in library.alike(rng, 3, longest) for row in answering_rows(seen, words, rng, 2)]
    return learner.speak(rows, "a")
