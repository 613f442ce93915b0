"""Films of minutes to hours: many short films cut together, with queries for what happens once in all of it."""

from __future__ import annotations

import random
from dataclasses import replace

from .direct import HELD_OUT_SEEDS, Direction, direct_film
from .film import Event, Film, Shot
from .questions import Interviewer, Query

LONG_FILM_SEEDS = 10 * HELD_OUT_SEEDS
"""Long films of the held-out split have seeds from here on: none of their reels is a film of its own."""

REELS_APART = 1_000
"""Reels of one long film have seeds that follow each other; films are this far apart."""

REEL = Direction(shortest=20.0, longest=120.0)
"""Reels are short, so that much happens: some 280 events an hour."""


def direct_long_film(seed: int, minutes: float) -> Film:
    """The long film of a seed, exactly `minutes` long: reels one after another, the last one cut off where no event is."""
    wanted = minutes * 60
    shots: list[Shot] = []
    events: list[Event] = []
    at, reel_seed, noise = 0.0, LONG_FILM_SEEDS + seed * REELS_APART, 0.0
    while at < wanted:
        reel = direct_film(reel_seed, REEL)
        reel_seed += 1
        noise = noise or reel.noise
        for shot in reel.shots:
            if at + shot.start < wanted:
                shots.append(replace(shot, start=at + shot.start, end=min(wanted, at + shot.end)))
        for event in reel.events:
            if at + event.end < wanted:
                events.append(replace(event, start=at + event.start, end=at + event.end))
        at += reel.duration
    return Film(
        seed=LONG_FILM_SEEDS + seed,
        duration=wanted,
        fps=REEL.fps,
        noise=noise,
        shots=tuple(shots),
        events=tuple(events),
    )


def ask_long_film(film: Film, count: int) -> list[Query]:
    """Queries of what happens once in the film, in the held-out split's sentences; spread over it, always the same."""
    rng = random.Random(film.seed * 31 + 7)
    # Told by order, an event would have its double elsewhere in the film.
    once = [query for query in Interviewer(film, "held-out", rng).queries() if len(query.about) == 1]
    chosen: list[Query] = []
    for part in range(count):
        start, end = (film.duration * edge / count for edge in (part, part + 1))
        inside = [query for query in once if start <= query.span[0] < end]
        if inside:
            chosen.append(rng.choice(inside))
    rest = [query for query in once if query not in chosen]
    chosen += rng.sample(rest, min(len(rest), count - len(chosen)))
    return sorted(chosen, key=lambda query: query.span)
