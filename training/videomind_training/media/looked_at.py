"""Looks at videos before anything is trained with them: which cannot be decoded, and how long the others are."""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from videomind_training.errors import TrainingError
from videomind_training.media.video import Video, probe_video


def probe_all(videos: Iterable[Path]) -> dict[Path, Video | TrainingError]:
    """Probes each video once, as many at a time as there are CPU cores. What only decoding shows is not found.

    Returns:
        What each is, or why it cannot be decoded.

    Raises:
        TrainingError: DEPENDENCY_MISSING without ffprobe.
    """
    distinct = list(dict.fromkeys(videos))
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # the work is done by child processes
        return dict(zip(distinct, pool.map(_probe, distinct), strict=True))


def _probe(video: Path) -> Video | TrainingError:
    try:
        return probe_video(video)
    except TrainingError as error:
        if error.code == "DEPENDENCY_MISSING":
            raise
        return error
