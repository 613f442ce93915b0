"""Sizes of the demo model, and the library's network made of them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional
from transformers import Qwen2VLConfig, Qwen2VLForConditionalGeneration
from transformers.models.qwen2_vl.modeling_qwen2_vl import Qwen2VisionTransformerPretrainedModel

from videomind_training.network.vision_tower import ClipPatches, encode_clips

FRAME_SIZE = 56
"""Side of a frame as the model sees it: 4 × 4 patches, 2 × 2 visual tokens a pair."""

TOKENS_PER_PAIR = 4
_PATCH = 14
_MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073]).view(3, 1, 1)
_STD = torch.tensor([0.26862954, 0.26130258, 0.27577711]).view(3, 1, 1)


@dataclass(frozen=True)
class Sizes:
    """Widths and depths."""

    hidden: int = 192
    intermediate: int = 384
    layers: int = 4
    heads: int = 6
    key_value_heads: int = 2
    vision_width: int = 192
    vision_depth: int = 3
    vision_heads: int = 6


def network_config(vocabulary: int, token_ids: dict[str, int], sizes: Sizes | None = None) -> Qwen2VLConfig:
    """The library's configuration of these sizes."""
    sizes = sizes or Sizes()
    half = sizes.hidden // sizes.heads // 2
    temporal = half - 2 * (half * 3 // 8)
    return Qwen2VLConfig(
        text_config={
            "vocab_size": vocabulary,
            "hidden_size": sizes.hidden,
            "intermediate_size": sizes.intermediate,
            "num_hidden_layers": sizes.layers,
            "num_attention_heads": sizes.heads,
            "num_key_value_heads": sizes.key_value_heads,
            "max_position_embeddings": 4096,
            "tie_word_embeddings": True,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 10000.0,
                "mrope_section": [temporal, half * 3 // 8, half * 3 // 8],
            },
            "bos_token_id": token_ids["<|endoftext|>"],
            "eos_token_id": token_ids["<|im_end|>"],
        },
        vision_config={
            "depth": sizes.vision_depth,
            "embed_dim": sizes.vision_width,
            "hidden_size": sizes.hidden,
            "num_heads": sizes.vision_heads,
            "mlp_ratio": 4,
            "patch_size": _PATCH,
            "spatial_merge_size": 2,
            "temporal_patch_size": 2,
            "in_channels": 3,
        },
        tie_word_embeddings=True,
        vision_start_token_id=token_ids["<|vision_start|>"],
        vision_end_token_id=token_ids["<|vision_end|>"],
        image_token_id=token_ids["<|image_pad|>"],
        video_token_id=token_ids["<|video_pad|>"],
    )


def build_network(config: Qwen2VLConfig, seed: int) -> Qwen2VLForConditionalGeneration:
    """A network with fresh weights."""
    torch.manual_seed(seed)
    config._attn_implementation = "sdpa"
    return Qwen2VLForConditionalGeneration(config).float()


def pair_patches(frames: Tensor) -> Tensor:
    """Frames as uint8 (pairs, 2, side, side, 3) to patches (pairs × cells, 3 × 2 × 14 × 14), in merge blocks."""
    pairs, side = frames.shape[0], frames.shape[2]
    mean, spread = _MEAN.to(frames.device), _STD.to(frames.device)
    pixels = (frames.permute(0, 1, 4, 2, 3).float() / 255 - mean) / spread  # (pairs, 2, 3, side, side)
    blocks = side // (2 * _PATCH)
    cut = pixels.view(pairs, 2, 3, blocks, 2, _PATCH, blocks, 2, _PATCH)
    ordered = cut.permute(0, 3, 6, 4, 7, 2, 1, 5, 8)
    return ordered.reshape(pairs * blocks * blocks * 4, 3 * 2 * _PATCH * _PATCH)


def see(tower: Qwen2VisionTransformerPretrainedModel, frames: Tensor) -> Tensor:
    """Visual tokens of frame pairs: uint8 (pairs, 2, side, side, 3) → (pairs, tokens, hidden)."""
    cells = frames.shape[2] // _PATCH
    clip = ClipPatches(pair_patches(frames), (frames.shape[0], cells, cells))
    (features,) = encode_clips(tower, [clip], pairs_at_once=512)
    return features.view(frames.shape[0], -1, features.shape[-1])


class LinearPatches(torch.nn.Module):
    """The patch embedding as a product over its own weights: what the convolution computes, several times faster on CPUs."""

    def __init__(self, embedding: torch.nn.Module) -> None:
        super().__init__()
        self.proj = embedding.proj

    def forward(self, patches: Tensor) -> Tensor:
        """(patches, values) → (patches, width)."""
        return functional.linear(patches, self.proj.weight.flatten(1))
