"""Which frames a reasoner is shown and how large: the reader of both families, then the checkpoint's own processor."""

import math
from dataclasses import dataclass

import numpy

from videomind_training.errors import TrainingError

pixels_a_token_side = 28
widest_ratio = 200
context_pixels = 0.9 * 128_000 * pixels_a_token_side**2


@dataclass(frozen=True)
class ReasonerBudget:
    """What a video may cost.

    Attributes:
        fps: frames a second.
        min_frames, max_frames: of a video.
        min_pixels, max_pixels: of a frame.
    """

    fps: float = 2.0
    min_frames: int = 4
    max_frames: int = 128
    min_pixels: int = 28
    max_pixels: int = 200_704


@dataclass(frozen=True)
class ChosenFrames:
    """Frames of a video.

    Attributes:
        indices: ascending, an even number.
        effective_fps: frames shown a second of the video: `fps` of the budget unless a limit bites.
    """

    indices: tuple[int, ...]
    effective_fps: float


def choose_frames(total: int, average_fps: float, budget: ReasonerBudget) -> ChosenFrames:
    """Frames spread evenly over a video.

    Raises:
        TrainingError: VIDEO_TOO_SHORT with fewer than two frames.
    """
    least = math.ceil(budget.min_frames / 2) * 2
    most = min(budget.max_frames, total) // 2 * 2
    wanted = min(max(total / average_fps * budget.fps, least), most, total)
    count = int(wanted) // 2 * 2
    if not 2 <= count <= total:
        raise TrainingError("VIDEO_TOO_SHORT", f"A video of {total} frames has too few to choose from.")
    # In float32, a step at a time from both ends: as torch.linspace does it, with one rounding each.
    last = total - 1
    step = float(numpy.float32(last / (count - 1)))
    rising = [numpy.float32(step * place) for place in range(count // 2)]
    falling = [numpy.float32(last - step * (count - 1 - place)) for place in range(count // 2, count)]
    indices = tuple(round(float(place)) for place in (*rising, *falling))
    return ChosenFrames(indices, count / total * average_fps)


def reader_size(height: int, width: int, frames: int, budget: ReasonerBudget) -> tuple[int, int]:
    """The size that the reader brings a frame to: multiples of 28 within the budget.

    Raises:
        TrainingError: VIDEO_DECODE_FAILED for a strip that cannot be shown.
    """
    if max(height, width) / min(height, width) > widest_ratio:
        raise _strip(height, width)
    side = pixels_a_token_side
    by_context = max(min(768 * side**2, context_pixels * 2 / frames), int(budget.min_pixels * 1.05))
    most = min(budget.max_pixels, by_context)
    shown = [max(side, round(each / side) * side) for each in (height, width)]
    if shown[0] * shown[1] > most:
        scale = math.sqrt(height * width / most)
        shown = [math.floor(each / scale / side) * side for each in (height, width)]
    elif shown[0] * shown[1] < budget.min_pixels:
        scale = math.sqrt(budget.min_pixels / (height * width))
        shown = [math.ceil(each * scale / side) * side for each in (height, width)]
    if 0 in shown:
        raise _strip(height, width)
    return shown[0], shown[1]


def processor_size(height: int, width: int, factor: int, area: tuple[int, int], frames: int = 1) -> tuple[int, int]:
    """The size that a checkpoint's processor brings a frame to.

    Args:
        height, width: as the reader left it.
        factor: sides become multiples of it.
        area: least and most pixels, of `frames` frames together.
        frames: that the limits count; 1 where they are for each.

    Raises:
        TrainingError: VIDEO_DECODE_FAILED for frames narrower than a token of Qwen3-VL.
    """
    if frames > 1 and min(height, width) < factor:
        raise _strip(height, width)
    least, most = area
    shown = [round(each / factor) * factor for each in (height, width)]
    if frames * shown[0] * shown[1] > most:
        scale = math.sqrt(frames * height * width / most)
        shown = [max(factor, math.floor(each / scale / factor) * factor) for each in (height, width)]
    elif frames * shown[0] * shown[1] < least:
        scale = math.sqrt(least / (frames * height * width))
        shown = [math.ceil(each * scale / factor) * factor for each in (height, width)]
    return shown[0], shown[1]


def _strip(height: int, width: int) -> TrainingError:
    return TrainingError("VIDEO_DECODE_FAILED", f"Frames of {width}×{height} cannot be shown.")
