"""Reads a run's questions: files of several forms, what is left out and why, and the split for validation."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from videomind_training.data.annotations import AnnotationFile, BadSample, read_annotations, read_json_items
from videomind_training.data.filters import check_bad_share
from videomind_training.data.samples import AnsweringSample, GroundingSample, Sample
from videomind_training.errors import TrainingError
from videomind_training.field_errors import describe_field_error
from videomind_training.reasoner.data.eval_run import read_eval_run
from videomind_training.reasoner.data.items import ReasonerItem, moment_answer
from videomind_training.reasoner.data.videokr_file import VideoKrLine
from videomind_training.reasoner.shown.words import lettered

ItemForm = Literal["videokr", "eval-run", "grounding", "answering", "answering-crop"]
"""VideoKR's lines (both published files), results of `eval run`, and VideoMind's annotations."""


_listed_in = "`data.files` or `data.held_out`"


@dataclass(frozen=True)
class ItemFile:
    """A file of questions.

    Attributes:
        path: of a .json or .jsonl file.
        form: of its lines.
        root: folder that video paths are relative to.
        video_template: path of a video that only has an id.
        repeat: how many times each of its questions counts.
    """

    path: Path
    form: ItemForm
    root: Path
    video_template: str | None = None
    repeat: int = 1


@dataclass(frozen=True)
class ItemLimits:
    """Which questions are kept.

    Attributes:
        needs_reasoning: leaves out those without reasoning, as supervised fine-tuning does.
        max_words: of all texts of a question together.
        min_video_sec, max_video_sec: of videos whose length is known.
        kinds: that are kept.
    """

    needs_reasoning: bool
    max_words: int
    min_video_sec: float
    max_video_sec: float
    kinds: tuple[str, ...]

    def reason(self, item: ReasonerItem) -> str | None:
        """Why a question is left out on purpose; None when it stays."""
        if item.kind not in self.kinds:
            return f"kind {item.kind}"
        if self.needs_reasoning and item.think is None:
            return "no reasoning"
        if sum(len(text.split()) for text in item.texts()) > self.max_words:
            return f"more than {self.max_words} words"
        if item.duration is not None and item.duration < self.min_video_sec:
            return f"video under {self.min_video_sec:g} s"
        if item.duration is not None and item.duration > self.max_video_sec:
            return f"video over {self.max_video_sec:g} s"
        return None


@dataclass
class ReadItems:
    """What was read.

    Attributes:
        train, validation: questions.
        bad: what cannot be used, each with its place.
        left_out: on purpose, by reason.
    """

    train: list[ReasonerItem] = field(default_factory=list)
    validation: list[ReasonerItem] = field(default_factory=list)
    bad: list[BadSample] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def report(self) -> dict[str, object]:
        """The same as JSON: counts, kinds, and the place of everything bad."""
        return {
            "train": len(self.train),
            "validation": len(self.validation),
            "kinds": dict(Counter(item.kind for item in (*self.train, *self.validation))),
            "leftOut": dict(self.left_out),
            "bad": [{"source": each.source, "reason": each.text} for each in self.bad],
        }


def read_items(
    files: list[ItemFile],
    limits: ItemLimits,
    validation: int,
    seed: int,
    max_bad_share: float,
    told: Callable[[list[BadSample]], None] = lambda _bad: None,
    may_be_empty: bool = False,
) -> ReadItems:
    """Reads files and draws the questions for validation, by video: no video is in both parts.

    Args:
        files: to read.
        limits: of what is kept.
        validation: at least so many questions are held back where there are enough; 0: none.
        seed: of the draw.
        max_bad_share: of lines that may be bad.
        told: is given what is bad, before that may end the run.
        may_be_empty: whether it may be that nothing is left.

    Raises:
        TrainingError: of the first bad line, where more than the share are bad; SAMPLES_EXHAUSTED when none are left.
    """
    result = ReadItems()
    kept: list[ReasonerItem] = []
    total = 0
    for file in files:
        for item in _checked(file):
            total += 1
            if isinstance(item, BadSample):
                result.bad.append(item)
            elif (reason := limits.reason(item)) is not None:
                result.left_out[reason] += 1
            else:
                kept.extend([item] * file.repeat)
    told(result.bad)
    check_bad_share(result.bad, total, max_bad_share)
    if not kept and not may_be_empty:
        left_out = ", ".join(f"{count} left out ({reason})" for reason, count in result.left_out.items())
        raise TrainingError("SAMPLES_EXHAUSTED", f"No question is left: {len(result.bad)} bad, {left_out}.", "Check `data`.")
    held = _drawn_videos(kept, validation, seed)
    result.train = [item for item in kept if item.video not in held]
    result.validation = list(dict.fromkeys(item for item in kept if item.video in held))
    if not result.train and not may_be_empty:
        raise TrainingError("SAMPLES_EXHAUSTED", "All questions were drawn for validation.", "Lower `data.validation`.")
    return result


def _drawn_videos(items: list[ReasonerItem], wanted: int, seed: int) -> set[Path]:
    """Videos in the order of a hash of their names, so that a new file changes the lot of no other."""
    counts = Counter(item.video for item in items)
    ordered = sorted(counts, key=lambda video: hashlib.sha256(f"{seed}/{video.name}".encode()).hexdigest())
    held: set[Path] = set()
    found = 0
    for video in ordered:
        if found >= wanted:
            break
        held.add(video)
        found += counts[video]
    return held


def _checked(file: ItemFile) -> Iterator[ReasonerItem | BadSample]:
    for item in _read(file):
        if isinstance(item, ReasonerItem) and not _is_file(item.video):
            yield BadSample(item.source, f"VIDEO_NOT_FOUND: {item.source}: there is no video {item.video}.")
        else:
            yield item


def _read(file: ItemFile) -> Iterator[ReasonerItem | BadSample]:
    if file.form in ("videokr", "eval-run"):
        for source, value in read_json_items(file.path, _listed_in):
            yield value if isinstance(value, BadSample) else _parsed(file, source, value)
        return
    own = AnnotationFile(file.path, file.form, file.root, file.video_template, _listed_in)
    for sample in read_annotations(own):
        yield sample if isinstance(sample, BadSample) else _from_annotation(sample)


def _parsed(file: ItemFile, source: str, value: object) -> ReasonerItem | BadSample:
    try:
        if file.form == "eval-run":
            return read_eval_run(source, value, file.root)
        return VideoKrLine.model_validate(value).item(source, file.root)
    except ValidationError as error:
        return BadSample(source, f"ANNOTATIONS_INVALID: {source}: {describe_field_error(error)}.")


def _from_annotation(sample: Sample) -> ReasonerItem:
    """VideoMind's annotations: a moment to find, or a question with its answer."""
    common = {"source": sample.source, "id": sample.source, "video": sample.video, "duration": sample.duration}
    if isinstance(sample, GroundingSample):
        question = f"When does this happen: {sample.query}?"
        return ReasonerItem(
            **common, question=question, options=(), kind="moment", answer=moment_answer(sample.spans), spans=sample.spans
        )
    if not isinstance(sample, AnsweringSample):
        raise TypeError(f"No question is made of a {type(sample).__name__}")
    spans = () if sample.span is None else (sample.span,)
    item = ReasonerItem(**common, question=sample.question, options=(), kind="open", answer=sample.answer, spans=spans)
    if sample.correct is None:
        return item
    letter = chr(ord("A") + sample.correct)
    return replace(item, options=lettered(sample.options), kind="choice", answer=letter)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # such as a name that is too long
        return False
