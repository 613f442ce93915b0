"""Three-row rotary positions of a sequence that shows one video."""

import torch
from torch import Tensor

from videomind_training.network.base_family import BaseFamily, Grid, qwen2_vl


def rotary_positions(
    token_ids: list[int],
    grid: Grid | None,
    vision_start: int,
    video_pad: int,
    family: BaseFamily = qwen2_vl,
    pair_sec: tuple[float, ...] = (),
) -> tuple[Tensor, int]:
    """Positions (3, sequence) and the rope delta: a generated token's position is its index plus the delta.

    Text counts on in all rows. A block of the video starts where the text before it stopped: row 0 adds the pair's place in
    time, row 1 the line, row 2 the column; text goes on after the largest of them (Qwen2-VL, section 2.1). A block is taken
    as pairs × lines × columns tokens from its first pad token, whatever they are: the two tokens that the verifier inserts
    shift the positions against the visual tokens, as published checkpoints were trained. A block counts as one only
    where a pad token directly follows the vision start.
    """
    length = len(token_ids)
    ids = torch.tensor(token_ids)
    started = int(((ids[1:] == video_pad) & (ids[:-1] == vision_start)).sum())
    blocks = [] if grid is None else family.blocks(grid, pair_sec)[:started]
    parts: list[Tensor] = []
    at = following = 0
    for times, lines, columns in blocks:
        first = token_ids.index(video_pad, at)
        parts.append(torch.arange(following, following + first - at).expand(3, -1))
        following += first - at
        places = torch.meshgrid(torch.tensor(times), torch.arange(lines), torch.arange(columns), indexing="ij")
        block = torch.stack(places).flatten(1)[:, : length - first]  # (3, pairs × lines × columns)
        parts.append(block + following)
        at = first + block.shape[1]
        following += max(times[-1] + 1, lines, columns)
    parts.append(torch.arange(following, following + length - at).expand(3, -1))
    return torch.cat(parts, dim=1), following - at
