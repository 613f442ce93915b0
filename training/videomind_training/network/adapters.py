"""Roles as PEFT adapters, under the module names of published checkpoints.

Published names are those of the library's first Qwen2-VL classes (`model.layers…`, `visual…`); today's classes put
`language_model` between and `visual` below `model`.
"""

import re
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from pydantic import BaseModel, PositiveFloat, PositiveInt
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from transformers import PreTrainedModel

from videomind_training.checkpoint_json import read_fields
from videomind_training.errors import TrainingError

peft_prefix = "base_model.model."
config_file = "adapter_config.json"
weights_file = "adapter_model.safetensors"

_to_library = (
    (re.compile(r"^visual\."), "model.visual."),
    (re.compile(r"^model\.(?!visual\.|language_model\.)"), "model.language_model."),
)
_to_published = ((re.compile(r"^model\.visual\."), "visual."), (re.compile(r"^model\.language_model\."), "model."))


def library_name(published: str) -> str:
    """Module or tensor path of today's classes for a published one; one that is today's already stays."""
    return _renamed(published, _to_library)


def published_name(library: str) -> str:
    """The published path of a module or tensor of today's classes."""
    return _renamed(library, _to_published)


def _renamed(name: str, rules: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, replacement in rules:
        renamed, count = pattern.subn(replacement, name)
        if count:
            return renamed
    return name


def linear_modules(base: PreTrainedModel, endings: list[str], scope: str) -> list[str]:
    """Full paths of the linear modules that an adapter is put on.

    Args:
        base: the network, without adapters.
        endings: last parts of module names, such as `q_proj`.
        scope: `language` for the language model only, `all` for the vision tower too.
    """
    return sorted(
        name
        for name, module in base.named_modules()
        if isinstance(module, torch.nn.Linear)
        and name.rsplit(".", 1)[-1] in endings
        and (scope == "all" or ".language_model." in name)
    )


def add_adapter(model: PreTrainedModel | PeftModel, role: str, config: LoraConfig) -> PeftModel:
    """Adds an adapter to a base, or to one that has adapters already."""
    if isinstance(model, PeftModel):
        model.add_adapter(role, config)
        return model
    return get_peft_model(model, config, adapter_name=role)


class _SavedConfig(BaseModel):
    r: PositiveInt
    lora_alpha: PositiveInt | PositiveFloat
    use_rslora: bool | None = None
    rank_pattern: dict[str, PositiveInt] | None = None
    alpha_pattern: dict[str, PositiveInt | PositiveFloat] | None = None
    modules_to_save: list[str] | None = None


def load_adapter(model: PreTrainedModel | PeftModel, role: str, folder: Path, dropout: float = 0.0) -> PeftModel:
    """Adds the adapter in a published folder. Targets are found from the tensors' names, as the engine finds them.

    Raises:
        TrainingError: CHECKPOINT_INVALID when files are missing or damaged or do not fit the base.
    """
    saved = read_fields(folder / config_file, _SavedConfig)
    try:
        tensors = load_file(folder / weights_file)
    except (OSError, ValueError, SafetensorError) as error:
        raise TrainingError(
            "CHECKPOINT_INVALID", f"The adapter in {folder} cannot be read: {error}", "Download it again."
        ) from error
    renamed = {peft_prefix + library_name(name.removeprefix(peft_prefix)): value for name, value in tensors.items()}
    targets = sorted({name.split(".lora_")[0].removeprefix(peft_prefix) for name in renamed if ".lora_" in name})
    config = LoraConfig(
        r=saved.r,
        lora_alpha=saved.lora_alpha,
        lora_dropout=dropout,
        use_rslora=saved.use_rslora or False,
        rank_pattern={library_name(name): rank for name, rank in (saved.rank_pattern or {}).items()},
        alpha_pattern={library_name(name): alpha for name, alpha in (saved.alpha_pattern or {}).items()},
        target_modules=targets,
        modules_to_save=saved.modules_to_save,
        task_type="CAUSAL_LM",
    )
    model = add_adapter(model, role, config)
    try:
        result = set_peft_model_state_dict(model, renamed, adapter_name=role)
    except (RuntimeError, KeyError) as error:
        raise TrainingError(
            "CHECKPOINT_INVALID",
            f"The adapter in {folder} does not fit the base: {error}",
            "Name the base checkpoint that it was trained on.",
        ) from error
    if result.unexpected_keys:
        raise TrainingError(
            "CHECKPOINT_INVALID", f"{folder / weights_file} has tensors of no known kind: {result.unexpected_keys[:3]}."
        )
    return model


def adapter_tensors(model: PeftModel, role: str, state: dict[str, Tensor] | None = None) -> dict[str, Tensor]:
    """An adapter's tensors under published names, embeddings and vocabulary head of its own among them.

    Args:
        model: that has the adapter.
        role: name of the adapter.
        state: full state dict, where the parameters are spread over processes.
    """
    tensors = get_peft_model_state_dict(model, state_dict=state, adapter_name=role, save_embedding_layers=False)
    return {
        peft_prefix + published_name(name.removeprefix(peft_prefix)): value.detach().cpu().contiguous()
        for name, value in tensors.items()
    }


def adapter_configuration(model: PeftModel, role: str) -> dict[str, object]:
    """An adapter's `adapter_config.json` with published module paths."""
    config: LoraConfig = model.peft_config[role]
    return {
        "alpha_pattern": {published_name(name): value for name, value in config.alpha_pattern.items()},
        "auto_mapping": None,
        "base_model_name_or_path": "",
        "bias": "none",
        "fan_in_fan_out": False,
        "inference_mode": True,
        "init_lora_weights": True,
        "layers_pattern": None,
        "layers_to_transform": None,
        "lora_alpha": config.lora_alpha,
        "lora_dropout": config.lora_dropout,
        "modules_to_save": list(config.modules_to_save) if config.modules_to_save else None,
        "peft_type": "LORA",
        "r": config.r,
        "rank_pattern": {published_name(name): value for name, value in config.rank_pattern.items()},
        "revision": None,
        "target_modules": sorted(published_name(name) for name in config.target_modules),
        "task_type": "CAUSAL_LM",
        "use_dora": False,
        "use_rslora": config.use_rslora,
    }
