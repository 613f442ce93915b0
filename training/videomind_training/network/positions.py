"""Three-row rotary positions of a sequence that shows one video."""

import torch
from torch import Tensor

from videomind_training.network.vision_tower import Grid


def rotary_positions(
    token_ids: list[int], grid: Grid | None, vision_start: int, video_pad: int, merge: int = 2
) -> tuple[Tensor, int]:
    """Positions (3, sequence) and the rope delta: a generated token's position is its index plus the delta.

    Text counts on in all rows. The video's block starts where the text before it stopped: row 0 adds the pair, row 1 the
    line, row 2 the column; text goes on after the largest of them (Qwen2-VL, section 2.1). The block is taken as
    pairs × lines × columns tokens from its first pad token, whatever they are: the two tokens that the verifier inserts
    shift the positions against the visual tokens, as published checkpoints were trained. A block counts as one only
    where a pad token directly follows the vision start.
    """
    length = len(token_ids)
    ids = torch.tensor(token_ids)
    starts = ((ids[1:] == video_pad) & (ids[:-1] == vision_start)).nonzero().flatten()
    if grid is None or len(starts) == 0:
        return torch.arange(length).expand(3, -1).clone(), 0
    pairs, lines, columns = grid[0], grid[1] // merge, grid[2] // merge
    first = int((ids == video_pad).nonzero()[0])
    block = torch.stack(torch.meshgrid(torch.arange(pairs), torch.arange(lines), torch.arange(columns), indexing="ij"))
    block = block.flatten(1)[:, : length - first] + first  # (3, pairs × lines × columns)
    after = first + max(pairs, lines, columns)
    rest = torch.arange(length - first - block.shape[1]) + after
    positions = torch.cat([torch.arange(first).expand(3, -1), block, rest.expand(3, -1)], dim=1)
    return positions, after + len(rest) - length
