"""Writes what was learned in the layout of published checkpoints: a base folder, and beside it the roles and the head."""

from __future__ import annotations

from pathlib import Path

from tokenizers import Tokenizer
from torch import Tensor
from transformers import Qwen2VLForConditionalGeneration

from videomind_training.checkpoints.durable_files import replaced_folder, write_json, write_tensors
from videomind_training.network.grounding_head import GroundingHead

from .network import Sizes
from .words import BASE_TOKENS, PROMPTS, ROLE_TOKENS, VOCABULARY, save_tokenizer

_PREPROCESSOR = {
    "do_convert_rgb": True,
    "do_normalize": True,
    "do_rescale": True,
    "do_resize": False,
    "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_std": [0.26862954, 0.26130258, 0.27577711],
    "image_processor_type": "Qwen2VLImageProcessor",
    "processor_class": "Qwen2VLProcessor",
    "max_pixels": 12845056,
    "min_pixels": 3136,
    "merge_size": 2,
    "patch_size": 14,
    "temporal_patch_size": 2,
    "resample": 3,
    "rescale_factor": 1 / 255,
}


def _config(tokenizer: Tokenizer, sizes: Sizes) -> dict[str, object]:
    def token(name: str) -> int:
        return tokenizer.token_to_id(name)

    half = sizes.hidden // sizes.heads // 2
    space = half * 3 // 8
    return {
        "architectures": ["Qwen2VLForConditionalGeneration"],
        "model_type": "qwen2_vl",
        "vocab_size": VOCABULARY,
        "hidden_size": sizes.hidden,
        "intermediate_size": sizes.intermediate,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
        "num_key_value_heads": sizes.key_value_heads,
        "hidden_act": "silu",
        "max_position_embeddings": 4096,
        "max_window_layers": sizes.layers,
        "rms_norm_eps": 1e-06,
        "use_sliding_window": False,
        "sliding_window": 4096,
        "tie_word_embeddings": True,
        "rope_theta": 10000.0,
        "attention_dropout": 0.0,
        "initializer_range": 0.02,
        "rope_scaling": {"type": "mrope", "mrope_section": [half - 2 * space, space, space]},
        "bos_token_id": token("<|endoftext|>"),
        "eos_token_id": token("<|im_end|>"),
        "vision_start_token_id": token("<|vision_start|>"),
        "vision_end_token_id": token("<|vision_end|>"),
        "vision_token_id": token("<|vision_pad|>"),
        "image_token_id": token("<|image_pad|>"),
        "video_token_id": token("<|video_pad|>"),
        "vision_config": {
            "depth": sizes.vision_depth,
            "embed_dim": sizes.vision_width,
            "mlp_ratio": 4,
            "num_heads": sizes.vision_heads,
            "in_chans": 3,
            "hidden_size": sizes.hidden,
            "patch_size": 14,
            "spatial_merge_size": 2,
            "spatial_patch_size": 14,
            "temporal_patch_size": 2,
        },
        "torch_dtype": "float32",
        "use_cache": True,
        "transformers_version": "4.45.2",
    }


def _published_name(name: str) -> str:
    """The library's names of today to those of published checkpoints."""
    return name.replace("model.language_model.", "model.").replace("model.visual.", "visual.")


def publish(
    folder: Path,
    network: Qwen2VLForConditionalGeneration,
    head: GroundingHead,
    adapters: dict[str, dict[str, Tensor]],
    tokenizer: Tokenizer,
    rank: int,
    alpha: int,
    sizes: Sizes | None = None,
) -> None:
    """Writes `base/` and `model/`. Adapters: per role, `layers.0.self_attn.q_proj.lora_A` and so on to tensors.

    Raises:
        TrainingError: DISK_FULL, OUTPUT_UNWRITABLE; what was in `folder` before, which is replaced as a whole, then stays.
    """
    config = _config(tokenizer, sizes or Sizes())
    with replaced_folder(folder) as partial:
        for path in (partial / "base", partial / "model"):
            save_tokenizer(tokenizer, path)
            write_json(path / "preprocessor_config.json", _PREPROCESSOR)
            write_json(path / "generation_config.json", {"eos_token_id": config["eos_token_id"]})
        _write_base(partial / "base", network, config)
        _write_model(partial / "model", head, tokenizer, config)
        for role, parts in adapters.items():
            _write_adapter(partial / "model" / role, parts, rank, alpha)
    assert all(tokenizer.token_to_id(token) is not None for token in BASE_TOKENS + ROLE_TOKENS)


def _write_base(folder: Path, network: Qwen2VLForConditionalGeneration, config: dict[str, object]) -> None:
    weights = {
        _published_name(name): value.detach().contiguous().clone()
        for name, value in network.state_dict().items()
        if name != "lm_head.weight"
    }
    write_tensors(folder / "model.safetensors", weights)
    write_json(folder / "config.json", config)


def _write_model(folder: Path, head: GroundingHead, tokenizer: Tokenizer, config: dict[str, object]) -> None:
    roles = {
        "architectures": ["AgentQwen2VLForConditionalGeneration"],
        "model_type": "agent_qwen2_vl",
        "base_model": "qwen2_vl",
        "base_model_path": "../base",
        "role": "grounder",
        "reg_token_id": tokenizer.token_to_id("<|reg|>"),
        "seg_s_token_id": tokenizer.token_to_id("<|seg_start|>"),
        "seg_e_token_id": tokenizer.token_to_id("<|seg_end|>"),
    }
    write_json(folder / "config.json", {**config, **roles})
    write_json(folder / "prompts.json", PROMPTS)
    tensors = {f"base_model.model.{name}": value.detach().contiguous() for name, value in head.state_dict().items()}
    write_tensors(folder / "pytorch_model.safetensors", tensors)


def _write_adapter(folder: Path, parts: dict[str, Tensor], rank: int, alpha: int) -> None:
    tensors = {f"base_model.model.model.{name}.weight": value.detach().contiguous() for name, value in parts.items()}
    write_tensors(folder / "adapter_model.safetensors", tensors)
    targets = sorted({"model." + name.rsplit(".", 1)[0] for name in parts})
    settings = {
        "base_model_name_or_path": "",
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "r": rank,
        "lora_alpha": alpha,
        "lora_dropout": 0.0,
        "bias": "none",
        "use_rslora": False,
        "use_dora": False,
        "fan_in_fan_out": False,
        "inference_mode": True,
        "modules_to_save": None,
        "target_modules": targets,
    }
    write_json(folder / "adapter_config.json", settings)
