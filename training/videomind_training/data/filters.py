"""Which samples are left out before training, and the account of it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from videomind_training.data.annotations import AnnotationFile, BadSample, read_annotations
from videomind_training.data.samples import Sample
from videomind_training.errors import TrainingError


@dataclass(frozen=True)
class LengthFilter:
    """Lengths of published runs: videos in seconds, words in all texts of a sample together."""

    min_video_sec: float = 5.0
    max_video_sec: float = 500.0
    max_words: int = 200

    def reason(self, sample: Sample) -> str | None:
        """Why a sample is left out; None when it stays. A video of unknown length stays."""
        words = sum(len(text.split()) for text in sample.texts())
        if words > self.max_words:
            return f"more than {self.max_words} words"
        if sample.duration is None:
            return None
        if sample.duration < self.min_video_sec:
            return f"video under {self.min_video_sec:g} s"
        return f"video over {self.max_video_sec:g} s" if sample.duration > self.max_video_sec else None


@dataclass
class ReadSamples:
    """What was read.

    Attributes:
        samples: that are trained with.
        bad: that cannot be used, with reasons.
        filtered: how many were left out on purpose, by reason.
    """

    samples: list[Sample] = field(default_factory=list)
    bad: list[BadSample] = field(default_factory=list)
    filtered: Counter[str] = field(default_factory=Counter)

    def summary(self) -> str:
        """One line for people."""
        parts = [f"{len(self.samples)} samples", f"{len(self.bad)} bad"]
        return ", ".join(parts + [f"{count} left out ({reason})" for reason, count in self.filtered.items()])


def read_samples(
    files: list[tuple[AnnotationFile, int]],
    limits: LengthFilter,
    max_bad_share: float,
    report: Callable[[ReadSamples], None] = lambda _: None,
    may_be_empty: bool = False,
) -> ReadSamples:
    """Reads files, each as many times as it is to count.

    Args:
        files: with how many times each of their samples counts.
        limits: of lengths.
        max_bad_share: of samples that may be bad.
        report: hears what was read before it is refused.
        may_be_empty: whether it may be that nothing is left.

    Raises:
        TrainingError: ANNOTATIONS_INVALID or VIDEO_NOT_FOUND when more than `max_bad_share` of all samples are bad,
            SAMPLES_EXHAUSTED when none are left.
    """
    result = ReadSamples()
    total = 0
    for file, repeat in files:
        for sample in read_annotations(file):
            total += 1
            if isinstance(sample, Sample) and not _is_file(sample.video):
                sample = BadSample(sample.source, f"VIDEO_NOT_FOUND: {sample.source}: there is no video {sample.video}.")
            if isinstance(sample, BadSample):
                result.bad.append(sample)
            elif (reason := limits.reason(sample)) is not None:
                result.filtered[reason] += 1
            else:
                result.samples.extend([sample] * repeat)
    report(result)
    check_bad_share(result.bad, total, max_bad_share)
    if not result.samples and not may_be_empty:
        raise TrainingError("SAMPLES_EXHAUSTED", f"No sample is left: {result.summary()}.", "Check `data`.")
    return result


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # such as a name that is too long
        return False


def check_bad_share(bad: list[BadSample], total: int, allowed: float, count: int | None = None) -> None:
    """Ends a run with too many bad samples.

    Args:
        bad: samples, of which the first is named.
        total: samples, good and bad.
        allowed: share of them that may be bad.
        count: bad samples, where there are more than `bad` lists.

    Raises:
        TrainingError: with the code and the place of the first of them.
    """
    many = len(bad) if count is None else count
    if not bad or many <= allowed * total:
        return
    code, _, detail = bad[0].text.partition(": ")
    more = f" {many} of {total} samples are bad." if many > 1 else ""
    raise TrainingError(
        code,
        detail + more,
        f"Mend or remove what `check-data` or bad-samples.jsonl lists, or raise `max_bad_share` (now {allowed:g}).",
    )
