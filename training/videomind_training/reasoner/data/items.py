"""A question about a video with its right answer, whatever file it came from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from videomind_training.chain.spans import Span

Kind = Literal["choice", "number", "moment", "open"]
"""How an answer is judged: by its letter, its value, the time it names, or its words."""

kinds: tuple[Kind, ...] = ("choice", "number", "moment", "open")


@dataclass(frozen=True)
class ReasonerItem:
    """One question.

    Attributes:
        source: file and line or position that it came from.
        id: of the question, in its file.
        video: path of the video.
        question: text.
        options: as they are shown; empty without a choice.
        kind: of the answer.
        answer: the right one: a letter, a number, a text, or times such as `from 2 s to 5 s`.
        think: reasoning that leads to it; None where the file has none, as for reinforcement.
        spans: true moments in seconds; empty where none are known.
        duration: of the video in seconds; None where unknown.
        origin: data set, as the file names it.
    """

    source: str
    id: str
    video: Path
    question: str
    options: tuple[str, ...]
    kind: Kind
    answer: str
    think: str | None = None
    spans: tuple[Span, ...] = ()
    duration: float | None = None
    origin: str = "own"

    def texts(self) -> list[str]:
        """What the length filter counts words of."""
        return [self.question, *self.options, self.think or "", self.answer]


def moment_answer(spans: tuple[Span, ...]) -> str:
    """Moments as an answer: `from 2 s to 5 s and from 8 s to 9.5 s`."""
    return " and ".join(f"from {_seconds(start)} s to {_seconds(end)} s" for start, end in spans)


def _seconds(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def kind_of(written: str | None, options: tuple[str, ...]) -> Kind:
    """The kind that a file's `problem_type` means; without one, a question with options is a choice."""
    words = " ".join((written or "").lower().replace("_", " ").replace("-", " ").split())
    if words in ("multiple choice", "mcq"):
        return "choice"
    if words in ("numerical", "number", "regression", "counting"):
        return "number"
    if words in ("temporal grounding", "grounding", "moment"):
        return "moment"
    return "choice" if words == "" and options else "open"


problem_types: dict[Kind, str] = {
    "choice": "multiple choice",
    "number": "numerical",
    "moment": "temporal grounding",
    "open": "open-ended",
}
"""How published files spell the kinds; VideoKR has the first and the last."""
