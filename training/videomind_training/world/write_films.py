"""Writes films as H.264 files, with what is asked of them beside: `films.json`, and grounding lines as TACoS has them."""

from __future__ import annotations

import json
import random
import subprocess
from dataclasses import asdict
from pathlib import Path

from .direct import HELD_OUT_SEEDS, direct_film
from .film import Film
from .glance import without_given_away
from .long_films import ask_long_film, direct_long_film
from .questions import Interviewer, Question
from .render import draw_frame
from .wording import Split

WRITTEN_SIZE = 112
"""Side of the films that models are measured with; a clip for people may be larger."""


def write_film(film: Film, path: Path, size: int = WRITTEN_SIZE, quality: int = 20) -> None:
    """Encodes a film; a smaller `quality` is a larger file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"]
    command += ["-s", f"{size}x{size}", "-r", str(film.fps), "-i", "-", "-an", "-c:v", "libx264", "-preset", "veryfast"]
    command += ["-crf", str(quality), "-pix_fmt", "yuv420p", "-g", "50", "-threads", "1"]
    command += ["-bitexact", "-movflags", "+faststart", str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        if encoder.stdin is None:
            raise RuntimeError("ffmpeg takes no input")
        for index in range(film.frame_count):
            encoder.stdin.write(draw_frame(film, index / film.fps, size, film.seed * 8191 + index).tobytes())
        encoder.stdin.close()
        if encoder.wait() != 0:
            raise RuntimeError(f"ffmpeg could not write {path}")


def ask_film(film: Film, split: Split) -> dict[str, object]:
    """What is asked of a film: queries and questions of all kinds, the same at every call. Those that one look would answer
    have no options."""
    rng = random.Random(film.seed * 31 + 7)
    interviewer = Interviewer(film, split, rng)
    queries = [{"query": query.text, "span": query.span} for query in interviewer.queries()]
    questions = [_question(without_given_away(film, question)) for question in interviewer.questions()]
    return {"seed": film.seed, "duration": film.duration, "queries": queries, "questions": questions}


def _question(question: Question) -> dict[str, object]:
    fields = asdict(question)
    fields["question"] = fields.pop("text")
    del fields["about"], fields["within"]
    return {**fields, "plan": question.plan}


def write_long_films(folder: Path, count: int, minutes: float, queries: int, size: int = WRITTEN_SIZE) -> None:
    """Writes long held-out films with queries for what happens once; films that are there are left as they are."""
    films = []
    for seed in range(count):
        film = direct_long_film(seed, minutes)
        path = folder / f"long-{minutes:g}-{seed}.mp4"
        _write_once(film, path, size)
        asked = [{"query": query.text, "span": query.span} for query in ask_long_film(film, queries)]
        films.append({"video": path.name, "seed": film.seed, "duration": film.duration, "queries": asked, "questions": []})
    (folder / "films.json").write_text(json.dumps(films, indent=1) + "\n")


def write_split(folder: Path, split: Split, count: int, size: int = WRITTEN_SIZE) -> None:
    """Writes films of a split with their questions; films that are there are left as they are."""
    first = HELD_OUT_SEEDS if split == "held-out" else 0
    films, lines = [], []
    for seed in range(first, first + count):
        film = direct_film(seed)
        name = f"film-{seed}.mp4"
        path = folder / name
        _write_once(film, path, size)
        asked = ask_film(film, split)
        films.append({"video": name, **asked})
        for number, query in enumerate(asked["queries"]):  # type: ignore[arg-type]
            lines.append(
                {
                    "vid": path.stem,
                    "qid": f"{seed}-{number}",
                    "query": query["query"],
                    "duration": film.duration,
                    "relevant_windows": [query["span"]],
                }
            )
    (folder / "films.json").write_text(json.dumps(films, indent=1) + "\n")
    (folder / "grounding.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def _write_once(film: Film, path: Path, size: int) -> None:
    if not path.exists():
        draft = path.with_suffix(".part.mp4")
        write_film(film, draft, size)
        draft.replace(path)
