"""Lines of VideoKR's two published files, and of anything that has their fields (as the app's own exports)."""

from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, field_validator, model_validator

from videomind_training.reasoner.data.items import ReasonerItem, kind_of
from videomind_training.reasoner.rewards.moments import moments_of

Text = Annotated[str, Field(min_length=1)]


class VideoKrLine(BaseModel):
    """A line, as far as trainers read it. `spans` (true moments in seconds) and `duration` are ours."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str | int | None = None
    question: Text
    options: list[str] = Field(default=[], validation_alias=AliasChoices("options", "option"))
    think: str = ""
    solution: str = Field(validation_alias=AliasChoices("solution", "answer"))
    video_path: Text = Field(validation_alias=AliasChoices("video_path", "path", "file_name"))
    problem_type: str | None = None
    data_source: str | None = None
    duration: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    spans: list[tuple[float, float]] = []

    @field_validator("options", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        if isinstance(value, dict):
            return [f"{letter}. {text}" for letter, text in sorted(value.items())]
        return [] if value is None else value

    @field_validator("solution", mode="before")
    @classmethod
    def _written(cls, value: object) -> object:
        return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value

    @field_validator("solution")
    @classmethod
    def _without_tags(cls, value: str) -> str:
        return _inner(value, "answer")

    @field_validator("think", mode="before")
    @classmethod
    def _reasoning(cls, value: object) -> object:
        return "" if value is None else _inner(value, "think") if isinstance(value, str) else value

    @model_validator(mode="after")
    def _complete(self) -> "VideoKrLine":
        if self.solution == "":
            raise ValueError("solution is empty")
        if any(end <= start for start, end in self.spans):
            raise ValueError("a span ends before it starts")
        options = tuple(self.options)
        if kind_of(self.problem_type, options) == "moment" and not self._true_spans():
            raise ValueError("a question for a moment needs `spans`, or a solution that names times")
        return self

    def _true_spans(self) -> tuple[tuple[float, float], ...]:
        return tuple(self.spans) or moments_of(self.solution)

    def item(self, source: str, root: Path) -> ReasonerItem:
        """The question that it asks."""
        options = tuple(self.options)
        kind = kind_of(self.problem_type, options)
        return ReasonerItem(
            source=source,
            id=source if self.id is None else str(self.id),
            video=root / self.video_path,
            question=self.question.removeprefix("<video>"),
            options=options,
            kind=kind,
            answer=self.solution,
            think=self.think or None,
            spans=self._true_spans() if kind == "moment" else tuple(self.spans),
            duration=self.duration,
            origin=self.data_source or "videokr",
        )


def _inner(text: str, tag: str) -> str:
    """The text between a pair of tags, or the whole where there are none."""
    _, opened, rest = text.partition(f"<{tag}>")
    inner, closed, _ = rest.partition(f"</{tag}>")
    return (inner if opened and closed else text).strip()
