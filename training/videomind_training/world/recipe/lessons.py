"""Lessons of all kinds, drawn from films: by workers, so that the device that learns never waits for them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from videomind_training.losses.grounding import GroundingTargets
from videomind_training.network.grounding_head import points_of

from .batch import Batch, OnDevice, put_together
from .films import Library
from .rows import Row, Words
from .tasks import GroundingRow, answering_rows, grounding_row, looking_row, naming_row, planning_row, verifying_rows

HEADED = 8
"""Queries of a film that go through the head at a time."""

HEAD_LEVELS = 4


@dataclass(frozen=True)
class Looked(OnDevice):
    """Queries about films of one length.

    Attributes:
        rows: (films,), their rows in the batch.
        labels: (films, pairs, JOINT), what there is to name in each pair.
        queries: (queries,), their segments in the batch; `owners`: which of the films each is about.
        events: (queries, JOINT), what each is to be named; `shown` (queries, pairs), which pairs show what it speaks of.
        moments: (queries, 2), as shares of the film; `inside` (queries, pairs), whether a pair lies within.
        headed: (headed,), queries that go through the head; `positive`, `offsets` (headed, points …), what it is to say.
        points: (points, 2), place and stride of each.
    """

    rows: Tensor
    labels: Tensor
    queries: Tensor
    owners: Tensor
    events: Tensor
    shown: Tensor
    moments: Tensor
    inside: Tensor
    headed: Tensor
    positive: Tensor
    offsets: Tensor
    points: Tensor


@dataclass(frozen=True)
class Lesson(OnDevice):
    """A batch of one kind of task: g, n, v, a, p or l (see SHARES in base.py), with what the head is to say."""

    kind: str
    batch: Batch
    looked: tuple[Looked, ...] = ()


Draw = Callable[[random.Random], Lesson]
"""Draws a lesson; the same random numbers give the same one."""


def draw_lesson(
    library: Library, words: Words, rng: random.Random, kind: str, longest: float, scale: int = 1, most: int = 12
) -> Lesson:
    """A lesson about films of at most `longest` seconds, `scale` times as many as one core can learn from at a time."""
    if kind == "g":
        drawn = [grounding_row(seen, words, rng, most) for seen in library.alike(rng, 4 * scale, longest)]
        return grounding_lesson([each for each in drawn if len(each.moments) > 0], words)
    if kind == "n":
        rows = [naming_row(seen, words, rng) for seen in library.alike(rng, 6 * scale, 240)]
    elif kind == "v":
        rows = [row for seen in library.alike(rng, 5 * scale, longest) for row in verifying_rows(seen, words, rng, 4)]
    elif kind == "l":
        films = library.alike(rng, 10 * scale, longest)
        rows = [row for seen in films for row in (looking_row(seen, words, rng), looking_row(seen, words, rng)) if row]
    elif kind == "p":
        rows = [planning_row(seen, words, rng) for seen in library.alike(rng, 6 * scale, 240)]
    else:
        rows = [row for seen in library.alike(rng, 3 * scale, longest) for row in answering_rows(seen, words, rng, 2)]
    return spoken_lesson(kind, rows, words)


def spoken_lesson(kind: str, rows: list[Row], words: Words) -> Lesson:
    """Rows whose replies are learned."""
    return Lesson(kind, put_together(rows, words))


def grounding_lesson(drawn: list[GroundingRow], words: Words) -> Lesson:
    """Rows whose moments are learned, films of one length together."""
    firsts, at = [], 0
    for each in drawn:
        firsts.append(at)
        at += len(each.row.segments)
    by_length: dict[int, list[int]] = {}
    for index, each in enumerate(drawn):
        by_length.setdefault(len(each.row.tokens), []).append(index)
    looked = tuple(_looked([(index, firsts[index], drawn[index]) for index in alike]) for alike in by_length.values())
    return Lesson("g", put_together([each.row for each in drawn], words), looked)


def _looked(films: list[tuple[int, int, GroundingRow]]) -> Looked:
    pairs = len(films[0][2].row.tokens)
    queries, owners, headed, at = [], [], [], 0
    for owner, (_, first, each) in enumerate(films):
        count = len(each.moments)
        queries += range(first, first + count)
        owners += [owner] * count
        headed += range(at, at + min(count, HEADED))
        at += count
    moments = torch.cat([each.moments for _, _, each in films])
    targets = GroundingTargets.of([moment[None] for moment in moments], pairs, HEAD_LEVELS)
    return Looked(
        rows=torch.tensor([index for index, _, _ in films]),
        labels=torch.stack([each.labels.to(torch.uint8) for _, _, each in films]),
        queries=torch.tensor(queries),
        owners=torch.tensor(owners),
        events=torch.cat([each.events.to(torch.uint8) for _, _, each in films]),
        shown=torch.cat([each.shown for _, _, each in films]),
        moments=moments,
        inside=targets.inside,
        headed=torch.tensor(headed),
        positive=targets.positive[headed],
        offsets=targets.offsets[headed],
        points=points_of(pairs, HEAD_LEVELS),
    )
