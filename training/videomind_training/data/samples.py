"""Annotated samples in the processed forms, one class a form."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from videomind_training.chain.spans import Span
from videomind_training.prompts.prompt_set import Role


@dataclass(frozen=True)
class Sample:
    """What every sample has.

    Attributes:
        source: file and line or position that it came from.
        video: path of the video.
        duration: annotated length in seconds; None where the annotation has none.
        data_type: samples of one type share a batch: `grounding` or `multimodal`.
        role: that it trains.
        worded_fields: texts that the length filter counts words of.
    """

    source: str
    video: Path
    duration: float | None
    data_type: str

    role: ClassVar[Role]
    worded_fields: ClassVar[tuple[str, ...]]

    def texts(self) -> list[str]:
        """What the length filter counts words of."""
        return [getattr(self, name) for name in self.worded_fields]


@dataclass(frozen=True)
class GroundingSample(Sample):
    """A query and when it happens: spans in seconds, at least one."""

    query: str
    spans: tuple[Span, ...]

    role = "grounder"
    worded_fields = ("query",)


@dataclass(frozen=True)
class VerifyingSample(Sample):
    """One guess of a grounder, and whether it is right."""

    query: str
    candidate: Span
    positive: bool

    role = "verifier"
    worded_fields = ("query",)


@dataclass(frozen=True)
class PlanningSample(Sample):
    """A question, the route to its answer (1 to 4) and, on routes 1 and 3, the rephrased query."""

    question: str
    route: int
    query: str

    role = "planner"
    worded_fields = ("question", "query")


@dataclass(frozen=True)
class AnsweringSample(Sample):
    """A question and its answer.

    Attributes:
        question, answer: texts.
        options: of a multiple-choice question.
        correct: index of the right option; None where the annotation names none.
        crop: the stretch that is shown, in seconds; None for the whole video.
        span: the true moment within the crop.
    """

    question: str
    answer: str
    options: tuple[str, ...] = ()
    correct: int | None = None
    crop: Span | None = None
    span: Span | None = None

    role = "answerer"
    worded_fields = ("question", "answer")
