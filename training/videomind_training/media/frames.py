"""Which frames a role looks at, how large, and their pictures."""

import math
from dataclasses import dataclass

import numpy
import torch
from torch import Tensor
from torch.nn import functional

from videomind_training.errors import TrainingError
from videomind_training.media.video import Video, run_child
from videomind_training.network.base_family import Grid, grid_of, merge_side, pair_seconds

fewest_frames = 4
widest_ratio = 200


@dataclass(frozen=True)
class Budget:
    """What a role is shown.

    Attributes:
        fps: frames a second.
        max_frames: most frames, even.
        min_tokens, max_tokens: visual tokens of a frame, `factor` × `factor` pixels each.
    """

    fps: float
    max_frames: int
    min_tokens: int
    max_tokens: int


@dataclass(frozen=True)
class ClipPlan:
    """Frames of a video and the size they are shown at.

    Attributes:
        video: they are of.
        indices: ascending, counted in presentation order, an even number.
        height, width: multiples of `factor`.
        factor: side in pixels of what one token shows.
    """

    video: Video
    indices: tuple[int, ...]
    height: int
    width: int
    factor: int = 28

    @property
    def grid(self) -> Grid:
        """Frame pairs, patch lines and patch columns."""
        return grid_of(len(self.indices), self.height, self.width, self.factor // merge_side)

    @property
    def pair_sec(self) -> tuple[float, ...]:
        """When each frame pair was."""
        return pair_seconds(self.indices, self.video.fps)

    @property
    def key(self) -> str:
        """Says which pixels these are; equal keys, equal pixels."""
        return f"{self.video.identity}-{self.height}x{self.width}-{','.join(map(str, self.indices))}"


def plan_clip(
    video: Video, budget: Budget, start_sec: float | None = None, end_sec: float | None = None, factor: int = 28
) -> ClipPlan:
    """Chooses frames of a span (default: the whole video) by a role's budget; `factor` is that of the base.

    Raises:
        TrainingError: VIDEO_TOO_SHORT, VIDEO_DECODE_FAILED for frames that cannot be shown.
    """
    indices = sample_frames(video, budget, start_sec, end_sec)
    height, width = smart_resize(video.height, video.width, budget.min_tokens, budget.max_tokens, factor)
    if height == 0 or width == 0:
        raise TrainingError("VIDEO_DECODE_FAILED", f"{video.path}: a strip of {video.width}×{video.height} cannot be shown.")
    return ClipPlan(video, tuple(indices), height, width, factor)


def sample_frames(video: Video, budget: Budget, start_sec: float | None = None, end_sec: float | None = None) -> list[int]:
    """Frame indices: an even number, spread evenly over the span, repeated where it has fewer (frame rule of the
    VideoMind reader; at a variable rate the span is looked up in the presentation times).

    Raises:
        TrainingError: VIDEO_TOO_SHORT.
    """
    start = video.position_of(0.0 if start_sec is None else start_sec)
    end = video.position_of(video.length_sec if end_sec is None else end_sec)
    indices = choose_frames(video.frames, video.fps, start, end, budget)
    if not indices:
        raise TrainingError("VIDEO_TOO_SHORT", f"{video.path} has {video.frames} frames, too few to choose from.")
    return indices


def choose_frames(total: int, fps: float, start: float, end: float, budget: Budget) -> list[int]:
    """Frame indices between two frame positions of a video of `total` frames; none where it has too few."""
    ends = [min(max(round(position), 0), total - 1) for position in (start, end)]
    first, last = min(ends), max(ends)
    available = min(max(fewest_frames, round(end - start)), total)
    wanted = available / fps * budget.fps
    count = round(min(max(wanted, fewest_frames), budget.max_frames) / 2) * 2
    if not 2 <= count <= available:
        return []
    return torch.linspace(first, last, count).round().int().tolist()


def smart_resize(height: int, width: int, min_tokens: int, max_tokens: int, factor: int = 28) -> tuple[int, int]:
    """The size frames are resized to: multiples of a factor near the original within the budget (Qwen2-VL's reader). An
    extreme strip can reach a side of 0."""
    if max(height, width) / min(height, width) > widest_ratio:
        raise TrainingError(
            "VIDEO_DECODE_FAILED", f"Frames of {width}×{height} are over {widest_ratio} times as long as wide."
        )
    area = factor**2
    shown = tuple(max(factor, round(side / factor) * factor) for side in (height, width))
    if shown[0] * shown[1] > max_tokens * area:
        scale = math.sqrt(height * width / (max_tokens * area))
        return tuple(math.floor(side / scale / factor) * factor for side in (height, width))
    if shown[0] * shown[1] < min_tokens * area:
        scale = math.sqrt(min_tokens * area / (height * width))
        return tuple(math.ceil(side * scale / factor) * factor for side in (height, width))
    return shown


def resize_frames(frames: Tensor, height: int, width: int) -> Tensor:
    """Antialiased bicubic resize (a = −0.5), rounded to bytes: (frames, 3, …) uint8 → (frames, 3, height, width)."""
    if frames.shape[-2:] == (height, width):
        return frames
    resized = functional.interpolate(frames.float(), (height, width), mode="bicubic", antialias=True)
    return resized.round().clamp(0, 255).to(torch.uint8)


def _any_of(conditions: list[str]) -> str:
    """A sum of conditions in nested halves: ffmpeg refuses a plain sum of more than about a hundred."""
    if len(conditions) == 1:
        return conditions[0]
    middle = len(conditions) // 2
    return f"({_any_of(conditions[:middle])}+{_any_of(conditions[middle:])})"


def read_frames(plan: ClipPlan) -> Tensor:
    """Decodes and resizes the frames of a plan with one ffmpeg process: (frames, 3, height, width) uint8.

    Raises:
        TrainingError: VIDEO_DECODE_FAILED when fewer frames decode than the file lists.
    """
    video = plan.video
    wanted = sorted(set(plan.indices))
    chosen = _any_of([f"eq(n\\,{index})" for index in wanted])
    filters = f"select={chosen},scale={video.width}:{video.height}:flags=bicubic,format=rgb24"
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", str(video.path), "-map", "0:v:0", "-vf", filters]
    command += ["-fps_mode", "passthrough", "-frames:v", str(len(wanted)), "-f", "rawvideo", "-"]
    pixels = numpy.frombuffer(run_child(command, video.path).stdout, dtype=numpy.uint8)
    frame_bytes = video.height * video.width * 3
    if len(pixels) != frame_bytes * len(wanted):
        raise TrainingError(
            "VIDEO_DECODE_FAILED",
            f"{video.path}: {len(pixels) // frame_bytes} of {len(wanted)} frames decode.",
            "The file is cut off or damaged; replace or re-encode it.",
        )
    decoded = torch.from_numpy(pixels.reshape(-1, video.height, video.width, 3).copy()).permute(0, 3, 1, 2)
    resized = resize_frames(decoded, plan.height, plan.width)
    place = {index: at for at, index in enumerate(wanted)}
    return resized[[place[index] for index in plan.indices]]
