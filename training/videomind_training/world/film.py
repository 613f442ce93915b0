"""Films as data: shots, their cast, and what happens when. Times are seconds, places and sizes shares of the frame."""

from __future__ import annotations

from dataclasses import dataclass, field

from .things import Thing


@dataclass(frozen=True)
class State:
    """Where a thing is and how large; `y` counts down from the top, `angle` is in radians."""

    x: float
    y: float
    radius: float
    angle: float = 0.0
    present: bool = True


@dataclass(frozen=True)
class Part:
    """What one thing goes through in an event: from one state to another in the way of `kind`."""

    thing: Thing
    kind: str
    before: State
    after: State


@dataclass(frozen=True)
class Event:
    """Something that a thing does between `start` and `end`; `partner` for what takes two."""

    kind: str
    thing: Thing
    start: float
    end: float
    parts: tuple[Part, ...]
    partner: Thing | None = None


@dataclass(frozen=True)
class Background:
    """Two textures that slowly fade into each other, and bars that stand before everything."""

    seed: int
    textures: tuple[str, str]
    tones: tuple[tuple[int, int, int], tuple[int, int, int]]
    period: float
    bars: tuple[tuple[float, float], ...] = ()
    """Left edge and width of each bar."""


@dataclass(frozen=True)
class Shot:
    """What lies between two cuts."""

    start: float
    end: float
    background: Background
    cast: dict[Thing, State]
    """Each thing of the shot as the shot begins, in drawing order."""


@dataclass(frozen=True)
class Film:
    """A film: `events` by start time; an event never crosses a cut."""

    seed: int
    duration: float
    fps: float
    noise: float
    shots: tuple[Shot, ...]
    events: tuple[Event, ...] = field(default=())

    @property
    def frame_count(self) -> int:
        """Frames of the written film."""
        return round(self.duration * self.fps)

    def shot_at(self, time: float) -> Shot:
        """The shot that is on at a time; a cut belongs to what follows it."""
        for shot in self.shots:
            if time < shot.end:
                return shot
        return self.shots[-1]
