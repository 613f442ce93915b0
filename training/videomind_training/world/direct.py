"""Makes up films: who is in them, what happens, and when. The same seed gives the same film."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from .film import Background, Event, Film, Part, Shot, State
from .motion import rest_after
from .things import ACTIONS, COLOURS, SHAPES, Thing

SMALL, LARGE = 0.115, 0.195
EDGE = 0.17
"""Centres of things at rest stay this far inside the frame."""

OUTSIDE = 0.22
"""How far outside the frame a thing waits to come in."""

BRISK = ("enter", "leave", "left", "right", "rise", "sink", "grow", "shrink", "follow")
BRISK_LENGTH = (3.5, 6.5)
"""Seconds that actions take which get somewhere; the others go on for as long as there is time."""

HELD_OUT_SEEDS = 10_000_000
"""Films of the held-out split have seeds from here on; training stays below."""


@dataclass(frozen=True)
class Direction:
    """What films of a world are like."""

    shortest: float = 20.0
    longest: float = 240.0
    fps: float = 5.0
    fewest_events: int = 3
    most_events: int = 8
    actions: tuple[str, ...] = ACTIONS


def direct_film(seed: int, direction: Direction | None = None) -> Film:
    """The film of a seed."""
    direction = direction or Direction()
    director = _Director(random.Random(seed), direction)
    while True:
        film = director.film(seed)
        # A small cast may leave nothing more to do: then the film is thought up anew.
        if len(film.events) >= direction.fewest_events:
            return film


@dataclass
class _Slot:
    start: float
    length: float


class _Director:
    def __init__(self, rng: random.Random, direction: Direction) -> None:
        self.rng = rng
        self.direction = direction

    def film(self, seed: int) -> Film:
        rng, direction = self.rng, self.direction
        # Short films are as frequent as long ones on a scale of ratios.
        ratio = direction.longest / direction.shortest
        duration = round(direction.shortest * ratio ** rng.random())
        groups = self._schedule(duration)
        cuts = self._cuts(groups, duration)
        pool = self._pool()
        events: list[Event] = []
        shots: list[Shot] = []
        for start, end in zip([0.0, *cuts], [*cuts, float(duration)], strict=True):
            inside = [group for group in groups if start <= group[0].start < end]
            shot, happened = self._shot(start, end, inside, pool, events)
            shots.append(shot)
            events += happened
        events.sort(key=lambda event: (event.start, event.end))
        return Film(
            seed=seed,
            duration=float(duration),
            fps=direction.fps,
            noise=rng.uniform(1.5, 6.0),
            shots=tuple(shots),
            events=tuple(events),
        )

    def _schedule(self, duration: float) -> list[list[_Slot]]:
        """Groups of one event or two at once, one group after another."""
        rng = self.rng
        wanted = rng.randint(self.direction.fewest_events, self.direction.most_events)
        wanted = max(self.direction.fewest_events, min(wanted, round(duration / 5.5)))
        stretch = 1 + 0.5 * (duration - 20) / 220
        groups: list[list[_Slot]] = []
        while wanted > 0:
            group = [_Slot(0.0, rng.uniform(4.0, 8.0) * stretch)]
            wanted -= 1
            if wanted > 0 and rng.random() < 0.35:
                group.append(_Slot(rng.uniform(0.0, 0.6) * group[0].length, rng.uniform(4.0, 8.0) * stretch))
                wanted -= 1
            groups.append(group)
        lengths = [max(slot.start + slot.length for slot in group) for group in groups]
        room = duration - 0.5 - 1.2 * (len(groups) + 1)
        squeeze = min(1.0, room / sum(lengths))
        gaps = [rng.random() for _ in range(len(groups) + 1)]
        spare = duration - 0.5 - squeeze * sum(lengths) - 1.0 * (len(groups) + 1)
        time = 0.0
        for group, length, gap in zip(groups, lengths, gaps, strict=False):
            time += 1.0 + spare * gap / sum(gaps)
            for slot in group:
                slot.start = round(time + slot.start * squeeze, 2)
                slot.length = round(slot.length * squeeze, 2)
            time += length * squeeze
        return groups

    def _cuts(self, groups: list[list[_Slot]], duration: float) -> list[float]:
        """Times of cuts, all between groups."""
        rng = self.rng
        wanted = min(len(groups) - 1, round(rng.uniform(0, 1.2 + duration / 60)))
        after = sorted(rng.sample(range(1, len(groups)), max(0, wanted)))
        cuts = []
        for index in after:
            over = max(slot.start + slot.length for slot in groups[index - 1])
            following = min(slot.start for slot in groups[index])
            cuts.append(round(over + (following - over) * rng.uniform(0.3, 0.7), 2))
        return cuts

    def _pool(self) -> list[Thing]:
        """The things of a film: most share a colour or a shape with another."""
        rng = self.rng
        colours, shapes = list(COLOURS), list(SHAPES)
        pool = [Thing(rng.choice(colours), rng.choice(shapes))]
        while len(pool) < rng.randint(4, 6):
            model = rng.choice(pool)
            kind = rng.random()
            if kind < 0.35:
                thing = Thing(model.colour, rng.choice(shapes))
            elif kind < 0.65:
                thing = Thing(rng.choice(colours), model.shape)
            else:
                thing = Thing(rng.choice(colours), rng.choice(shapes))
            if thing not in pool:
                pool.append(thing)
        return pool

    def _shot(
        self,
        start: float,
        end: float,
        groups: list[list[_Slot]],
        pool: list[Thing],
        earlier: list[Event],
    ) -> tuple[Shot, list[Event]]:
        rng = self.rng
        size = min(len(pool), rng.choice((2, 2, 3, 3, 3, 4)))
        if any(len(group) > 1 for group in groups):
            size = max(size, 2)
        cells = [(x, y) for x in (0.2, 0.5, 0.8) for y in (0.2, 0.5, 0.8)]
        cast: dict[Thing, State] = {}
        for thing, (x, y) in zip(rng.sample(pool, size), rng.sample(cells, size), strict=True):
            cast[thing] = State(
                x=x + rng.uniform(-0.05, 0.05),
                y=y + rng.uniform(-0.05, 0.05),
                radius=rng.choice((SMALL, LARGE, rng.uniform(SMALL, LARGE))),
                angle=rng.uniform(-0.3, 0.3),
                # Some wait outside until they come in.
                present=not ("enter" in self.direction.actions and groups and rng.random() < 0.2),
            )
        states = dict(cast)
        events: list[Event] = []
        for group in groups:
            busy: set[Thing] = set()
            happening: list[Event] = []
            for slot in group:
                event = self._event(slot, states, busy, earlier + events + happening)
                if event is None:
                    continue
                happening.append(event)
                busy.update(part.thing for part in event.parts)
            events += happening
            for event in happening:
                for part in event.parts:
                    states[part.thing] = rest_after(part, event.end - event.start)
        return Shot(start, end, self._background(), cast), events

    def _event(self, slot: _Slot, states: dict[Thing, State], busy: set[Thing], earlier: list[Event]) -> Event | None:
        rng = self.rng
        choices = [
            (thing, action)
            for thing in states
            if thing not in busy
            for action in self.direction.actions
            if _STAGINGS[action](thing, states, busy) is not None
        ]
        if not choices:
            return None
        done = {event.kind for event in earlier}
        fresh = [choice for choice in choices if choice[1] not in done]
        repeated = [choice for choice in choices if choice[1] in done]
        # Actions recur, so that an action alone rarely names one event.
        options = repeated if repeated and (not fresh or rng.random() < 0.45) else fresh
        actions = sorted({action for _, action in options})
        action = rng.choice(actions)
        thing = rng.choice([thing for thing, kind in options if kind == action])
        parts = _STAGINGS[action](thing, states, busy)
        if parts is None:
            return None
        partner = parts[1].thing if len(parts) > 1 else None
        length = slot.length
        if action in BRISK:
            # Slow drifts would hardly differ from one sampled frame to the next.
            length = min(length, rng.uniform(*BRISK_LENGTH))
        if action == "hit":
            parts, partner = parts[:1], parts[1].thing
            busy.add(partner)
        return Event(action, thing, slot.start, round(slot.start + length, 2), tuple(parts), partner)

    def _background(self) -> Background:
        rng = self.rng
        kinds = ("plain", "gradient", "stripes", "checks", "clouds")

        def tone() -> tuple[int, int, int]:
            grey = rng.randint(45, 125)
            red, green, blue = (max(20, min(150, grey + rng.randint(-18, 18))) for _ in range(3))
            return red, green, blue

        bars = tuple((rng.uniform(0.1, 0.85), rng.uniform(0.04, 0.08)) for _ in range(rng.random() < 0.2))
        return Background(
            seed=rng.randrange(2**31),
            textures=(rng.choice(kinds), rng.choice(kinds)),
            tones=(tone(), tone()),
            period=rng.uniform(12.0, 40.0),
            bars=bars,
        )


Staging = Callable[[Thing, dict[Thing, State], set[Thing]], "list[Part] | None"]


def _alone(stage: Callable[[State], State | None], present: bool = True) -> Callable[[str], Staging]:
    """What one thing does alone: `stage` gives where it ends, or nothing when it cannot."""

    def named(kind: str) -> Staging:
        def staged(thing: Thing, states: dict[Thing, State], busy: set[Thing]) -> list[Part] | None:
            before = states[thing]
            if before.present != present:
                return None
            if kind == "enter":
                # What has left comes back to a place within.
                home = replace(before, x=min(max(before.x, 0.2), 0.8), y=min(max(before.y, 0.2), 0.8), present=True)
                return [Part(thing, kind, _outside(home), home)]
            after = stage(before)
            return None if after is None else [Part(thing, kind, before, after)]

        return staged

    return named


def _shifted(dx: float, dy: float) -> Callable[[State], State | None]:
    """A move by up to 0.62 of the frame in one direction, where at least 0.35 is free."""

    def stage(state: State) -> State | None:
        x = state.x + 0.62 * dx
        y = state.y + 0.62 * dy
        x, y = min(max(x, EDGE), 1 - EDGE), min(max(y, EDGE), 1 - EDGE)
        if abs(x - state.x) + abs(y - state.y) < 0.35:
            return None
        return replace(state, x=x, y=y)

    return stage


def _outside(state: State) -> State:
    """Where a thing leaves to and comes from: beyond the nearest edge."""
    distances = {"left": state.x, "right": 1 - state.x, "top": state.y, "bottom": 1 - state.y}
    edge = min(distances, key=lambda name: distances[name])
    x = {"left": -OUTSIDE, "right": 1 + OUTSIDE}.get(edge, state.x)
    y = {"top": -OUTSIDE, "bottom": 1 + OUTSIDE}.get(edge, state.y)
    return replace(state, x=x, y=y, present=False)


def _grown(state: State) -> State | None:
    return replace(state, radius=LARGE + 0.02) if state.radius < 0.14 else None


def _shrunk(state: State) -> State | None:
    return replace(state, radius=SMALL - 0.01) if state.radius > 0.17 else None


def _hit(thing: Thing, states: dict[Thing, State], busy: set[Thing]) -> list[Part] | None:
    """Knocks against another: up to its rim."""
    before = states[thing]
    for other, place in states.items():
        if other == thing or other in busy or not (before.present and place.present):
            continue
        dx, dy = place.x - before.x, place.y - before.y
        distance = (dx * dx + dy * dy) ** 0.5
        gap = distance - before.radius - place.radius
        if gap < 0.1:
            continue
        share = gap / distance
        touch = replace(before, x=before.x + dx * share, y=before.y + dy * share)
        return [Part(thing, "hit", before, touch), Part(other, "rest", place, place)]
    return None


def _follow(thing: Thing, states: dict[Thing, State], busy: set[Thing]) -> list[Part] | None:
    """Goes behind another that moves away to the left or the right."""
    before = states[thing]
    for other, place in states.items():
        if other == thing or other in busy or not (before.present and place.present):
            continue
        way = 1 if place.x > before.x else -1
        target = 1 - EDGE if way > 0 else EDGE
        if abs(target - place.x) < 0.25 or abs(place.x - before.x) < 0.15:
            continue
        behind = target - way * (before.radius + place.radius + 0.03)
        if (behind - before.x) * way < 0.2:
            continue
        return [
            Part(thing, "follow", before, replace(before, x=behind, y=place.y)),
            Part(other, "right" if way > 0 else "left", place, replace(place, x=target)),
        ]
    return None


def _stays(state: State) -> State:
    return state


_STAGINGS: dict[str, Staging] = {
    "enter": _alone(_stays, present=False)("enter"),
    "leave": _alone(_outside)("leave"),
    "left": _alone(_shifted(-1, 0))("left"),
    "right": _alone(_shifted(1, 0))("right"),
    "rise": _alone(_shifted(0, -1))("rise"),
    "sink": _alone(_shifted(0, 1))("sink"),
    "turn": _alone(_stays)("turn"),
    "blink": _alone(_stays)("blink"),
    "grow": _alone(_grown)("grow"),
    "shrink": _alone(_shrunk)("shrink"),
    "hit": _hit,
    "follow": _follow,
}
