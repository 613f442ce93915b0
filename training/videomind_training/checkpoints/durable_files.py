"""Files that are whole or not there: written under a temporary name, flushed to disk, renamed."""

import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import save
from torch import Tensor

from videomind_training.errors import TrainingError


def write_text(path: Path, text: str) -> None:
    """Writes a file durably. Raises TrainingError DISK_FULL, OUTPUT_UNWRITABLE."""
    with _whole_file(path) as partial:
        partial.write_text(text, encoding="utf-8")


def write_json(path: Path, value: object) -> None:
    """Writes JSON durably."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def write_tensors(path: Path, tensors: dict[str, Tensor]) -> None:
    """Writes a safetensors file durably. Raises TrainingError DISK_FULL, OUTPUT_UNWRITABLE."""
    with _whole_file(path) as partial:
        partial.write_bytes(save({name: tensor.contiguous() for name, tensor in tensors.items()}, {"format": "pt"}))


def write_state(path: Path, state: object) -> None:
    """Writes what `torch.load` reads, durably. Raises TrainingError DISK_FULL, OUTPUT_UNWRITABLE."""
    with _whole_file(path) as partial, partial.open("wb") as file:
        torch.save(state, file)


def make_folder(folder: Path) -> None:
    """Makes a folder, with those above it, where it is missing. Raises TrainingError DISK_FULL, OUTPUT_UNWRITABLE."""
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)


def append_text(path: Path, text: str) -> None:
    """Adds to a file, made with its folder where it is missing; a failure may leave a line that is cut off.

    Raises:
        TrainingError: DISK_FULL, OUTPUT_UNWRITABLE.
    """
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(text)


def copy_file(source: Path, target: Path) -> None:
    """Copies a file durably."""
    with _whole_file(target) as partial:
        shutil.copyfile(source, partial)


@contextmanager
def _whole_file(path: Path) -> Iterator[Path]:
    """A temporary file that takes the place of `path` once it is written and on the disk; on failure it is gone."""
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".partial")
        with _discarded_on_failure(partial):
            yield partial
            _sync(partial)
            partial.replace(path)
        _sync_folder(path.parent)


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """A new folder that takes the place of `folder` once it is whole; on failure `folder` stays as it was."""
    partial = folder.with_name(f".{folder.name}.partial")
    former = folder.with_name(f".{folder.name}.former")
    with disk_errors(folder):
        shutil.rmtree(partial, ignore_errors=True)
        recover_folder(folder)
        try:
            partial.mkdir(parents=True)
            yield partial
            for path in partial.rglob("*"):
                if path.is_file():
                    _sync(path)
            if folder.exists():
                folder.rename(former)
            partial.rename(folder)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            recover_folder(folder)
            raise
        _sync_folder(folder.parent)
        shutil.rmtree(former, ignore_errors=True)


def recover_folder(folder: Path) -> None:
    """Puts a folder back that a kill caught between being moved away and being replaced."""
    former = folder.with_name(f".{folder.name}.former")
    if former.exists() and not folder.exists():
        former.rename(folder)
    shutil.rmtree(former, ignore_errors=True)


@contextmanager
def _discarded_on_failure(partial: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """What goes wrong while `path` is written, as TrainingError DISK_FULL or OUTPUT_UNWRITABLE."""
    try:
        yield
    except (OSError, RuntimeError, SafetensorError) as error:
        cause = _cause(error)
        if _tells_of_no_room(cause):
            raise TrainingError(
                "DISK_FULL",
                f"There is no room for {path}.",
                "Make room and start again: it goes on from the last checkpoint.",
            ) from error
        if isinstance(cause, RuntimeError | SafetensorError):
            raise
        raise TrainingError(
            "OUTPUT_UNWRITABLE", f"{path} cannot be written: {cause}.", "Choose another `output`."
        ) from error


def _cause(error: Exception) -> BaseException:
    """What the disk said: PyTorch ends a file that it could not write with an error of its own, about the file's length."""
    inner = error.__context__
    return inner if isinstance(error, RuntimeError) and isinstance(inner, OSError) else error


def _tells_of_no_room(error: BaseException) -> bool:
    # The last is how PyTorch finds, at a file's end, that not all of it was taken.
    signs = ("No space left", "File too large", "PytorchStreamWriter failed", "unexpected pos")
    return getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or any(
        sign in str(error) for sign in signs
    )


def _sync(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # Windows has no handles of folders
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
