"""The patches of a video as a checkpoint's vision tower reads them."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from videomind_training.data.clip_store import ClipStore
from videomind_training.media.frames import ClipPlan
from videomind_training.media.video import Video, probe_video
from videomind_training.reasoner.shown.family import Family
from videomind_training.reasoner.shown.frame_rule import ReasonerBudget, choose_frames, processor_size, reader_size


@dataclass(frozen=True)
class Clip:
    """A video ready to be shown.

    Attributes:
        patches: (pairs × lines × columns, pixels of a patch in two frames) float32.
        grid: frame pairs, patch lines, patch columns.
        pair_sec: when each pair was shown, in seconds of the file.
        pair_step_sec: seconds between two pairs.
    """

    patches: Tensor
    grid: tuple[int, int, int]
    pair_sec: tuple[float, ...]
    pair_step_sec: float


class ClipReader:
    """Reads videos, and keeps their pixels where it has a folder for them.

    Args:
        family: of the checkpoint.
        budget: of every video.
        folder: of the kept frames, named by what they show; it may be deleted at any time. None: nothing is kept.
    """

    def __init__(self, family: Family, budget: ReasonerBudget, folder: Path | None = None) -> None:
        self.family = family
        self.budget = budget
        self._store = ClipStore(folder, frames=True)
        self._probed: dict[Path, Video] = {}

    def read(self, path: Path) -> Clip:
        """A video's clip.

        Raises:
            TrainingError: VIDEO_NOT_FOUND, VIDEO_DECODE_FAILED, VIDEO_TOO_SHORT, DEPENDENCY_MISSING.
        """
        if path not in self._probed or not path.is_file():
            self._probed[path] = probe_video(path)
        video = self._probed[path]
        chosen = choose_frames(video.frames, video.fps, self.budget)
        plan = ClipPlan(video, chosen.indices, *reader_size(video.height, video.width, len(chosen.indices), self.budget))
        fitted = fit_frames(self._store.frames(plan), self.family)
        seconds = [index / video.fps for index in chosen.indices]
        pairs = tuple((first + second) / 2 for first, second in zip(seconds[::2], seconds[1::2], strict=True))
        patches, grid = cut_patches(fitted, self.family)
        return Clip(patches, grid, pairs, 2 / chosen.effective_fps)


def fit_frames(frames: Tensor, family: Family) -> Tensor:
    """Frames (count, 3, height, width) uint8 at the processor's size, as floats that may leave 0..255."""
    count, _, height, width = frames.shape
    size = processor_size(height, width, family.factor, family.area, count if family.stamps else 1)
    if size == (height, width):
        return frames.float()
    resized = functional.interpolate(frames.float(), size, mode="bicubic", antialias=True)
    return resized if family.stamps else resized.round().clamp(0, 255)


def cut_patches(frames: Tensor, family: Family) -> tuple[Tensor, tuple[int, int, int]]:
    """Normalized patches of frames, and their grid; 2 × 2 patches that one token shows lie together."""
    count, channels, height, width = frames.shape
    mean = torch.tensor(family.mean).view(3, 1, 1) * 255
    deviation = torch.tensor(family.deviation).view(3, 1, 1) * 255
    pixels = (frames - mean) / deviation
    grid = (count // 2, height // family.patch, width // family.patch)
    pairs, lines, columns = grid
    sides = (lines // 2, 2, family.patch, columns // 2, 2, family.patch)
    # → pair, token line, token column, line, column in the token | channel, frame of the pair, patch line, patch column
    ordered = pixels.view(pairs, 2, channels, *sides).permute(0, 3, 6, 4, 7, 2, 1, 5, 8)
    return ordered.reshape(pairs * lines * columns, -1), grid
