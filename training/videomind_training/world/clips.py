"""The clips that the app ships, with questions to try: `python -m videomind_training.world.clips ../assets/demo`."""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import replace
from pathlib import Path

from .direct import Direction, direct_film
from .film import Film
from .questions import Interviewer, Question
from .write_films import write_film

CLIP_SEEDS = 20_000_000
"""Clips have seeds from here on: neither trained on nor measured."""

CLIP_SIZE = 224
CLIP_QUALITY = 31
LENGTHS = ((25, 40), (25, 40), (40, 60), (40, 60), (60, 90), (60, 90), (90, 120), (90, 120), (181, 200), (200, 240))
"""Shortest and longest of each clip, in seconds."""

KINDS = ("colour", "shape", "next", "when")
"""What the shipped model answers well enough to be suggested, what shows most of it first."""


def clip_films() -> list[Film]:
    """The clips, found by their length: the first seeds that fit."""
    films, seed = [], CLIP_SEEDS
    for shortest, longest in LENGTHS:
        while True:
            film = direct_film(seed, Direction(fps=10.0))
            seed += 1
            if shortest <= film.duration <= longest and len(film.events) >= 4:
                # Film grain costs most of the bytes and shows nothing.
                films.append(replace(film, noise=min(film.noise, 2.0)))
                break
    return films


def questions_of(film: Film) -> list[Question]:
    """Questions of the suggested kinds, in the wording of the held-out split; some without options."""
    asked = Interviewer(film, "held-out", random.Random(film.seed)).questions()
    chosen = sorted((each for each in asked if each.kind in KINDS), key=lambda each: KINDS.index(each.kind))
    return [
        replace(each, options=()) if number % 2 == 1 and each.kind in ("colour", "shape") else each
        for number, each in enumerate(chosen)
    ]


def write_clips(folder: Path) -> None:
    """Writes the clips that are not there yet, and `demo.json`."""
    clips = []
    for number, film in enumerate(clip_films(), 1):
        name = f"shapes-{number:02}.mp4"
        if not (folder / name).exists():
            write_film(film, folder / name, CLIP_SIZE, CLIP_QUALITY)
        questions = [
            {
                "question": question.text,
                "kind": question.kind,
                **({"options": list(question.options)} if question.options else {}),
                "truth": {
                    **({"answer": question.answer} if question.answer else {}),
                    **({"startSec": question.span[0], "endSec": question.span[1]} if question.span else {}),
                },
            }
            for question in questions_of(film)
        ]
        minutes, seconds = divmod(round(film.duration), 60)
        title = f"Shapes {number}, {minutes}:{seconds:02}"
        clips.append({"name": title, "file": name, "durationSec": film.duration, "questions": questions})
    (folder / "demo.json").write_text(json.dumps({"schemaVersion": 1, "clips": clips}, indent=2) + "\n")


def main() -> None:
    """Reads the arguments and writes."""
    parser = argparse.ArgumentParser(prog="videomind_training.world.clips", description=__doc__)
    parser.add_argument("folder", type=Path)
    write_clips(parser.parse_args().folder)


if __name__ == "__main__":
    main()
