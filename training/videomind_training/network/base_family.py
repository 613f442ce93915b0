"""What tells the families of bases apart in what they are shown: patches, and how they learn when a frame pair was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from pydantic import BaseModel, ValidationError

from videomind_training.errors import TrainingError

FamilyName = Literal["qwen2-vl", "qwen2.5-vl", "qwen3-vl"]

Grid = tuple[int, int, int]
"""Frame pairs, patch lines and patch columns of a clip, before merging."""

Block = tuple[tuple[int, ...], int, int]
"""Positions of a block's frame pairs counted from its start, lines and columns of its merged patches."""

merge_side = 2
"""Patches on a side that one token shows."""

temporal_patch = 2
"""Frames that a patch is of."""


@dataclass(frozen=True)
class BaseFamily:
    """A family, with the numbers of one checkpoint.

    Attributes:
        name: of the family.
        patch: side of a patch in pixels.
        tokens_per_second: by which Qwen2.5-VL's positions advance; None for the others.
    """

    name: FamilyName = "qwen2-vl"
    patch: int = 14
    tokens_per_second: float | None = None

    @property
    def factor(self) -> int:
        """Side in pixels of what one token shows."""
        return self.patch * merge_side

    @property
    def stamps(self) -> bool:
        """Whether the times of frame pairs stand in the text, each pair being a block of its own."""
        return self.name == "qwen3-vl"

    def blocks(self, grid: Grid, pair_sec: tuple[float, ...] = ()) -> list[Block]:
        """The blocks of visual tokens that a clip is shown as.

        Args:
            grid: of the clip.
            pair_sec: when each frame pair was; only Qwen2.5-VL's positions need it.
        """
        pairs, lines, columns = grid[0], grid[1] // merge_side, grid[2] // merge_side
        if self.stamps:
            return [((0,), lines, columns)] * pairs
        if self.tokens_per_second is None:
            return [(tuple(range(pairs)), lines, columns)]
        # In float32, cut at the end, as the engine counts.
        step = torch.tensor(seconds_between_pairs(pair_sec), dtype=torch.float32)
        times = (torch.arange(pairs, dtype=torch.float32) * step * self.tokens_per_second).long()
        return [(tuple(times.tolist()), lines, columns)]


qwen2_vl = BaseFamily()
"""The base of the published VideoMind."""


def grid_of(frames: int, height: int, width: int, patch_side: int = 14) -> Grid:
    """Frame pairs, patch lines and patch columns of a clip."""
    return frames // temporal_patch, height // patch_side, width // patch_side


def seconds_between_pairs(pair_sec: tuple[float, ...]) -> float:
    """Seconds from one frame pair to the next, as if they were spread evenly; 1 for a single one."""
    return 1.0 if len(pair_sec) < 2 else (pair_sec[-1] - pair_sec[0]) / (len(pair_sec) - 1)


def pair_seconds(indices: tuple[int, ...], fps: float) -> tuple[float, ...]:
    """When each frame pair was: the mean of its two frames, each its index by the average rate."""
    return tuple((first / fps + second / fps) / 2 for first, second in zip(indices[::2], indices[1::2], strict=True))


class _Vision(BaseModel):
    patch_size: int | None = None
    tokens_per_second: float = 4


class _Config(BaseModel):
    model_type: str
    vision_config: _Vision = _Vision()


_names: dict[str, FamilyName] = {"qwen2_vl": "qwen2-vl", "qwen2_5_vl": "qwen2.5-vl", "qwen3_vl": "qwen3-vl"}


def base_family(config: dict[str, object], where: object) -> BaseFamily:
    """The family of a base.

    Args:
        config: its config.json.
        where: the folder, for messages.

    Raises:
        TrainingError: CHECKPOINT_INVALID for any other network.
    """
    try:
        read = _Config.model_validate(config)
    except ValidationError as error:
        raise TrainingError("CHECKPOINT_INVALID", f"config.json of {where}: {error}", "Download it again.") from error
    if read.model_type not in _names:
        remedy = "Name a Qwen2-VL, Qwen2.5-VL or Qwen3-VL checkpoint; a VideoMind folder is named with `videomind`."
        raise TrainingError("CHECKPOINT_INVALID", f"{where} is a {read.model_type}.", remedy)
    name = _names[read.model_type]
    return BaseFamily(
        name,
        read.vision_config.patch_size or (16 if name == "qwen3-vl" else 14),
        read.vision_config.tokens_per_second if name == "qwen2.5-vl" else None,
    )
