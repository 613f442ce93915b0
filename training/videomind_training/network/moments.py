"""From the head's points to ranked moments."""

import torch
from torch import Tensor

from videomind_training.network.grounding_head import HeadOutput, points_of

suppression_threshold = 0.75
most_rows = 100


def select_moments(output: HeadOutput, levels: int, most: int = most_rows) -> Tensor:
    """Moments of one clip, [start, end, score] in shares of its length: (at most `most`, 3).

    Moment = point ∓ offset × stride over the length, sorted by score; those that overlap a better one by IoU ≥ 0.75 keep
    their place with score 0 (VideoMind, grounder).

    Args:
        output: of a batch of one clip.
        levels: of the head's pyramid.
        most: moments that are wanted; what comes after them is not looked for.
    """
    frames = output.frames.shape[1]
    places, strides = points_of(frames, levels).unbind(1)
    offsets = output.offsets[0].detach().float().cpu()
    starts = (places - offsets[:, 0] * strides) / frames
    ends = (places + offsets[:, 1] * strides) / frames
    rows = torch.stack([starts, ends, output.logits[0].detach().float().cpu().sigmoid()], dim=1)
    rows = rows[rows[:, 2].argsort(descending=True, stable=True)]
    for index in range(min(most, len(rows))):
        best = index + int(rows[index:, 2].argmax())
        rows[[index, best]] = rows[[best, index]]
        later = rows[index + 1 :]
        later[intersection_over_union(rows[index], later) >= suppression_threshold, 2] = 0
    return rows[:most]


def intersection_over_union(moment: Tensor, others: Tensor) -> Tensor:
    """IoU of one moment (start, end, …) with others (count, 2 or more): (count)."""
    intersection = (others[:, 1].minimum(moment[1]) - others[:, 0].maximum(moment[0])).clamp(min=0)
    union = (moment[1] - moment[0]) + (others[:, 1] - others[:, 0]) - intersection
    return torch.where(union > 0, intersection / union, torch.zeros_like(union))
