"""From an annotated sample to what the network reads."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Literal, Protocol

import torch

from videomind_training.chain.spans import Span, bound_span, place_in_window, verifier_window
from videomind_training.data.clip_store import ClipStore
from videomind_training.data.samples import (
    AnsweringSample,
    GroundingSample,
    PlanningSample,
    Sample,
    VerifyingSample,
)
from videomind_training.errors import TrainingError
from videomind_training.losses.language import ignored_label
from videomind_training.media.frames import plan_clip
from videomind_training.media.video import Video, probe_video
from videomind_training.network.batch import Clip, Example
from videomind_training.prompts.prompt_writer import PromptWriter
from videomind_training.prompts.role_words import (
    Words,
    answerer_words,
    normalize_query,
    option_letter,
    plan_reply,
    planner_words,
    query_words,
)

default_grounder_reply = "The relevant moment happens in <|reg|>."
crop_jitter = 0.1
"""How far each end of a cropped clip is moved at most, in shares of its length."""

AnswerStyle = Literal["open", "choice", "both"]


class ExampleSource(Protocol):
    """What the trainer draws from."""

    @property
    def data_types(self) -> Sequence[str]:
        """Type of each sample; a batch holds samples of one type."""

    def source_of(self, index: int) -> str:
        """File and line or position of a sample's annotation, for messages."""

    def example(self, index: int, epoch: int) -> Example:
        """Makes a sample. The same index and epoch always give the same.

        Raises:
            TrainingError: for a sample that cannot be used; it is left out and reported.
        """


def make_example(
    writer: PromptWriter, words: Words, clip: Clip, reply: str, source: str = "", moments: Sequence[Span] | None = None
) -> Example:
    """An example of any role but the verifier.

    Args:
        writer: of prompts.
        words: what the role is told.
        clip: what it is shown.
        reply: what it is to say, without the end token.
        source: named in messages.
        moments: start and end of true moments in shares of the clip, for the grounding head.
    """
    return _example(writer, writer.write(words, clip).token_ids, clip, reply, source, moments)


def make_verifier_example(
    writer: PromptWriter, query: str, clip: Clip, places: Span, positive: bool, source: str = ""
) -> Example:
    """An example of the verifier.

    Args:
        writer: of prompts.
        query: that was asked for.
        clip: of the candidate's window.
        places: of the candidate's ends in the window, 0..1.
        positive: whether the candidate is right.
        source: named in messages.
    """
    written = writer.write(query_words(writer.prompts, "verifier", query), clip)
    marked = writer.mark_segment(written.token_ids, *places, clip)
    return _example(writer, marked, clip, "Yes" if positive else "No", source, None)


def _example(
    writer: PromptWriter, prompt: list[int], clip: Clip, reply: str, source: str, moments: Sequence[Span] | None
) -> Example:
    learned = writer.reply(reply)
    if moments is not None and writer.tokens.reg not in learned:
        raise TrainingError("CONFIG_INVALID", f'The grounder\'s reply "{reply}" lacks <|reg|>.', "Set `grounder_reply`.")
    ids = prompt + learned
    positions, _ = writer.positions(ids, clip)
    return Example(
        token_ids=torch.tensor(ids),
        labels=torch.tensor([ignored_label] * len(prompt) + learned),
        positions=positions,
        clip=clip,
        moments=None if moments is None else torch.tensor(moments, dtype=torch.float32),
        source=source,
    )


class RoleExamples:
    """Examples of annotated samples (an `ExampleSource`).

    Args:
        samples: of any roles.
        writer: of prompts.
        store: that gives clips.
        seed: of what is drawn for a sample.
        grounder_reply: what the grounder says; has `<|reg|>`.
        answer_style: how questions with options are put: as open ones, as multiple choice, or either, drawn.
    """

    def __init__(
        self,
        samples: list[Sample],
        writer: PromptWriter,
        store: ClipStore,
        seed: int = 0,
        grounder_reply: str = default_grounder_reply,
        answer_style: AnswerStyle = "both",
    ) -> None:
        self.samples = samples
        self.writer = writer
        self.store = store
        self.seed = seed
        self.grounder_reply = grounder_reply
        self.answer_style = answer_style

    @property
    def data_types(self) -> list[str]:
        """Type of each sample."""
        return [sample.data_type for sample in self.samples]

    def source_of(self, index: int) -> str:
        """File and line or position of a sample's annotation."""
        return self.samples[index].source

    def example(self, index: int, epoch: int) -> Example:
        """Decodes a sample's clip and writes its prompt and reply."""
        sample = self.samples[index]
        draw = Random(f"{self.seed}/{epoch}/{index}")
        video = _probed(sample.video)
        match sample:
            case GroundingSample():
                return self._grounding(sample, video)
            case VerifyingSample():
                return self._verifying(sample, video)
            case PlanningSample():
                words = planner_words(self.writer.prompts, sample.question)
                reply = plan_reply(sample.route, sample.query or sample.question)
                return make_example(self.writer, words, self._clip(sample, video), reply, sample.source)
            case AnsweringSample():
                return self._answering(sample, video, draw)
            case _:
                raise TypeError(f"{type(sample).__name__} is no sample of a role.")

    def _clip(self, sample: Sample, video: Video, span: Span | None = None) -> Clip:
        budget = self.writer.prompts.budget(sample.role)
        return self.store.clip(plan_clip(video, budget, *(span or (None, None)), factor=self.writer.family.factor))

    def _grounding(self, sample: GroundingSample, video: Video) -> Example:
        length = video.length_sec
        shares = [tuple(_share(video, time) for time in bound_span(span, length)) for span in sample.spans]
        moments = [(start, end) for start, end in shares if end > start]
        if not moments:
            raise TrainingError("ANNOTATIONS_INVALID", f"{sample.source}: no moment lies in the {length:.1f} s of video.")
        words = query_words(self.writer.prompts, "grounder", normalize_query(sample.query))
        clip = self._clip(sample, video)
        return make_example(self.writer, words, clip, self.grounder_reply, sample.source, moments)

    def _verifying(self, sample: VerifyingSample, video: Video) -> Example:
        span, window = verifier_window(sample.candidate, video.length_sec)
        places = (place_in_window(span[0], window), place_in_window(span[1], window))
        clip = self._clip(sample, video, window)
        return make_verifier_example(self.writer, sample.query, clip, places, sample.positive, sample.source)

    def _answering(self, sample: AnsweringSample, video: Video, draw: Random) -> Example:
        span = None if sample.crop is None else jittered_crop(sample.crop, sample.span, video.length_sec, draw)
        lettered = len(sample.options) > 1 and sample.correct is not None
        as_choice = lettered and (self.answer_style == "choice" or (self.answer_style == "both" and draw.random() < 0.5))
        options = list(sample.options) if as_choice else None
        reply = option_letter(sample.correct) if as_choice else sample.answer
        words = answerer_words(self.writer.prompts, sample.question, options)
        return make_example(self.writer, words, self._clip(sample, video, span), reply, sample.source)


def jittered_crop(crop: Span, span: Span | None, duration: float, draw: Random) -> Span:
    """Moves both ends of a crop a little, never into the true moment."""
    reach = crop_jitter * (crop[1] - crop[0])
    start = crop[0] + draw.uniform(-reach, reach)
    end = crop[1] + draw.uniform(-reach, reach)
    if span is not None:
        start, end = min(start, span[0]), max(end, span[1])
    return bound_span((start, end), duration)


@lru_cache(maxsize=4096)
def _probed(path: Path) -> Video:
    return probe_video(path)


def _share(video: Video, time: float) -> float:
    return video.position_of(time) / video.frames
