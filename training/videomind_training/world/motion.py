"""Where every thing of a film is at a time, and what it is doing there."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from .film import Film, Part, State
from .things import Thing

BLINK_PERIOD = 1.5
"""Seconds of one blink: half of it solid, half of it nearly gone."""

TURN_SPEED = math.radians(75)
KNOCKS = 3


@dataclass(frozen=True)
class Seen:
    """A thing at a moment: how solid it is drawn (0 to 1), and the kind of its event, if it is in one."""

    thing: Thing
    state: State
    solidity: float
    doing: str | None


def things_at(film: Film, time: float) -> list[Seen]:
    """The things that are present at a time, in drawing order."""
    shot = film.shot_at(time)
    states: dict[Thing, State] = dict(shot.cast)
    doing: dict[Thing, tuple[Part, float, float]] = {}
    for event in film.events:
        if event.start > time or event.end <= shot.start or event.start >= shot.end:
            continue
        for part in event.parts:
            if time >= event.end:
                states[part.thing] = rest_after(part, event.end - event.start)
            else:
                doing[part.thing] = (part, time - event.start, event.end - event.start)
    seen = []
    for thing, state in states.items():
        if thing in doing:
            part, elapsed, length = doing[thing]
            moved, solidity = _within(part, elapsed, length)
            seen.append(Seen(thing, moved, solidity, part.kind))
        elif state.present:
            seen.append(Seen(thing, state, 1.0, None))
    return seen


def rest_after(part: Part, length: float) -> State:
    """State of a thing once its event, `length` seconds long, is over."""
    if part.kind == "hit":
        return part.before
    if part.kind == "turn":
        return replace(part.before, angle=part.before.angle + TURN_SPEED * length)
    return part.after


def _within(part: Part, elapsed: float, length: float) -> tuple[State, float]:
    """State and solidity of a thing within its event."""
    before, after = part.before, part.after
    share = elapsed / length
    if part.kind == "turn":
        return replace(before, angle=before.angle + TURN_SPEED * elapsed), 1.0
    if part.kind == "blink":
        return before, 1.0 if elapsed % BLINK_PERIOD < BLINK_PERIOD / 2 else 0.12
    if part.kind == "hit":
        # To the other and back, a few times; `after` holds the place of the touch.
        swing = 1 - abs(2 * ((share * KNOCKS) % 1) - 1)
        return _between(before, replace(after, present=True), swing), 1.0
    return _between(before, after, share), 1.0


def _between(before: State, after: State, share: float) -> State:
    return State(
        x=before.x + (after.x - before.x) * share,
        y=before.y + (after.y - before.y) * share,
        radius=before.radius + (after.radius - before.radius) * share,
        angle=before.angle,
    )
