"""Writes checkpoints in the published layout: what the engine imports and what can be trained further."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor
from transformers import PreTrainedModel

from videomind_training.checkpoint_json import read_json_object
from videomind_training.checkpoints.added_tokens import tokenizer_files, write_tokenizer
from videomind_training.checkpoints.durable_files import copy_file, make_folder, replaced_folder, write_json, write_tensors
from videomind_training.checkpoints.read_checkpoint import Checkpoint, head_file
from videomind_training.network.adapters import (
    adapter_configuration,
    adapter_tensors,
    config_file,
    peft_prefix,
    published_name,
    weights_file,
)
from videomind_training.prompts.prompt_set import Role, prompts_file

SavedType = Literal["bfloat16", "float32"]

shard_bytes = 4 * 1024**3


def write_videomind_folder(
    folder: Path, checkpoint: Checkpoint, roles: Iterable[Role], saved_type: SavedType = "bfloat16"
) -> None:
    """Writes adapters of roles, and with the grounder's the head, into a VideoMind folder. Other roles in it stay.

    Args:
        folder: made if it is not there.
        checkpoint: that was trained.
        roles: whose adapters are written.
        saved_type: of the tensors; published ones are bfloat16.

    Raises:
        TrainingError: DISK_FULL, OUTPUT_UNWRITABLE; what was there before stays whole.
    """
    network = checkpoint.network
    dtype = getattr(torch, saved_type)
    make_folder(folder)
    for role in roles:
        with replaced_folder(folder / role) as partial:
            write_tensors(partial / weights_file, _cast(adapter_tensors(network.model, role), dtype))
            write_json(partial / config_file, adapter_configuration(network.model, role))
        if role == "grounder" and network.head is not None:
            head = {peft_prefix + name: value.detach().cpu() for name, value in network.head.state_dict().items()}
            write_tensors(folder / head_file, _cast(head, dtype))
    write_tokenizer(checkpoint.writer.tokenizer, checkpoint.token_folder, folder)
    if checkpoint.paths.chat_template is not None:
        copy_file(checkpoint.paths.chat_template, folder / "chat_template.jinja")
    write_json(folder / prompts_file, checkpoint.writer.prompts.model_dump(mode="json"))
    tokens = checkpoint.writer.tokens
    write_json(
        folder / "config.json",
        checkpoint.base_config
        | {
            "architectures": [f"Agent{type(network.base).__name__}"],
            "model_type": f"agent_{checkpoint.base_config['model_type']}",
            "base_model": checkpoint.base_config["model_type"],
            "base_model_path": os.path.relpath(checkpoint.paths.base.resolve(), folder.resolve()),
            "role": "grounder",
            "reg_token_id": tokens.reg,
            "seg_s_token_id": tokens.seg_start,
            "seg_e_token_id": tokens.seg_end,
        },
    )


def write_base_folder(folder: Path, model: PreTrainedModel, source: Path, saved_type: SavedType = "bfloat16") -> None:
    """Writes a base in Hugging Face form under published tensor names, sharded, with the files of the base it came from.

    Args:
        folder: replaced as a whole.
        model: the base; adapters on it are left out.
        source: folder with config.json and the tokenizer's files.
        saved_type: of the tensors.

    Raises:
        TrainingError: DISK_FULL, OUTPUT_UNWRITABLE; what was there before stays whole.
    """
    config = read_json_object(source / "config.json")
    dtype = getattr(torch, saved_type)
    tensors = _base_tensors(model, tied=bool(config.get("tie_word_embeddings")))
    config["torch_dtype"] = saved_type
    with replaced_folder(folder) as partial:
        write_shards(partial, tensors, dtype)
        write_json(partial / "config.json", config)
        for name in ("tokenizer.json", "tokenizer_config.json", "added_tokens.json", *tokenizer_files):
            if (source / name).is_file():
                copy_file(source / name, partial / name)


def _base_tensors(model: PreTrainedModel, tied: bool) -> dict[str, Tensor]:
    tensors = {}
    for name, value in model.state_dict().items():
        if "lora_" in name or ".modules_to_save." in name:
            continue
        plain = name.replace(".base_layer.", ".").replace(".original_module.", ".")
        if not (tied and plain == "lm_head.weight"):
            tensors[published_name(plain)] = value
    return tensors


def write_shards(folder: Path, tensors: dict[str, Tensor], dtype: torch.dtype) -> None:
    """Writes tensors as published checkpoints have them: one safetensors file, or several with an index."""
    shards: list[dict[str, Tensor]] = [{}]
    sizes = [0]
    for name, value in tensors.items():
        size = value.numel() * dtype.itemsize
        if sizes[-1] + size > shard_bytes and shards[-1]:
            shards.append({})
            sizes.append(0)
        shards[-1][name] = value
        sizes[-1] += size
    if len(shards) == 1:
        write_tensors(folder / "model.safetensors", _cast(tensors, dtype))
        return
    weight_map = {}
    for index, shard in enumerate(shards, start=1):
        file = f"model-{index:05d}-of-{len(shards):05d}.safetensors"
        write_tensors(folder / file, _cast(shard, dtype))
        weight_map |= dict.fromkeys(shard, file)
    write_json(folder / "model.safetensors.index.json", {"metadata": {"total_size": sum(sizes)}, "weight_map": weight_map})


def _cast(tensors: dict[str, Tensor], dtype: torch.dtype) -> dict[str, Tensor]:
    return {name: value.detach().to("cpu", dtype).contiguous() for name, value in tensors.items()}
