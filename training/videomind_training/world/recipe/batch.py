"""Rows put together into tensors: made on the CPU, by workers where there are any, then moved to where the network is."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar

import torch
from torch import Tensor

from .edges import RUNNING, Edges
from .evidence import RELATION
from .eyes import LABELS
from .network import TOKENS_PER_PAIR
from .rows import IGNORED, Layout, Row, Words, lay_out

Moved = TypeVar("Moved", bound="OnDevice")


@dataclass(frozen=True)
class OnDevice:
    """A record of tensors that moves as a whole."""

    def to(self: Moved, device: torch.device) -> Moved:
        """The same on a device; without waiting for it."""
        moved = {each.name: _moved(getattr(self, each.name), device) for each in fields(self)}
        return type(self)(**moved)


def _moved(value: object, device: torch.device) -> object:
    if isinstance(value, Tensor):
        return value.to(device, non_blocking=True)
    if isinstance(value, OnDevice):
        return value.to(device)
    return tuple(_moved(each, device) for each in value) if isinstance(value, tuple) else value


@dataclass(frozen=True)
class Looks(OnDevice):
    """Where attention is to look: at places `places` of rows `rows` (looks), how much at what (looks, length)."""

    rows: Tensor
    places: Tensor
    wanted: Tensor


@dataclass(frozen=True)
class Batch(OnDevice):
    """Rows as the decoder takes them. A place is counted over all rows, padded ones: row × length + place.

    Attributes:
        ids: (rows, length).
        positions: (3, rows, length).
        owner: (rows, length), 0 for the video, then the segment's number in its row; -1 for padding.
        sight: (visual tokens, hidden), and `sight_at`, their places.
        learned_at: places that a token is learned from; `truth`: which one; `segment_of`: its segment, over all rows.
        firsts: of each segment, which of the learned tokens is its reply's first; (segments,).
        frames_at: (rows, most pairs, 4), places of each pair's visual tokens; 0 beyond a row's end.
        pairs: (rows,), how many each has.
        starts_at, queries_at: (segments,), places from which replies, and their third tokens, are predicted.
        meaning_of: segments with a meaning; `meanings`: their labels.
        found_of: segments with something found; `founds`: their labels.
        relation_of: segments with a relation; `relations`: their labels.
        evidence, aims, sources: where they are to look; `edges`, `aim_edges`, where what they look at begins and is over.
        running_at: places of the last token of each pair, where what is on is to be known; `running` (pairs, RUNNING).
        marked_at: places of visual tokens of rows with marks; `parts`: 0 before the marks, 1 between, 2 after.
        numbered_at: places of visual tokens and marks; `numbers`: of the pair, or of the one that follows the mark.
        fit_of: segments that are judged; `fits` (judged, 3); `rivals` (judged,), the text that each is judged for, or -1.
        bounds_of: segments with edges, or at least evidence; `bounds` (segments, 2), the first and the last pair of it.
    """

    ids: Tensor
    positions: Tensor
    owner: Tensor
    sight: Tensor
    sight_at: Tensor
    learned_at: Tensor
    truth: Tensor
    segment_of: Tensor
    firsts: Tensor
    frames_at: Tensor
    pairs: Tensor
    starts_at: Tensor
    queries_at: Tensor
    meaning_of: Tensor
    meanings: Tensor
    found_of: Tensor
    founds: Tensor
    relation_of: Tensor
    relations: Tensor
    evidence: Looks
    edges: tuple[Looks, Looks]
    aims: Looks
    aim_edges: tuple[Looks, Looks]
    sources: Looks
    running_at: Tensor
    running: Tensor
    marked_at: Tensor
    parts: Tensor
    numbered_at: Tensor
    numbers: Tensor
    fit_of: Tensor
    fits: Tensor
    rivals: Tensor
    bounds_of: Tensor
    bounds: Tensor


def put_together(rows: list[Row], words: Words) -> Batch:
    """Lays rows out and pads them to the longest."""
    built = [lay_out(row, words) for row in rows]
    length = max(len(each.ids) for each in built)
    most = max(len(row.tokens) for row in rows)
    ids = torch.full((len(rows), length), words.end)
    positions = torch.zeros(3, len(rows), length, dtype=torch.long)
    owner = torch.full((len(rows), length), -1)
    labels = torch.full((len(rows), length), IGNORED)
    frames_at = torch.zeros(len(rows), most, TOKENS_PER_PAIR, dtype=torch.long)
    sight_at, marked_at, parts, numbered_at, numbers, running_at = [], [], [], [], [], []
    for index, (row, each) in enumerate(zip(rows, built, strict=True)):
        size, pads = len(each.ids), each.pads + index * length
        ids[index, :size] = torch.tensor(each.ids)
        positions[:, index, :size] = each.positions
        owner[index, :size] = each.owner
        labels[index, :size] = each.labels
        frames_at[index, : len(row.tokens)] = pads.view(-1, TOKENS_PER_PAIR)
        sight_at.append(pads)
        if row.running is not None:
            running_at.append(pads[TOKENS_PER_PAIR - 1 :: TOKENS_PER_PAIR])
        if row.marks is not None:
            marks = sum((ids[index] == mark).cumsum(dim=0) for mark in (words.seg_start, words.seg_end))
            marked_at.append(pads)
            parts.append(marks[each.pads])
        numbered = _numbers(each, words)
        numbered_at.append(numbered[0] + index * length)
        numbers.append(numbered[1])
    segments = [segment for row in rows for segment in row.segments]
    starts = [index * length + place for index, each in enumerate(built) for place in each.starts]
    queries = [index * length + place for index, each in enumerate(built) for place in each.queries]
    learned = torch.tensor([segment.learned for segment in segments])
    learned_at = (labels.flatten() != IGNORED).nonzero()[:, 0]
    meant = [index for index, segment in enumerate(segments) if segment.meaning is not None]
    found = [index for index, segment in enumerate(segments) if segment.found is not None]
    related = [index for index, segment in enumerate(segments) if segment.relation is not None]
    fit = [index for index, segment in enumerate(segments) if segment.fit is not None]
    shown = {index: segment.evidence for index, segment in enumerate(segments) if segment.evidence is not None}
    bounds = {index: _bounds(evidence) for index, evidence in shown.items() if evidence.any()}
    edges = {index: segment.edges for index, segment in enumerate(segments) if segment.edges is not None}
    bounds |= {index: (first, behind - 1) for index, (first, behind) in edges.items()}
    running = [row.running.to(torch.uint8) for row in rows if row.running is not None]
    return Batch(
        ids=ids,
        positions=positions,
        owner=owner,
        sight=torch.cat([row.tokens.flatten(0, 1) for row in rows]),
        sight_at=torch.cat(sight_at),
        learned_at=learned_at,
        truth=labels.flatten()[learned_at],
        segment_of=torch.arange(len(segments)).repeat_interleave(learned),
        firsts=learned.cumsum(dim=0) - learned,
        frames_at=frames_at,
        pairs=torch.tensor([len(row.tokens) for row in rows]),
        starts_at=torch.tensor(starts),
        queries_at=torch.tensor(queries),
        meaning_of=torch.tensor(meant, dtype=torch.long),
        meanings=_labels([segments[index].meaning for index in meant], LABELS),
        found_of=torch.tensor(found, dtype=torch.long),
        founds=_labels([segments[index].found for index in found], LABELS),
        relation_of=torch.tensor(related, dtype=torch.long),
        relations=_labels([segments[index].relation for index in related], RELATION),
        evidence=_evidence(rows, built, length),
        edges=_edges(rows, built, length, aims=False),
        aims=_aims(rows, built, length),
        aim_edges=_edges(rows, built, length, aims=True),
        sources=_sources(rows, built, length),
        running_at=torch.cat(running_at) if running_at else torch.zeros(0, dtype=torch.long),
        running=torch.cat(running) if running else torch.zeros(0, RUNNING, dtype=torch.uint8),
        marked_at=torch.cat(marked_at) if marked_at else torch.zeros(0, dtype=torch.long),
        parts=torch.cat(parts) if parts else torch.zeros(0, dtype=torch.long),
        numbered_at=torch.cat(numbered_at),
        numbers=torch.cat(numbers),
        fit_of=torch.tensor(fit, dtype=torch.long),
        fits=torch.stack([segments[index].fit for index in fit]) if fit else torch.zeros(0, 3),
        rivals=torch.tensor([segments[index].rival for index in fit], dtype=torch.long),
        bounds_of=torch.tensor(list(bounds), dtype=torch.long),
        bounds=torch.tensor(list(bounds.values()), dtype=torch.long).view(-1, 2),
    )


def _numbers(layout: Layout, words: Words) -> tuple[Tensor, Tensor]:
    """Places of visual tokens and marks, and the number of the pair that each is of, or that follows it."""
    within = torch.arange(int(layout.pads[0]), int(layout.pads[-1]) + 1)
    seen = (torch.tensor(layout.ids)[within] == words.video_pad).long()
    return within, (seen.cumsum(dim=0) - seen) // TOKENS_PER_PAIR


def _bounds(evidence: Tensor) -> tuple[int, int]:
    """The first and the last pair of which a visual token is evidence."""
    places = evidence.nonzero()[:, 0]
    return int(places[0]) // TOKENS_PER_PAIR, int(places[-1]) // TOKENS_PER_PAIR


def _labels(rows: list[Tensor | None], count: int) -> Tensor:
    known = [row.to(torch.uint8) for row in rows if row is not None]
    return torch.stack(known) if known else torch.zeros(0, count, dtype=torch.uint8)


def _looks(looks: list[tuple[int, int, Tensor]], length: int) -> Looks:
    """Looks as (row, place, places to look at)."""
    wanted = torch.zeros(len(looks), length)
    for index, (_, _, at) in enumerate(looks):
        wanted[index, at] = 1 / len(at)
    rows, places = ([look[part] for look in looks] for part in (0, 1))
    return Looks(torch.tensor(rows, dtype=torch.long), torch.tensor(places, dtype=torch.long), wanted)


def _evidence(rows: list[Row], built: list[Layout], length: int) -> Looks:
    """Segments look at their evidence where the reply begins, and where they are to aim from there."""
    looks = []
    for index, (row, each) in enumerate(zip(rows, built, strict=True)):
        for place, segment in zip(each.starts, row.segments, strict=True):
            if segment.evidence is not None:
                at = _places(each, segment.evidence)
                looks += [(index, start, at) for start in sorted({place, place + segment.aim_after})]
    return _looks(looks, length)


def _aims(rows: list[Row], built: list[Layout], length: int) -> Looks:
    """Segments look at the event that is asked for, once they have looked at what it is told by."""
    looks = []
    for index, (row, each) in enumerate(zip(rows, built, strict=True)):
        for place, segment in zip(each.starts, row.segments, strict=True):
            if segment.aim is not None:
                looks.append((index, place + segment.aim_after, _places(each, segment.aim)))
    return _looks(looks, length)


def _edges(rows: list[Row], built: list[Layout], length: int, aims: bool) -> tuple[Looks, Looks]:
    """Segments look at where an event begins and where it is over: at the last token of a pair, which has seen all of it.

    What goes on to the window's end is over at the token behind the video.
    """
    begins, ends = [], []
    for index, (row, each) in enumerate(zip(rows, built, strict=True)):
        behind_video = int((each.owner == 0).sum()) - 1
        lasts = [*each.pads[TOKENS_PER_PAIR - 1 :: TOKENS_PER_PAIR].tolist(), behind_video]
        for place, segment in zip(each.starts, row.segments, strict=True):
            edges: Edges | None = segment.aim_edges if aims else segment.edges
            if edges is None:
                continue
            for start in [place + segment.aim_after] if aims else sorted({place, place + segment.aim_after}):
                begins.append((index, start, torch.tensor([lasts[edges[0]]])))
                ends.append((index, start, torch.tensor([lasts[edges[1]]])))
    return _looks(begins, length), _looks(ends, length)


def _places(layout: Layout, shown: Tensor) -> Tensor:
    """Places of visual tokens, or of the row's first token where there are none."""
    at = layout.pads[shown]
    return at if len(at) > 0 else torch.zeros(1, dtype=torch.long)


def _sources(rows: list[Row], built: list[Layout], length: int) -> Looks:
    """Replies look at the words that they repeat."""
    looks = []
    for index, (row, each) in enumerate(zip(rows, built, strict=True)):
        for place, segment in zip(each.starts, row.segments, strict=True):
            begin = place - len(segment.prompt) + 1
            for number, offsets in segment.sources:
                looks.append((index, place + number, torch.tensor([begin + offset for offset in offsets])))
    return _looks(looks, length)
