"""What the world is made of: colours, shapes and actions, and how they look."""

from __future__ import annotations

from dataclasses import dataclass

COLOURS: dict[str, tuple[int, int, int]] = {
    "red": (218, 42, 42),
    "yellow": (236, 208, 48),
    "green": (44, 168, 70),
    "blue": (48, 92, 224),
    "purple": (156, 62, 190),
    "white": (240, 240, 240),
}

SHAPES: tuple[str, ...] = ("circle", "square", "triangle", "star")

SINGLE_ACTIONS: tuple[str, ...] = (
    "enter",
    "leave",
    "left",
    "right",
    "rise",
    "sink",
    "turn",
    "blink",
    "grow",
    "shrink",
)
"""What one thing does alone."""

PAIR_ACTIONS: tuple[str, ...] = ("hit", "follow")
"""What one thing does with another."""

ACTIONS: tuple[str, ...] = SINGLE_ACTIONS + PAIR_ACTIONS


@dataclass(frozen=True, order=True)
class Thing:
    """A coloured shape; a film never shows two alike at once."""

    colour: str
    shape: str

    def __str__(self) -> str:
        return f"{self.colour} {self.shape}"


ALL_THINGS: tuple[Thing, ...] = tuple(Thing(colour, shape) for colour in COLOURS for shape in SHAPES)
