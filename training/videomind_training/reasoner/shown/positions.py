"""Rotary positions of Qwen2.5-VL: a video's first row advances with its seconds, and text goes on after the largest."""

from types import MethodType
from typing import Any

import torch
from torch import Tensor, nn


def timed_positions(
    token_types: list[int], grids: list[tuple[int, int, int]], seconds: list[float], tokens_per_second: float, merge: int = 2
) -> tuple[Tensor, int]:
    """Positions (3, sequence), and what is added to the index of a generated token.

    Seconds are multiplied in float32 and cut at the end, as vLLM does; text after a video goes on from the largest position
    of all three rows, as the family was trained. transformers 5.0 to 5.23 goes on from the frame's size alone.

    Args:
        token_types: 2 for video tokens, 0 for text; no padding.
        grids: of the videos in order: frame pairs, patch lines, patch columns.
        seconds: between two pairs of each video.
        tokens_per_second: of the checkpoint.
        merge: patches on a side that a token shows.
    """
    blocks: list[Tensor] = []
    following, place, video = 0, 0, 0
    while place < len(token_types):
        length = 1
        if token_types[place] == 2:
            pairs, lines, columns = grids[video][0], grids[video][1] // merge, grids[video][2] // merge
            each = torch.tensor(seconds[video], dtype=torch.float32)
            times = (torch.arange(pairs, dtype=torch.float32) * each * tokens_per_second).long()
            block = torch.stack(torch.meshgrid(times, torch.arange(lines), torch.arange(columns), indexing="ij")).flatten(1)
            length, video = block.shape[1], video + 1
        else:
            while place + length < len(token_types) and token_types[place + length] != 2:
                length += 1
            block = torch.arange(length).expand(3, -1)
        blocks.append(block + following)
        following = int(blocks[-1].max()) + 1
        place += length
    return torch.cat(blocks, dim=1), following - len(token_types)


def use_timed_positions(network: nn.Module, tokens_per_second: float) -> None:
    """Has a Qwen2.5-VL of transformers count positions by `timed_positions`, in training and in generation."""
    network.model.get_rope_index = MethodType(_rope_index(tokens_per_second), network.model)


def _rope_index(tokens_per_second: float) -> Any:  # noqa: ANN401 (a method in transformers' own signature)
    def get_rope_index(
        _model: nn.Module,
        input_ids: Tensor,
        mm_token_type_ids: Tensor,
        image_grid_thw: Tensor | None = None,
        video_grid_thw: Tensor | None = None,
        second_per_grid_ts: Tensor | None = None,
        attention_mask: Tensor | None = None,
        **_others: object,
    ) -> tuple[Tensor, Tensor]:
        if image_grid_thw is not None:
            raise NotImplementedError("Reasoners are trained on videos, not on images")
        grids = [] if video_grid_thw is None else [tuple(grid) for grid in video_grid_thw.tolist()]
        seconds = [] if second_per_grid_ts is None else [float(each) for each in second_per_grid_ts]
        positions = torch.zeros(3, *input_ids.shape, dtype=torch.long)
        deltas = []
        for row, types in enumerate(mm_token_type_ids):
            shown = torch.ones_like(types, dtype=torch.bool) if attention_mask is None else attention_mask[row].bool()
            kinds = types[shown].tolist()
            videos = sum(kind == 2 and (at == 0 or kinds[at - 1] != 2) for at, kind in enumerate(kinds))
            counted, delta = timed_positions(kinds, grids[:videos], seconds[:videos], tokens_per_second)
            positions[:, row, shown.cpu()] = counted
            deltas.append(delta)
            grids, seconds = grids[videos:], seconds[videos:]
        device = input_ids.device
        return positions.to(device), torch.tensor(deltas, device=device).unsqueeze(1)

    return get_rope_index
