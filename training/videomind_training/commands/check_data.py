"""Reads all annotations and looks at their videos without training."""

import json
import math
from dataclasses import dataclass

from videomind_training.chain.spans import Span
from videomind_training.commands.configuration import TrainConfig, chain_order
from videomind_training.data.filters import LengthFilter, read_samples
from videomind_training.data.samples import AnsweringSample, GroundingSample, Sample, VerifyingSample
from videomind_training.errors import TrainingError
from videomind_training.media.looked_at import probe_all
from videomind_training.media.video import Video

end_slack_sec = 1.0
"""Annotated times and lengths are often whole seconds: so much beyond a video's end is no mistake."""

nothing_left_out = LengthFilter(min_video_sec=0.0, max_video_sec=math.inf, max_words=10**9)


@dataclass(frozen=True)
class CheckedData:
    """What each role would be trained with.

    Attributes:
        report: as JSON.
        doubtful: whether anything in it is to be looked into before training.
    """

    report: str
    doubtful: bool


def check_data(config: TrainConfig) -> CheckedData:
    """What each role would be trained with: samples, distinct videos that were looked at for them, bad samples with places
    and reasons, times and lengths that are not the video's, what was left out.

    Raises:
        TrainingError: as reading annotations does, DEPENDENCY_MISSING without ffprobe.
    """
    limits = config.data.filters.limits()
    roles = {trained: files for trained in chain_order if (files := config.data.files(trained))}
    read = {trained: read_samples(files, limits, 1.0, may_be_empty=True) for trained, files in roles.items()}
    # What is left out for its annotated length is looked at too: the length may be what is wrong.
    all_read = {trained: read_samples(files, nothing_left_out, 1.0, may_be_empty=True) for trained, files in roles.items()}
    videos = probe_all(sample.video for found in all_read.values() for sample in found.samples)
    result, doubtful = {}, False
    for trained, found in read.items():
        usable = [sample for sample in found.samples if isinstance(videos[sample.video], Video)]
        bad = [(sample.source, sample.text) for sample in found.bad]
        undecodable = [
            (sample.source, str(fault))
            for sample in found.samples
            if isinstance(fault := videos[sample.video], TrainingError)
        ]
        annotated = {sample.source: sample for sample in all_read[trained].samples}
        beyond, lengths = [], []
        for sample in annotated.values():
            video = videos[sample.video]
            if isinstance(video, Video):
                beyond += _beyond_end(sample, video.duration_sec)
                lengths += _other_length(sample, video.duration_sec)
        # A sample that counts several times is bad once.
        bad = [*bad, *dict.fromkeys(undecodable)]
        result[trained] = {
            "samples": len(usable),
            "videos": len({sample.video for sample in found.samples}),
            "bad": _named(bad),
            "beyondEnd": _named(beyond),
            "otherLength": _named(lengths),
            "leftOut": dict(found.filtered),
        }
        doubtful = doubtful or bool(bad or beyond or lengths)
    return CheckedData(json.dumps(result, indent=2, ensure_ascii=False), doubtful)


def _named(places: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"source": source, "text": text} for source, text in places]


def _times(sample: Sample) -> tuple[Span, ...]:
    if isinstance(sample, GroundingSample):
        return sample.spans
    if isinstance(sample, VerifyingSample):
        return (sample.candidate,)
    if isinstance(sample, AnsweringSample) and sample.crop is not None:
        return (sample.crop,)
    return ()


def _beyond_end(sample: Sample, duration_sec: float) -> list[tuple[str, str]]:
    return [
        (sample.source, f"{start:g} to {end:g} s, and {sample.video.name} ends at {duration_sec:.1f} s")
        for start, end in _times(sample)
        if end > duration_sec + end_slack_sec
    ]


def _other_length(sample: Sample, duration_sec: float) -> list[tuple[str, str]]:
    if sample.duration is None or abs(sample.duration - duration_sec) <= max(end_slack_sec, 0.02 * duration_sec):
        return []
    return [(sample.source, f"`duration` is {sample.duration:g} s, and {sample.video.name} is {duration_sec:.1f} s long")]
