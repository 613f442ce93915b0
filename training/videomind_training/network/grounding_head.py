"""The grounding head: states of frame pairs and of one query token to scored moments (VideoMind, section 3.3).

Parameters bear the names of published checkpoints, so that their tensors load as they are.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

attention_heads = 8
positive_prior = 0.01
"""Score of every point before training, which keeps the focal loss calm at the start."""

largest_exponent = 60.0
"""Of offsets, which are powers of e. What no moment is assigned to, training leaves to itself: unbounded, such an offset
grew beyond all numbers, and nothing times infinity spoiled the gradients of all."""


@dataclass(frozen=True)
class HeadSizes:
    """Sizes of a head.

    Attributes:
        hidden: width of the decoder's states.
        width: width inside the head.
        intermediate: width of its feed-forward layers.
        layers: transformer layers.
        levels: levels of the pyramid; level k has stride 2^k.
    """

    hidden: int
    width: int = 256
    intermediate: int = 1024
    layers: int = 3
    levels: int = 4

    @staticmethod
    def of(tensors: dict[str, Tensor]) -> "HeadSizes":
        """Reads the sizes off a head's tensors."""
        width, hidden = tensors["vis_proj.1.weight"].shape
        layers = {name.split(".")[1] for name in tensors if name.startswith("vis_fuse.")}
        return HeadSizes(
            hidden=hidden,
            width=width,
            intermediate=tensors["vis_fuse.0.ffn.mapping.0.weight"].shape[0],
            layers=len(layers),
            levels=tensors["coef.scale"].shape[0],
        )


@dataclass(frozen=True)
class HeadOutput:
    """What the head says of a batch of clips of equal length. Points are in order of levels, ⌊frames / 2^k⌋ at level k.

    Attributes:
        logits: (batch, points), before the sigmoid.
        offsets: (batch, points, 2), from a point back to the start and on to the end, in strides of its level.
        frames: (batch, frames, width), fused frame states.
        query: (batch, width), the fused query state.
    """

    logits: Tensor
    offsets: Tensor
    frames: Tensor
    query: Tensor


class GroundingHead(nn.Module):
    """Frame states and one query state through pre-norm transformer layers, a pyramid of strided convolutions over the
    frames, and two convolutional heads shared by all levels. The result is float32."""

    def __init__(self, sizes: HeadSizes) -> None:
        super().__init__()
        self.sizes = sizes
        width = sizes.width
        self.vis_proj = nn.Sequential(nn.LayerNorm(sizes.hidden), nn.Linear(sizes.hidden, width))
        self.reg_proj = nn.Sequential(nn.LayerNorm(sizes.hidden), nn.Linear(sizes.hidden, width))
        self.vis_emb = _LearnedRow(width)
        self.reg_emb = _LearnedRow(width)
        self.vis_fuse = nn.ModuleList(_FusionLayer(width, sizes.intermediate) for _ in range(sizes.layers))
        self.vis_norm = nn.LayerNorm(width)
        self.pyramid = _Pyramid(width, sizes.levels)
        self.class_head = _ConvolutionHead(width, 1)
        self.coord_head = _ConvolutionHead(width, 2)
        self.coef = _LevelScales(sizes.levels)
        nn.init.constant_(self.class_head.module["3"].bias, -math.log((1 - positive_prior) / positive_prior))

    def forward(self, frames: Tensor, query: Tensor) -> HeadOutput:
        """Scores and offsets of all points.

        Args:
            frames: (batch, frames, hidden), mean state of each frame pair's visual tokens.
            query: (batch, hidden), the state from which `<|reg|>` was predicted.
        """
        dtype = self.coef.scale.dtype
        frames, query = frames.to(dtype), query.to(dtype)
        frames = self.vis_emb(self.vis_proj(frames))
        frames = frames + sinusoidal_encoding(frames.shape[1], self.sizes.width).to(frames)
        query = self.reg_emb(self.reg_proj(query[:, None]))
        states = torch.cat([frames, query], dim=1)  # (batch, frames + 1, width)
        for layer in self.vis_fuse:
            states = layer(states)
        states = self.vis_norm(states)
        fused, fused_query = states[:, :-1], states[:, -1]
        logits, offsets = [], []
        for level, columns in enumerate(self.pyramid(fused.transpose(1, 2))):  # each (batch, width, points)
            logits.append(self.class_head(columns)[:, 0])
            exponents = self.coord_head(columns).float().clamp(max=largest_exponent)
            distances = self.coef(exponents.exp(), level)
            offsets.append(distances.transpose(1, 2))
        return HeadOutput(torch.cat(logits, dim=1).float(), torch.cat(offsets, dim=1), fused.float(), fused_query.float())


def sinusoidal_encoding(frames: int, width: int) -> Tensor:
    """Positions 1 … frames, normalized by the length to 2π, as sines (even columns) and cosines: (frames, width)."""
    positions = torch.arange(1, frames + 1, dtype=torch.float32) / (frames + 1e-6) * 2 * math.pi
    columns = torch.arange(width, dtype=torch.float32)
    angles = positions[:, None] / 10_000 ** (2 * (columns // 2) / width)
    return torch.where(columns % 2 == 0, angles.sin(), angles.cos())


def points_of(frames: int, levels: int) -> Tensor:
    """Place in frames and stride of each point: (points, 2). Levels whose stride exceeds the length have none."""
    rows = []
    for stride in (2**level for level in range(levels) if 2**level <= frames):
        places = torch.arange(frames // stride, dtype=torch.float32) * stride
        rows.append(torch.stack([places, torch.full_like(places, stride)], dim=1))
    return torch.cat(rows)


class _LearnedRow(nn.Module):
    """A learned embedding, added to every row."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.empty(1, 1, width).normal_(std=0.02))

    def forward(self, rows: Tensor) -> Tensor:
        return rows + self.weights


class _LevelScales(nn.Module):
    """What each level multiplies its offsets with."""

    def __init__(self, levels: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(levels))

    def forward(self, distances: Tensor, level: int) -> Tensor:
        return distances * self.scale[level]


class _SelfAttention(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.q = nn.Linear(width, width)
        self.k = nn.Linear(width, width)
        self.v = nn.Linear(width, width)
        self.m = nn.Linear(width, width)

    def forward(self, states: Tensor) -> Tensor:
        def heads(rows: Tensor) -> Tensor:
            return rows.unflatten(-1, (attention_heads, -1)).transpose(1, 2)  # (batch, heads, rows, head width)

        attended = functional.scaled_dot_product_attention(
            heads(self.q(states)), heads(self.k(states)), heads(self.v(states))
        )
        return self.m(attended.transpose(1, 2).flatten(2))


class _FeedForward(nn.Module):
    def __init__(self, width: int, intermediate: int) -> None:
        super().__init__()
        self.mapping = nn.Sequential(nn.Linear(width, intermediate), nn.SiLU(), nn.Linear(intermediate, width))

    def forward(self, states: Tensor) -> Tensor:
        return self.mapping(states)


class _FusionLayer(nn.Module):
    """A pre-norm transformer layer."""

    def __init__(self, width: int, intermediate: int) -> None:
        super().__init__()
        self.self_att_norm = nn.LayerNorm(width)
        self.self_att = _SelfAttention(width)
        self.ffn_norm = nn.LayerNorm(width)
        self.ffn = _FeedForward(width, intermediate)

    def forward(self, states: Tensor) -> Tensor:
        states = states + self.self_att(self.self_att_norm(states))
        return states + self.ffn(self.ffn_norm(states))


class _Pyramid(nn.Module):
    """Level k halves the frames k times; each halving: convolution, LayerNorm, SiLU. Level 0 is SiLU alone."""

    def __init__(self, width: int, levels: int) -> None:
        super().__init__()
        # Published names count a transposition before and after each norm: convolution 1, norm 3; next halving 6, 8 …
        self.blocks = nn.ModuleList(
            nn.ModuleDict(
                {
                    name: module
                    for step in range(level)
                    for name, module in (
                        (str(1 + 5 * step), nn.Conv1d(width, width, kernel_size=2, stride=2)),
                        (str(3 + 5 * step), nn.LayerNorm(width)),
                    )
                }
            )
            for level in range(levels)
        )

    def forward(self, columns: Tensor) -> list[Tensor]:
        """(batch, width, frames) → one (batch, width, ⌊frames / 2^k⌋) a level that the length allows."""
        results = []
        for level, block in enumerate(self.blocks):
            if 2**level > columns.shape[-1]:
                break
            value = columns if level > 0 else functional.silu(columns)
            for step in range(level):
                convolved = block[str(1 + 5 * step)](value)
                normed = block[str(3 + 5 * step)](convolved.transpose(1, 2))
                value = functional.silu(normed).transpose(1, 2)
            results.append(value)
        return results


class _ConvolutionHead(nn.Module):
    """Two convolutions of width 3 with SiLU between: (batch, width, points) → (batch, outputs, points)."""

    def __init__(self, width: int, outputs: int) -> None:
        super().__init__()
        self.module = nn.ModuleDict(
            {
                "1": nn.Conv1d(width, width, kernel_size=3, padding=1),
                "3": nn.Conv1d(width, outputs, kernel_size=3, padding=1),
            }
        )

    def forward(self, columns: Tensor) -> Tensor:
        return self.module["3"](functional.silu(self.module["1"](columns)))
