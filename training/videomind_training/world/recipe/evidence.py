"""What is to be known of a question before it is answered: what its words speak of, which tokens show it, what they show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from videomind_training.chain.spans import Span

from ..questions import About, about_event
from ..things import ALL_THINGS, Thing
from .edges import Edges, edges_about, edges_of
from .eyes import LABELS, label_words, labels_of
from .seen import SeenFilm, Window


def meaning_of(about: tuple[About, ...]) -> Tensor | None:
    """Labels of what words say."""
    return torch.from_numpy(label_words(about)) if about else None


RELATION = 2 * LABELS + 2
"""Labels of a relation: of what is asked for, of what that is told by, and whether it comes before or after."""


def relation_of(text: str, about: tuple[About, ...]) -> Tensor:
    """What words ask for, by what else, and in which order: (RELATION,)."""
    asked, told_by = (label_words(about[part : part + 1]) for part in (0, 1))
    words = text.lower().split()
    order = [float(len(about) > 1 and word in words) for word in ("before", "after")]
    return torch.from_numpy(np.concatenate([asked, told_by, np.array(order, np.float32)]))


def evidence_of(cells: Tensor, thing: Thing, kind: str | None) -> Tensor:
    """Which tokens show a thing, doing this or whatever: of (pairs, 4, LABELS), (pairs × 4,)."""
    return cells[..., labels_of(thing, kind)].any(dim=-1).flatten()


def evidence_for(seen: SeenFilm, cells: Tensor, span: Span | None) -> Tensor:
    """Which tokens show the event with this span."""
    for event in seen.film.events:
        if span == (event.start, event.end):
            return evidence_of(cells, event.thing, event.kind)
    return torch.zeros(cells.shape[0] * cells.shape[1], dtype=torch.bool)


def found_of(seen: SeenFilm, span: Span | None, evidence: Tensor) -> Tensor | None:
    """Labels of the event with this span, if there is evidence of it."""
    for event in seen.film.events:
        if span == (event.start, event.end) and bool(evidence.any()):
            return meaning_of((about_event(event),))
    return None


def evidence_about(cells: Tensor, about: tuple[About, ...]) -> Tensor:
    """Which tokens show what words speak of."""
    shown = torch.zeros(cells.shape[0] * cells.shape[1], dtype=torch.bool)
    for said in about:
        for thing in ALL_THINGS:
            if said.may_mean(thing):
                shown |= evidence_of(cells, thing, said.kind)
    return shown


@dataclass(frozen=True)
class TwoLooks:
    """What is looked for first, what is found there, and what is aimed at from there, each with its edges.

    Attributes:
        shown: which tokens show what is looked for first; `edges`, where it begins and is over.
        found: labels of what is found there.
        aim: which tokens show the event that is asked for; `aim_edges`, where it begins and is over.
    """

    shown: Tensor
    edges: Edges | None
    found: Tensor | None
    aim: Tensor
    aim_edges: Edges | None


def two_looks(seen: SeenFilm, window: Window, event: Span | None, about: tuple[About, ...]) -> TwoLooks:
    """Where to look for an event that a text asks for.

    Which of a thing's events is meant hangs on where that is what it is told by: where a text has that, it is looked for
    first.
    """
    cells, middles = window.cells, window.middles
    aim = evidence_for(seen, cells, event)
    aim_edges = None if event is None else edges_of(event, middles)
    if len(about) > 1:
        told_by = edges_about(seen.film, about[1], middles)
        return TwoLooks(evidence_about(cells, about[1:]), told_by, None, aim, aim_edges)
    return TwoLooks(aim, aim_edges, found_of(seen, event, aim), aim, aim_edges)
