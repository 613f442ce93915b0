"""Reads annotation files: JSON lists and JSON lines in the processed forms of the reference's data sets."""

import json
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from videomind_training.chain.spans import Span, bound_span
from videomind_training.data.samples import AnsweringSample, GroundingSample, PlanningSample, Sample, VerifyingSample
from videomind_training.errors import TrainingError
from videomind_training.field_errors import describe_field_error

Form = Literal["grounding", "verifying", "planning", "answering", "answering-crop"]

positive_iou = 0.5
most_guesses = 5
shortest_crop_sec = 16.0

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1)]


@dataclass(frozen=True)
class AnnotationFile:
    """A file of annotations.

    Attributes:
        path: of a .json or .jsonl file, or a folder of such files.
        form: of its items.
        root: folder that video paths are relative to.
        video_template: path of a video that only has an id, such as `videos/{vid}.mp4`.
        listed_in: entries of the configuration that list such files, for messages.
    """

    path: Path
    form: Form
    root: Path
    video_template: str | None = None
    listed_in: str = "`data.<role>` or `verification.files`"


@dataclass(frozen=True)
class BadSample:
    """What cannot be used.

    Attributes:
        source: file and line or position of the annotation.
        text: why, as an error with its code.
        step: of training, from 1, that it was drawn for; None: found while annotations were read.
    """

    source: str
    text: str
    step: int | None = None


def read_annotations(file: AnnotationFile) -> Iterator[Sample | BadSample]:
    """Samples of a file in order. An item that cannot be used comes out as a `BadSample` in its place.

    Raises:
        TrainingError: ANNOTATIONS_INVALID when the file itself cannot be read.
    """
    if file.path.is_dir():
        for path in _inner_files(file):
            yield from read_annotations(replace(file, path=path))
        return
    for source, value in read_json_items(file.path, file.listed_in):
        if isinstance(value, BadSample):
            yield value
            continue
        try:
            item = _items_of_form[file.form].validate_python(value)
        except ValidationError as error:
            yield BadSample(source, f"ANNOTATIONS_INVALID: {source}: {describe_field_error(error)}.")
            continue
        video = _video_path(item, file)
        if video is None:
            yield BadSample(source, f"ANNOTATIONS_INVALID: {source}: video_path is missing; set `video_template`.")
            continue
        yield from item.samples(source, video)


def _inner_files(folder: AnnotationFile) -> list[Path]:
    try:
        return sorted(path for path in folder.path.iterdir() if path.suffix in (".json", ".jsonl"))
    except OSError as error:
        raise _unreadable(folder.path, folder.listed_in, error) from error


def read_json_items(path: Path, listed_in: str) -> Iterator[tuple[str, object]]:
    """Place and value of each item; a broken line is a BadSample. Raises TrainingError ANNOTATIONS_INVALID.

    Args:
        path: of a .json or .jsonl file.
        listed_in: see `AnnotationFile`.
    """
    try:
        content = path.read_bytes().removeprefix(BOM_UTF8)
    except OSError as error:
        raise _unreadable(path, listed_in, error) from error
    if path.suffix == ".json":
        values, fault = _parsed(content)
        if fault is not None:
            raise TrainingError("ANNOTATIONS_INVALID", f"{path} {fault}.", "Mend or replace the file.")
        if not isinstance(values, list):
            raise TrainingError("ANNOTATIONS_INVALID", f"{path} holds no list.", "Convert it with `videomind eval convert`.")
        yield from ((f"{path.name}#{index}", value) for index, value in enumerate(values))
        return
    # Only a line feed ends a line: a text may hold U+2028 and others that Python's splitlines() takes for ends.
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        source = f"{path.name}:{number}"
        value, fault = _parsed(line)
        yield source, value if fault is None else BadSample(source, f"ANNOTATIONS_INVALID: {source} {fault}.")


def _unreadable(path: Path, listed_in: str, error: OSError) -> TrainingError:
    return TrainingError("ANNOTATIONS_INVALID", f"{path} cannot be read: {error}", f"Check its `path` under {listed_in}.")


def _parsed(content: bytes) -> tuple[object, str | None]:
    """The value of a JSON text, and what is wrong with the text."""
    try:
        return json.loads(content.decode()), None
    except UnicodeDecodeError as error:
        return None, f"is not UTF-8: {error}"
    except ValueError as error:
        return None, f"is not JSON: {error}"
    except RecursionError:
        return None, "is nested too deeply"


class _Item(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    vid: str | None = None
    video_path: str | None = None
    duration: Seconds | None = None

    def samples(self, source: str, video: Path) -> Iterator[Sample]:
        raise NotImplementedError


class _Grounding(_Item):
    query: Text
    relevant_windows: Annotated[
        list[tuple[Seconds, Seconds]], Field(min_length=1, validation_alias=AliasChoices("relevant_windows", "span"))
    ]

    @model_validator(mode="after")
    def _in_order(self) -> "_Grounding":
        if any(end <= start for start, end in self.relevant_windows):
            raise ValueError("a window ends before it starts")
        return self

    def samples(self, source: str, video: Path) -> Iterator[Sample]:
        yield GroundingSample(source, video, self.duration, "grounding", self.query, tuple(self.relevant_windows))


class _Verifying(_Item):
    query: Text
    span: Annotated[list[tuple[Seconds, Seconds]], Field(min_length=1)]
    pred: list[tuple[Seconds, Seconds]]

    def samples(self, source: str, video: Path) -> Iterator[Sample]:
        for index, guess in enumerate(self.pred[:most_guesses]):
            positive = any(_overlap(guess, span) >= positive_iou for span in self.span)
            yield VerifyingSample(f"{source}/{index}", video, self.duration, "grounding", self.query, guess, positive)


class _Planning(_Item):
    question: Text
    route: Annotated[int, Field(ge=1, le=4)]
    query: str = ""
    data_type: Literal["grounding", "multimodal"] = "multimodal"

    @model_validator(mode="after")
    def _has_query(self) -> "_Planning":
        if self.route in (1, 3) and not self.query.strip():
            raise ValueError(f"route {self.route} needs a query")
        return self

    def samples(self, source: str, video: Path) -> Iterator[Sample]:
        yield PlanningSample(source, video, self.duration, self.data_type, self.question, self.route, self.query)


class _Answering(_Item):
    question: Text
    answer: Text
    options: list[Text] = []
    ans: Annotated[str, Field(pattern="^[A-Z]$")] | None = None

    def _correct(self) -> int | None:
        if self.ans is not None and ord(self.ans) - ord("A") < len(self.options):
            return ord(self.ans) - ord("A")
        return self.options.index(self.answer) if self.answer in self.options else None

    def samples(self, source: str, video: Path) -> Iterator[Sample]:
        texts = (self.question, self.answer, tuple(self.options), self._correct())
        yield AnsweringSample(source, video, self.duration, "multimodal", *texts)


class _CroppedAnswering(_Answering):
    span: Annotated[list[tuple[Seconds, Seconds]], Field(min_length=1)]
    crop: tuple[Seconds, Seconds] | None = None

    def samples(self, source: str, video: Path) -> Iterator[Sample]:
        span = self.span[0]
        crop = self.crop or bound_span(span, self.duration or max(span), shortest_crop_sec)
        texts = (self.question, self.answer, tuple(self.options), self._correct())
        yield AnsweringSample(source, video, self.duration, "multimodal", *texts, crop, span)


_items_of_form: dict[str, TypeAdapter[_Item]] = {
    "grounding": TypeAdapter(_Grounding),
    "verifying": TypeAdapter(_Verifying),
    "planning": TypeAdapter(_Planning),
    "answering": TypeAdapter(_Answering),
    "answering-crop": TypeAdapter(_CroppedAnswering),
}


def _video_path(item: _Item, file: AnnotationFile) -> Path | None:
    if item.video_path is not None:
        return file.root / item.video_path
    if item.vid is not None and file.video_template is not None:
        return file.root / file.video_template.replace("{vid}", item.vid)
    return None


def _overlap(one: Span, other: Span) -> float:
    intersection = max(0.0, min(one[1], other[1]) - max(one[0], other[0]))
    union = (one[1] - one[0]) + (other[1] - other[0]) - intersection
    return intersection / union if union > 0 else 0.0
