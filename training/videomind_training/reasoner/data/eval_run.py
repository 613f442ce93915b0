"""Results of `eval run`: a model's own replies, of which those with the right answer teach (rejection sampling)."""

from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, model_validator

from videomind_training.reasoner.data.items import ReasonerItem, moment_answer
from videomind_training.reasoner.rewards.answers import choice_reward, number_reward, open_reward
from videomind_training.reasoner.rewards.moments import moment_reward
from videomind_training.reasoner.rewards.tags import answer_of, form_reward
from videomind_training.reasoner.shown.words import lettered

least_right = 0.5
"""From this reward on a moment or an open answer counts as right; letters have to be equal."""


class _WrittenSample(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str | int | None = Field(default=None, validation_alias=AliasChoices("id", "qid", "sample"))
    source: str = "eval-run"
    video_path: Annotated[str, Field(min_length=1)]
    duration: float | None = None
    question: str | None = None
    query: str | None = None
    options: list[str] = []
    answer: str | None = None
    ans: str | None = None
    span: list[tuple[float, float]] = []
    reasoner_response: str | None = None

    @model_validator(mode="after")
    def _asked(self) -> "_WrittenSample":
        if not (self.question or self.query):
            raise ValueError("question is missing")
        if not (self.ans or self.answer or self.span):
            raise ValueError("the right answer is missing (ans, answer or span)")
        return self


def read_eval_run(source: str, value: object, root: Path) -> ReasonerItem:
    """The question of a written sample; with the model's reasoning where its reply has the form and the right answer.

    Raises:
        ValidationError: of a line that is no such sample.
    """
    line = _WrittenSample.model_validate(value)
    spans = tuple(line.span)
    if line.ans and line.options:
        kind, answer = "choice", line.ans
    elif line.answer:
        kind, answer = "open", line.answer
    else:
        kind, answer = "moment", moment_answer(spans)
    reply = line.reasoner_response or ""
    given = answer_of(reply)
    if kind == "choice":
        right = choice_reward(given, answer) == 1
    elif kind == "moment":
        right = moment_reward(given, spans) >= least_right
    else:
        right = number_reward(given, answer) == 1 or open_reward(given, answer) >= least_right
    think = reply.partition("<think>")[2].partition("</think>")[0].strip()
    return ReasonerItem(
        source=source,
        id=source if line.id is None else str(line.id),
        video=root / line.video_path,
        question=line.question or f"When does this happen: {line.query}?",
        options=lettered(tuple(line.options)) if kind == "choice" else (),
        kind=kind,
        answer=given if right and kind == "moment" else answer,
        think=think if right and form_reward(reply) == 1 and think else None,
        spans=spans,
        duration=line.duration,
        origin=line.source,
    )
