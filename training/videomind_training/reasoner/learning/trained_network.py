"""What of a network is trained: an adapter or its weights, and how it is handed to TRL."""

import torch
from peft import LoraConfig
from transformers import PreTrainedModel

from videomind_training.reasoner.configuration import ReasonerConfig
from videomind_training.reasoner.learning.network import open_network


def open_trained_network(config: ReasonerConfig) -> PreTrainedModel:
    """The base in fp32 (bf16 is computed in, not kept), its vision tower frozen where it is not trained."""
    network = open_network(config.base, torch.float32, config.attention)
    if not config.trains_vision:
        network.model.visual.requires_grad_(False)
    network.config.use_cache = not config.learning.gradient_checkpointing
    return network


def lora_of(config: ReasonerConfig) -> LoraConfig | None:
    """The adapter of a run; None where all weights are trained. Without `scope: all` the vision tower has none."""
    lora = config.lora
    if lora is None:
        return None
    language = lora.scope == "language"
    names = "|".join(lora.targets)
    return LoraConfig(
        r=lora.rank,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        use_rslora=lora.rank_stabilized,
        # A pattern, as the vision tower of Qwen2.5-VL has layers of the same names; its patches are read by no linear layer.
        target_modules=rf"model\.language_model\..*\.({names})" if language else rf"(?!.*patch_embed).*\.({names}|qkv|proj)",
        bias="none",
        task_type="CAUSAL_LM",
    )
