"""Prepares a network for training one role."""

from dataclasses import dataclass
from typing import Literal

import torch
from peft import LoraConfig

from videomind_training.errors import TrainingError
from videomind_training.network.adapters import add_adapter, linear_modules
from videomind_training.network.grounding_head import GroundingHead, HeadSizes
from videomind_training.network.videomind_network import VideoMindNetwork
from videomind_training.prompts.prompt_set import Role

roles_with_embeddings: tuple[Role, ...] = ("grounder", "verifier")
"""Roles that read or write the added tokens, and so have embeddings and a vocabulary head of their own."""


@dataclass(frozen=True)
class LoraSettings:
    """Of a new adapter.

    Attributes:
        rank, alpha, dropout: of LoRA.
        targets: last parts of the names of the linear modules that it is put on.
        scope: `language` model only, or `all`: the vision tower too.
        rank_stabilized: scale by alpha / √rank.
    """

    rank: int = 64
    alpha: float = 64
    dropout: float = 0.0
    targets: tuple[str, ...] = ("q_proj", "k_proj", "v_proj", "o_proj")
    scope: Literal["language", "all"] = "language"
    rank_stabilized: bool = False


def prepare_role(network: VideoMindNetwork, role: Role, lora: LoraSettings, head_width: int = 256) -> None:
    """Leaves a role's adapter, and the grounder's head, to be trained, and freezes all else. An adapter or head that is
    missing is made; one that is there is trained on.

    Raises:
        TrainingError: CONFIG_INVALID when no module has one of the names.
    """
    model = network.model
    if not (hasattr(model, "peft_config") and role in model.peft_config):
        targets = linear_modules(network.base, list(lora.targets), lora.scope)
        if not targets:
            raise TrainingError("CONFIG_INVALID", f"No module of the base is named {', '.join(lora.targets)}.")
        config = LoraConfig(
            r=lora.rank,
            lora_alpha=lora.alpha,
            lora_dropout=lora.dropout,
            target_modules=targets,
            use_rslora=lora.rank_stabilized,
            modules_to_save=["embed_tokens", "lm_head"] if role in roles_with_embeddings else None,
            task_type="CAUSAL_LM",
        )
        network.model = add_adapter(model, role, config)
    if role == "grounder" and network.head is None:
        hidden = network.base.config.get_text_config().hidden_size
        network.head = GroundingHead(HeadSizes(hidden=hidden, width=head_width, intermediate=4 * head_width))
    network.speak_as(role)
    for name, parameter in network.named_parameters():
        in_adapter = f".{role}." in name and (".lora_" in name or ".modules_to_save." in name)
        trains = in_adapter or (role == "grounder" and name.startswith("head."))
        parameter.requires_grad_(trains)
        if trains:
            parameter.data = parameter.data.to(torch.float32)


def prepare_base(network: VideoMindNetwork, trains_vision: bool) -> None:
    """Leaves the base to be trained as a whole, with or without its vision tower, and freezes all else."""
    network.speak_as(None)
    for name, parameter in network.named_parameters():
        trains = "lora_" not in name and "modules_to_save" not in name and not name.startswith("head.")
        trains = trains and (trains_vision or ".visual." not in name)
        parameter.requires_grad_(trains)
        if trains:
            parameter.data = parameter.data.to(torch.float32)
