"""The vision tower with frame pairs on the batch axis.

A frame pair attends to itself alone (Qwen2-VL, section 2.1), so a pair is a row of a batch. The library's own forward pass
walks through the pairs one by one (or, in older releases, attends densely over all of them behind a mask).
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint
from transformers.models.qwen2_vl.modeling_qwen2_vl import (
    Qwen2VisionTransformerPretrainedModel,
    Qwen2VLVisionBlock,
    apply_rotary_pos_emb_vision,
)

from videomind_training.network.base_family import Grid, merge_side


@dataclass(frozen=True)
class ClipPatches:
    """Normalized patches of a clip.

    Attributes:
        values: (pairs × lines × columns, 3 × 2 × patch × patch), ordered by pair, then by merge block, as the tower
            reads them.
        grid: pairs, lines, columns.
    """

    values: Tensor
    grid: Grid


def visual_tokens(grid: Grid) -> int:
    """Visual tokens of a clip after merging."""
    pairs, lines, columns = grid
    return pairs * (lines // merge_side) * (columns // merge_side)


def encode_by_library(tower: nn.Module, clips: list[ClipPatches]) -> list[Tensor]:
    """The same as `encode_clips` by the tower of a newer family as transformers has it. Features that are added after
    the first decoder layers (deepstack) stand behind the others: (visual tokens, (1 + levels) × hidden)."""
    if not clips:
        return []
    values = torch.cat([clip.values for clip in clips]).to(tower.dtype)
    grids = torch.tensor([clip.grid for clip in clips], device=values.device)
    result = tower(values, grid_thw=grids, return_dict=True)
    levels = [result.pooler_output, *(getattr(result, "deepstack_features", None) or [])]
    return list(torch.cat(levels, dim=-1).split([visual_tokens(clip.grid) for clip in clips]))


def encode_clips(
    tower: Qwen2VisionTransformerPretrainedModel, clips: list[ClipPatches], pairs_at_once: int = 256
) -> list[Tensor]:
    """Visual features of clips, each (visual tokens, hidden), in the order given.

    Pairs of equal size are computed together, whatever clip they are of.

    Args:
        tower: the base's `visual` module.
        clips: patches in the tower's device and any float type.
        pairs_at_once: most pairs of one pass, which bounds memory.
    """
    rows: list[list[Tensor]] = [[] for _ in clips]
    by_size: dict[tuple[int, int], list[int]] = {}
    for index, clip in enumerate(clips):
        by_size.setdefault(clip.grid[1:], []).append(index)
    for (lines, columns), members in by_size.items():
        cells = lines * columns
        pairs = torch.cat([clips[index].values.view(-1, cells, clips[index].values.shape[-1]) for index in members])
        merged = torch.cat([_encode_pairs(tower, part, lines, columns) for part in pairs.split(pairs_at_once)])
        counts = [clips[index].grid[0] for index in members]
        for index, features in zip(members, merged.split(counts), strict=True):
            rows[index].append(features.flatten(0, 1))
    return [torch.cat(parts) for parts in rows]


def _encode_pairs(tower: Qwen2VisionTransformerPretrainedModel, pairs: Tensor, lines: int, columns: int) -> Tensor:
    """(pairs, cells, patch values) → (pairs, merged cells, hidden)."""
    count, cells, _ = pairs.shape
    hidden = tower.patch_embed(pairs.flatten(0, 1)).view(count, cells, -1)  # (pairs, cells, width)
    places = _patch_places(lines, columns, tower.spatial_merge_size).to(pairs.device)
    cos, sin = tower.rotary_pos_emb(hidden, places)  # each (cells, head width)
    saves_memory = tower.gradient_checkpointing and tower.training and torch.is_grad_enabled()
    for block in tower.blocks:
        if saves_memory:
            hidden = checkpoint(_block, block, hidden, cos, sin, use_reentrant=False)
        else:
            hidden = _block(block, hidden, cos, sin)
    merge = tower.spatial_merge_size**2
    return tower.merger(hidden.flatten(0, 1)).view(count, cells // merge, -1)


def _block(block: Qwen2VLVisionBlock, hidden: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """One block of the tower on (pairs, cells, width)."""
    attention = block.attn
    count, cells, _ = hidden.shape
    joined = attention.qkv(block.norm1(hidden)).view(count, cells, 3, attention.num_heads, -1)
    queries, keys, values = joined.unbind(2)  # each (pairs, cells, heads, head width)
    queries, keys = apply_rotary_pos_emb_vision(queries, keys, cos, sin)
    attended = functional.scaled_dot_product_attention(
        queries.transpose(1, 2), keys.transpose(1, 2), values.transpose(1, 2), scale=attention.scaling
    )
    hidden = hidden + attention.proj(attended.transpose(1, 2).flatten(2))
    return hidden + block.mlp(block.norm2(hidden))


def _patch_places(lines: int, columns: int, merge: int) -> Tensor:
    """Line and column of each patch in the order of merge blocks: (cells, 2)."""
    grid = torch.stack(torch.meshgrid(torch.arange(lines), torch.arange(columns), indexing="ij"), dim=-1)
    blocks = grid.view(lines // merge, merge, columns // merge, merge, 2).permute(0, 2, 1, 3, 4)
    return blocks.reshape(-1, 2)
