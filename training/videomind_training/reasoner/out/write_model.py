"""Writes a trained reasoner in the layout that its base has: `model/` whole, and with LoRA `adapter/` alone."""

from pathlib import Path

import torch
from peft import PeftModel
from torch import Tensor
from transformers import PreTrainedModel

from videomind_training.checkpoint_json import read_json_object
from videomind_training.checkpoints.durable_files import copy_file, replaced_folder, write_json, write_text
from videomind_training.checkpoints.write_checkpoint import write_shards
from videomind_training.errors import TrainingError
from videomind_training.reasoner.configuration import ReasonerConfig
from videomind_training.reasoner.out.tensor_names import has_own_names, published_name, tensor_names
from videomind_training.reasoner.shown.words import Instructions, instructions_file, read_instructions

_types = {"bfloat16": torch.bfloat16, "float32": torch.float32}


def write_trained(config: ReasonerConfig, network: PreTrainedModel | PeftModel) -> None:
    """Writes `model/`, and `adapter/` where an adapter was trained; each whole or not at all.

    Raises:
        TrainingError: DISK_FULL, OUTPUT_UNWRITABLE.
    """
    words = read_instructions(config.base if config.instructions is None else config.instructions)
    if isinstance(network, PeftModel):
        with replaced_folder(config.output / "adapter") as folder:
            network.save_pretrained(folder, safe_serialization=True)
            write_text(folder / instructions_file, words.as_json())
        network = network.merge_and_unload()
    target = config.output / "model"
    write_model(config.base, network.state_dict(), target, config.saved_type, type(network).__name__, words)


def write_model(
    base: Path,
    tensors: dict[str, Tensor],
    target: Path,
    saved_type: str,
    architecture: str,
    words: Instructions | None = None,
) -> None:
    """Writes weights under the names that the base's files have, with all other files of the base.

    Args:
        base: checkpoint that the weights came from.
        tensors: under transformers' names.
        target: folder that is replaced as a whole.
        saved_type: `bfloat16` or `float32`.
        architecture: transformers' name of the network, where the base's config.json has none.
        words: that it was trained with, put beside the weights for the app to read.

    Raises:
        TrainingError: CHECKPOINT_INVALID when a tensor of the base is missing, DISK_FULL, OUTPUT_UNWRITABLE.
    """
    published = tensor_names(base)
    own_names = has_own_names(published)
    named = {published_name(name) if own_names else name: value for name, value in tensors.items()}
    missing = sorted(published - named.keys())
    if missing:
        raise TrainingError("CHECKPOINT_INVALID", f"{missing[0]} of {base} is not among the trained weights.")
    kept = {name: named[name] for name in sorted(published)}
    configuration = read_json_object(base / "config.json")
    configuration.pop("torch_dtype", None)
    configuration["dtype"] = saved_type
    configuration.setdefault("architectures", [architecture])
    with replaced_folder(target) as folder:
        write_shards(folder, kept, _types[saved_type])
        write_json(folder / "config.json", configuration)
        for path in sorted(base.iterdir()):
            is_weights = path.suffix in (".safetensors", ".bin") or path.name.endswith(".index.json")
            if path.is_file() and not is_weights and path.name != "config.json":
                copy_file(path, folder / path.name)
        if words is not None:
            write_text(folder / instructions_file, words.as_json())
