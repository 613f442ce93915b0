"""A lesson for attention itself: where the decoder is to look while it holds a question against what was seen.

Left to itself a small decoder finds this out only after thousands of steps of guessing; shown where the evidence lies it
needs hundreds. It is a lesson of training alone: the network that answers is the same.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from transformers.models.qwen2_vl.modeling_qwen2_vl import apply_rotary_pos_emb

from .batch import Looks

EVIDENCE_HEADS = (0, 1, 3, 4)
"""Heads of the middle layer that learn to look at what a question is about."""

AIM_HEADS = (2, 5)
"""Heads of the last layer that learn to look at the event that is asked for: at what a thing does after something else, once
it is known where that is."""

EDGE_HEADS = ((2,), (5,))
"""Heads of the middle layer that learn to look at where what a question is about begins, and at where it is over."""

AIM_EDGE_HEADS = ((1,), (4,))
"""The same in the last layer, of the event that is asked for."""

SOURCE_HEADS = (0, 3)
"""Heads of the last layer that learn to look at what the reply is taken from: the right option, the word to repeat."""


def looking_loss(
    layer: nn.Module, states: Tensor, rotary: tuple[Tensor, Tensor], mask: Tensor, looks: Looks, heads: tuple[int, ...]
) -> Tensor:
    """How far the heads' attention is from being spread evenly over what they are to look at: (looks,)."""
    attention = layer.self_attn
    rows, places, wanted = looks.rows, looks.places, looks.wanted
    normed = layer.input_layernorm(states)
    size, length = attention.head_dim, states.shape[1]
    queries = attention.q_proj(normed[rows, places]).view(len(rows), -1, size)
    keys = attention.k_proj(normed).view(len(states), length, -1, size)
    groups = queries.shape[1] // keys.shape[2]
    cosine, sine = rotary
    queries, _ = apply_rotary_pos_emb(queries, queries, cosine[rows, places], sine[rows, places])
    keys, _ = apply_rotary_pos_emb(keys, keys, cosine, sine, unsqueeze_dim=2)
    open_to = mask[rows, 0, places]
    losses = []
    for head in heads:
        scores = (keys[rows, :, head // groups] @ queries[:, head, :, None])[..., 0] * attention.scaling
        given = scores.masked_fill(~open_to, -1e4).log_softmax(dim=1)
        losses.append((wanted * (wanted.clamp(min=1e-9).log() - given)).sum(dim=1))
    return torch.stack(losses).mean(dim=0)


def edging_loss(
    layer: nn.Module,
    states: Tensor,
    rotary: tuple[Tensor, Tensor],
    mask: Tensor,
    edges: tuple[Looks, Looks],
    heads: tuple[tuple[int, ...], tuple[int, ...]],
) -> Tensor:
    """The same for heads that look at where something begins, and for others that look at where it is over: (looks,)."""
    begins, ends = (
        looking_loss(layer, states, rotary, mask, looks, those) for looks, those in zip(edges, heads, strict=True)
    )
    return (begins + ends) / 2
