"""Puts a checkpoint together that several processes wrote a part of each: verl's, by FSDP."""

import pickle
import re
from pathlib import Path

import torch
from torch import Tensor
from torch.distributed.tensor import DTensor  # which also lets its parts be read without running what a file says

from videomind_training.errors import TrainingError
from videomind_training.reasoner.out.write_model import write_model
from videomind_training.reasoner.shown.family import read_family
from videomind_training.reasoner.shown.words import read_instructions

_part = re.compile(r"model_world_size_(\d+)_rank_(\d+)\.pt")
_architectures = {"qwen2.5-vl": "Qwen2_5_VLForConditionalGeneration", "qwen3-vl": "Qwen3VLForConditionalGeneration"}
_own_merger = "verl's own `python -m verl.model_merger merge --backend fsdp` may read it."


def merge_shards(shards: Path, base: Path, out: Path, saved_type: str = "bfloat16") -> None:
    """Writes a whole checkpoint in the layout of the base that training began with.

    Args:
        shards: folder with `model_world_size_N_rank_R.pt`: `global_step_N/actor`.
        base: checkpoint whose files and names are taken.
        out: folder that is written.
        saved_type: `bfloat16` or `float32`.

    Raises:
        TrainingError: CHECKPOINT_NOT_FOUND, CHECKPOINT_INVALID; OUTPUT_EXISTS where something is in the folder; DISK_FULL,
            OUTPUT_UNWRITABLE.
    """
    if out.exists() and any(out.iterdir()):
        raise TrainingError("OUTPUT_EXISTS", f"{out} is not empty.", "Choose another --out.")
    family = read_family(base).name
    parts = [_read(path) for path in part_files(shards)]
    tensors = {name: _joined(name, [part.get(name) for part in parts], shards) for name in parts[0]}
    write_model(base, tensors, out, saved_type, _architectures[family], read_instructions(base))


def part_files(folder: Path) -> list[Path]:
    """The file of each process, in order.

    Raises:
        TrainingError: CHECKPOINT_NOT_FOUND where there are none, CHECKPOINT_INVALID where one is missing.
    """
    found = {path: _part.fullmatch(path.name) for path in sorted(folder.glob("*.pt"))}
    sizes = {int(match[1]) for match in found.values() if match}
    if not sizes:
        raise TrainingError(
            "CHECKPOINT_NOT_FOUND",
            f"{folder} holds no model_world_size_N_rank_R.pt.",
            "Name the folder `global_step_N/actor` of verl's checkpoints.",
        )
    size = max(sizes)
    files = [folder / f"model_world_size_{size}_rank_{rank}.pt" for rank in range(size)]
    missing = [path.name for path in files if not path.is_file()]
    if missing:
        raise TrainingError("CHECKPOINT_INVALID", f"{missing[0]} is missing in {folder}.", "Copy it from its machine.")
    return files


def _read(path: Path) -> dict[str, Tensor]:
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        problem = " ".join(str(error).split())[:300]
        raise TrainingError("CHECKPOINT_INVALID", f"{path} cannot be read: {problem}", _own_merger) from error


def _joined(name: str, parts: list[Tensor | None], folder: Path) -> Tensor:
    """One tensor of its parts. Where groups of processes hold the same, the first group's are taken."""
    first = parts[0]
    if len(parts) == 1 and isinstance(first, Tensor) and not isinstance(first, DTensor):
        return first
    if not all(isinstance(part, DTensor) for part in parts):
        raise TrainingError("CHECKPOINT_INVALID", f"{name} in {folder} does not say how it is divided.", _own_merger)
    *outer, placement = first.placements
    if placement.is_partial() or not all(each.is_replicate() for each in outer):
        raise TrainingError("CHECKPOINT_INVALID", f"{name} in {folder} is divided as {first.placements}.", _own_merger)
    with torch.no_grad():
        if placement.is_replicate():
            return first.to_local()
        ranks = first.device_mesh.mesh.reshape(-1, first.device_mesh.mesh.shape[-1])[0].tolist()
        whole = torch.cat([parts[rank].to_local() for rank in ranks], dim=placement.dim)
    if whole.shape != first.shape:
        raise TrainingError("CHECKPOINT_INVALID", f"{name} in {folder} is {tuple(whole.shape)}, not {tuple(first.shape)}.")
    return whole.contiguous()
