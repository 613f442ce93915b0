"""Edges of events: with which frame pair one begins, which is the first one behind it, and what is on in between.

Spread over all that shows an event, attention tells that it is there and about where, but not how far it goes. So two heads
are shown its edges, and the tokens that they look at are taught to know that something has just begun or ended.
"""

from __future__ import annotations

import torch
from torch import Tensor

from videomind_training.chain.spans import Span

from ..film import Film
from ..questions import About
from .eyes import JOINT, label_event

Edges = tuple[int, int]
"""The pair with which an event begins, and the first pair behind it: as many as there are pairs, where none is."""

RUNNING = 2 * JOINT
"""Labels of a pair's change: what is on in it, and what was on in the pair before."""


def edges_of(event: Span, middles: Tensor) -> Edges | None:
    """Edges of an event, in seconds, among pairs whose middles are at these seconds; None if it is on in none of them."""
    first, behind = (int((middles < time).sum()) for time in event)
    return (first, behind) if first < behind else None


def edges_about(film: Film, about: About, middles: Tensor) -> Edges | None:
    """Edges of the one event that words speak of; None if they may mean several."""
    alike = [event for event in film.events if about.may_mean(event.thing) and about.kind in (None, event.kind)]
    return edges_of((alike[0].start, alike[0].end), middles) if len(alike) == 1 else None


def running_in(film: Film, middles: Tensor) -> Tensor:
    """What is on in each of these pairs and what was in the one before, to be seen there or not: (pairs, RUNNING)."""
    running = torch.zeros(len(middles), JOINT, dtype=torch.bool)
    for event in film.events:
        edges = edges_of((event.start, event.end), middles)
        for part in event.parts if edges else ():
            running[slice(*edges)] |= torch.from_numpy(label_event(part.thing, part.kind)).bool()
    return torch.cat([running, torch.cat([torch.zeros(1, JOINT, dtype=torch.bool), running[:-1]])], dim=1)
