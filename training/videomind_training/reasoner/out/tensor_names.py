"""Names of a reasoner's tensors: as transformers has them, and as published files of Qwen2.5-VL do."""

from collections.abc import Iterable
from pathlib import Path

from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor

from videomind_training.errors import TrainingError

_inner = "model.language_model."


def has_own_names(names: Iterable[str]) -> bool:
    """Whether files leave out a level that transformers puts in."""
    return not any(name.startswith(_inner) for name in names)


def published_name(name: str) -> str:
    """A name of transformers as files with own names have it."""
    return name.replace("model.visual.", "visual.", 1).replace(_inner, "model.", 1)


def network_name(name: str) -> str:
    """The reverse of `published_name`."""
    if name.startswith("visual."):
        return f"model.{name}"
    return name.replace("model.", _inner, 1) if name.startswith("model.") else name


def tensor_names(folder: Path) -> set[str]:
    """Names of all tensors in a checkpoint's folder. Raises TrainingError CHECKPOINT_INVALID where there are none."""
    names: set[str] = set()
    for path in sorted(folder.glob("*.safetensors")):
        with safe_open(path, "pt") as file:
            names.update(file.keys())
    if not names:
        raise TrainingError("CHECKPOINT_INVALID", f"{folder} holds no safetensors files.", "Download it again.")
    return names


def read_tensors(folder: Path) -> dict[str, Tensor]:
    """All tensors of a checkpoint's folder under transformers' names. Raises TrainingError CHECKPOINT_INVALID."""
    own = has_own_names(tensor_names(folder))
    tensors: dict[str, Tensor] = {}
    for path in sorted(folder.glob("*.safetensors")):
        tensors |= {network_name(name) if own else name: value for name, value in load_file(path).items()}
    return tensors
