"""Films to learn from, by length."""

from __future__ import annotations

import random
from pathlib import Path

from .seen import SeenFilm, kept_films


class Library:
    """Films, shortest first."""

    def __init__(self, films: list[SeenFilm]) -> None:
        self.films = sorted(films, key=lambda seen: seen.film.duration)

    @staticmethod
    def kept(folder: Path, seeds: range) -> Library:
        """The films with these seeds that are kept in a folder."""
        return Library(kept_films(folder, seeds))

    def alike(self, rng: random.Random, count: int, longest: float) -> list[SeenFilm]:
        """Films of about the same length, none longer than `longest` seconds."""
        within = [seen for seen in self.films if seen.film.duration <= longest]
        start = rng.randrange(max(1, len(within) - count))
        return within[start : start + count]
