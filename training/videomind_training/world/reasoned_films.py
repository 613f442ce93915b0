"""Short films with questions that ask for reasons: what a tiny reasoner learns on a CPU.

Things of one colour show for two seconds on an empty stage. It is asked which colour they have (options, always in one
order, so that a letter is a colour), after how many seconds they come (a number) and when they show (a moment); the reason
says what is seen. Things come and go on even seconds: at a frame a second two of them are what a network sees at once. All
moments are as long, so that no guess gains by covering more.

`python -m videomind_training.world.reasoned_films FOLDER`.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

from .direct import HELD_OUT_SEEDS
from .film import Background, Film, Shot, State
from .things import SHAPES, Thing
from .wording import Split
from .write_films import write_film

SECONDS, FPS, SIZE = 8.0, 4.0, 56
STEP_SEC = 2
ASKED_COLOURS = ("blue", "green", "red", "yellow")


def reasoned_film(seed: int) -> tuple[Film, Thing, tuple[float, float]]:
    """A film, the first thing it shows, and from when to when it shows things."""
    rng = random.Random(seed)
    thing = Thing(rng.choice(ASKED_COLOURS), rng.choice(SHAPES))
    count = rng.randint(1, 3)
    start = rng.randrange(0, int(SECONDS), STEP_SEC)
    end = start + STEP_SEC
    background = Background(seed, ("plain", "plain"), ((90, 92, 96), (104, 100, 98)), 8.0)
    places = rng.sample([(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)], count)
    shapes = [thing.shape, *(shape for shape in SHAPES if shape != thing.shape)]
    cast = {Thing(thing.colour, shapes[number]): State(x, y, 0.19) for number, (x, y) in enumerate(places)}
    cuts = [(0.0, float(start), {}), (float(start), float(end), cast), (float(end), SECONDS, {})]
    shots = tuple(Shot(first, last, background, shown) for first, last, shown in cuts if last > first)
    return Film(seed, SECONDS, FPS, 3.0, shots), thing, (float(start), float(end))


def ask_reasoned_film(seed: int, video: str) -> list[dict[str, object]]:
    """Questions about a film, as lines of VideoKR's form."""
    _, thing, (start, end) = reasoned_film(seed)
    letter = "ABCD"[ASKED_COLOURS.index(thing.colour)]
    said = f"from {start:g} s to {end:g} s"
    common = {"video_path": video, "duration": SECONDS, "data_source": "shapes"}
    return [
        {
            **common,
            "id": f"{seed}-colour",
            "question": "Which color is shown?",
            "options": [f"{'ABCD'[place]}. {colour}" for place, colour in enumerate(ASKED_COLOURS)],
            "think": f"It is {thing.colour}.",
            "solution": letter,
            "problem_type": "multiple choice",
        },
        {
            **common,
            "id": f"{seed}-after",
            "question": "After how many seconds is it shown?",
            "think": f"It is at {start:g} s.",
            "solution": f"{start:g}",
            "problem_type": "numerical",
        },
        {
            **common,
            "id": f"{seed}-when",
            "question": "When is it shown?",
            "think": f"It is at {start:g} s.",
            "solution": said,
            "spans": [[start, end]],
            "problem_type": "temporal grounding",
        },
    ]


def write_reasoned_split(folder: Path, split: Split, count: int) -> Path:
    """Writes films of a split and `<split>.jsonl`; films that are there are left as they are."""
    first = HELD_OUT_SEEDS if split == "held-out" else 0
    lines = []
    for seed in range(first, first + count):
        path = folder / f"reasoned-{seed}.mp4"
        if not path.exists():
            draft = path.with_suffix(".part.mp4")
            write_film(reasoned_film(seed)[0], draft, SIZE)
            draft.replace(path)
        lines += ask_reasoned_film(seed, path.name)
    target = folder / f"{split}.jsonl"
    target.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return target


def main() -> None:
    """Reads the arguments and writes both splits."""
    parser = argparse.ArgumentParser(prog="videomind_training.world.reasoned_films", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--films", type=int, default=400)
    parser.add_argument("--held-out", type=int, default=60)
    arguments = parser.parse_args()
    write_reasoned_split(arguments.folder, "train", arguments.films)
    write_reasoned_split(arguments.folder, "held-out", arguments.held_out)


if __name__ == "__main__":
    main()
