"""Which parameters are trained, at which rate."""

import math
from typing import Literal

from torch.nn import Parameter
from torch.optim import AdamW

from videomind_training.errors import TrainingError
from videomind_training.network.videomind_network import VideoMindNetwork
from videomind_training.trainer.settings import TrainerSettings

Kind = Literal["adapters", "head", "base", "vision"]


def kind_of(name: str) -> Kind:
    """Kind of a parameter by its name in the network. Adapters include a role's own embeddings and vocabulary head."""
    if name.startswith("head."):
        return "head"
    if ".lora_" in name or ".modules_to_save." in name:
        return "adapters"
    return "vision" if ".visual." in name else "base"


def trained_parameters(network: VideoMindNetwork) -> dict[str, Parameter]:
    """All parameters that are trained, by name."""
    return {name: parameter for name, parameter in network.named_parameters() if parameter.requires_grad}


def build_optimizer(network: VideoMindNetwork, settings: TrainerSettings) -> AdamW:
    """AdamW with a group for each kind, decaying matrices only. A kind whose rate is 0 is frozen.

    Raises:
        TrainingError: CONFIG_INVALID when nothing is left to train.
    """
    rates = settings.learning_rates.model_dump()
    for name, parameter in network.named_parameters():
        if parameter.requires_grad and rates[kind_of(name)] == 0:
            parameter.requires_grad_(False)
    groups: dict[tuple[Kind, bool], list[Parameter]] = {}
    for name, parameter in trained_parameters(network).items():
        groups.setdefault((kind_of(name), parameter.ndim > 1), []).append(parameter)
    if not groups:
        raise TrainingError("CONFIG_INVALID", "All learning rates are 0: nothing would be trained.")
    return AdamW(
        [
            {
                "params": parameters,
                "lr": rates[kind],
                "peak": rates[kind],
                "weight_decay": settings.weight_decay if is_matrix else 0.0,
            }
            for (kind, is_matrix), parameters in sorted(groups.items())
        ],
        betas=settings.betas,
    )


def rate_factor(step: int, steps: int, settings: TrainerSettings) -> float:
    """What peak rates are multiplied with in a step, 0 … steps − 1."""
    warmup = math.ceil(settings.warmup_share * steps)
    if step < warmup:
        return (step + 1) / warmup
    progress = (step - warmup) / max(1, steps - warmup)
    match settings.schedule:
        case "cosine":
            return (1 + math.cos(math.pi * progress)) / 2
        case "linear":
            return 1 - progress
        case "constant":
            return 1.0


def set_rates(optimizer: AdamW, factor: float) -> None:
    """Sets the rates of a step."""
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * factor
