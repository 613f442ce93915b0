"""Finds videos that cannot be decoded before anything is trained with them."""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from videomind_training.errors import TrainingError
from videomind_training.media.video import probe_video


def find_broken(videos: Iterable[Path]) -> dict[Path, TrainingError]:
    """Probes each video once, as many at a time as there are CPU cores. What only decoding shows is not found.

    Returns:
        Those that cannot be decoded, with the error.

    Raises:
        TrainingError: DEPENDENCY_MISSING without ffprobe.
    """
    distinct = list(dict.fromkeys(videos))
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # the work is done by child processes
        faults = pool.map(_fault, distinct)
        return {video: fault for video, fault in zip(distinct, faults, strict=True) if fault is not None}


def _fault(video: Path) -> TrainingError | None:
    try:
        probe_video(video)
    except TrainingError as error:
        if error.code == "DEPENDENCY_MISSING":
            raise
        return error
    return None
