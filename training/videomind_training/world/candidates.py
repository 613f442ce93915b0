"""Moments for the verifier to judge: true ones, near misses, and others."""

from __future__ import annotations

import random

from videomind_training.chain.spans import Span, overlap

from .film import Film

POSITIVE = 0.5
"""A candidate is right from this intersection over union on."""


def draw_candidate(film: Film, truth: Span | None, rng: random.Random) -> Span:
    """A candidate for a query whose moment is `truth`, about as often right as wrong; without a truth, any moment."""
    kind = rng.random()
    if truth is not None and kind < 0.5:
        return _near(film, truth, rng, right=True)
    if truth is not None and kind < 0.75:
        return _near(film, truth, rng, right=False)
    if kind < 0.93:
        event = rng.choice(film.events)
        span = (event.start, event.end)
        return _near(film, span, rng, right=True)
    length = rng.uniform(2.0, 12.0)
    start = rng.uniform(0, max(0.1, film.duration - length))
    return (start, min(film.duration, start + length))


def _near(film: Film, span: Span, rng: random.Random, right: bool) -> Span:
    """A moment like this one: shifted, longer or shorter; on the asked side of the border."""
    length = span[1] - span[0]
    spread = 0.18 if right else 0.55
    while True:
        start = span[0] + rng.gauss(0, spread) * length
        end = span[1] + rng.gauss(0, spread) * length
        if end - start < 1.0:
            continue
        found = (max(0.0, start), min(film.duration, end))
        if found[1] - found[0] < 1.0:
            continue
        agreement = overlap(found, span)
        if (agreement >= POSITIVE) == right and agreement > 0.05:
            return found
