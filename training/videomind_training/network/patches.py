"""Normalized patches of frames, in the order in which the vision tower reads them."""

from dataclasses import dataclass

import torch
from torch import Tensor

from videomind_training.network.base_family import grid_of, merge_side, temporal_patch
from videomind_training.network.vision_tower import ClipPatches


@dataclass(frozen=True)
class PixelNormalization:
    """Mean and standard deviation of red, green and blue in 0..1; by default CLIP's, as Qwen2-VL has them."""

    mean: tuple[float, float, float] = (0.48145466, 0.4578275, 0.40821073)
    deviation: tuple[float, float, float] = (0.26862954, 0.26130258, 0.27577711)


def patches_of(frames: Tensor, normalization: PixelNormalization, patch_side: int = 14) -> ClipPatches:
    """Cuts a clip into patches.

    Args:
        frames: (frames, 3, height, width) uint8, an even number of them, sides multiples of two patches.
        normalization: of the pixels.
        patch_side: of the base.
    """
    count, channels, height, width = frames.shape
    grid = grid_of(count, height, width, patch_side)
    mean = torch.tensor(normalization.mean, device=frames.device).view(3, 1, 1)
    deviation = torch.tensor(normalization.deviation, device=frames.device).view(3, 1, 1)
    pixels = (frames.float() / 255 - mean) / deviation
    pairs, lines, columns = grid
    blocks = pixels.view(
        *(pairs, temporal_patch, channels),
        *(lines // merge_side, merge_side, patch_side),
        *(columns // merge_side, merge_side, patch_side),
    )
    # → pair, block line, block column, line in block, column in block | channel, frame of the pair, patch line, column
    ordered = blocks.permute(0, 3, 6, 4, 7, 2, 1, 5, 8)
    return ClipPatches(ordered.reshape(pairs * lines * columns, -1), grid)
