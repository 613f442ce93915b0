"""What a run keeps on disk: checkpoints to go on from, its losses, the samples that were bad."""

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from torch.optim import Optimizer

from videomind_training.checkpoints.durable_files import (
    append_text,
    disk_errors,
    make_folder,
    replaced_folder,
    write_json,
    write_state,
    write_tensors,
    write_text,
)
from videomind_training.data.annotations import BadSample
from videomind_training.errors import TrainingError

Losses = dict[str, float]


@dataclass(frozen=True)
class SavedState:
    """Where a run had come to.

    Attributes:
        step: steps done.
        fingerprint: of what has to be equal for going on to mean the same run.
        bad: samples that turned out bad so far.
        seen: samples drawn so far.
    """

    step: int
    fingerprint: dict[str, object]
    bad: int
    seen: int


class RunFolder:
    """Files of one run. All but the log of losses are replaced whole, so that a kill at any time leaves a run to go on from.

    Args:
        folder: `checkpoints/step-…`, `losses.jsonl`, `bad-samples.jsonl`, `tensorboard/` and `finished.json` are in it.
        keep: newest checkpoints that stay.
    """

    def __init__(self, folder: Path, keep: int = 2) -> None:
        self.folder = folder
        self.keep = keep
        self.losses_path = folder / "losses.jsonl"
        self.bad_path = folder / "bad-samples.jsonl"
        self.finished_path = folder / "finished.json"

    @property
    def finished(self) -> bool:
        """Whether the run came to its end."""
        return self.finished_path.is_file()

    def checkpoints(self) -> list[Path]:
        """Whole checkpoints, oldest first."""
        found = (self.folder / "checkpoints").glob("step-*")
        return sorted(path for path in found if (path / "state.json").is_file())

    def newest_state(self) -> SavedState | None:
        """Where the newest checkpoint is; None for a new run. Raises TrainingError CHECKPOINT_INVALID."""
        paths = self.checkpoints()
        return _read_state(paths[-1]) if paths else None

    def save(self, state: SavedState, parameters: dict[str, Tensor], optimizer: Optimizer) -> None:
        """Writes a checkpoint. Raises TrainingError DISK_FULL, OUTPUT_UNWRITABLE; former checkpoints stay."""
        folder = self.checkpoint(state.step)
        with replaced_folder(folder) as partial:
            write_tensors(
                partial / "trained.safetensors", {name: value.detach().cpu() for name, value in parameters.items()}
            )
            write_state(partial / "optimizer.pt", optimizer.state_dict())
            write_json(partial / "state.json", vars(state))
        self.drop_old()

    def save_parts(
        self, state: SavedState, is_main: bool, wait: Callable[[], None], write: Callable[[Path], object]
    ) -> None:
        """Writes a checkpoint that every process has a part in.

        Args:
            state: of the run.
            is_main: whether this process finishes it.
            wait: for all processes.
            write: this process's part, into a folder.

        Raises:
            TrainingError: DISK_FULL, OUTPUT_UNWRITABLE; former checkpoints stay.
        """
        folder = self.checkpoint(state.step)
        make_folder(folder)
        with disk_errors(folder):
            write(folder)
        wait()
        if is_main:
            write_json(folder / "state.json", vars(state))  # without it a checkpoint does not count
            self.drop_old()
        wait()

    def drop_old(self) -> None:
        """Removes all but the newest checkpoints. Raises TrainingError OUTPUT_UNWRITABLE."""
        for old in self.checkpoints()[: -self.keep]:
            with disk_errors(old):
                (old / "state.json").unlink()  # first: what is left of it when this is cut short does not count
                shutil.rmtree(old)

    def load(self, step: int, parameters: dict[str, Tensor], optimizer: Optimizer, device: torch.device) -> None:
        """Reads a checkpoint into parameters and optimizer. Raises TrainingError CHECKPOINT_INVALID, RESUME_MISMATCH."""
        folder = self.checkpoint(step)
        try:
            saved = load_file(folder / "trained.safetensors")
            state = torch.load(folder / "optimizer.pt", map_location=device, weights_only=True)
        except UnpicklingError as error:  # whose text is about how to read strangers' files
            raise _invalid(folder, "optimizer.pt is damaged") from error
        except (OSError, SafetensorError, RuntimeError, EOFError) as error:
            raise _invalid(folder, error) from error
        if saved.keys() != parameters.keys():
            raise TrainingError(
                "RESUME_MISMATCH",
                f"{folder} is of other parameters.",
                "Keep learning rates of 0, which freeze, as they were, or use a new `output`.",
            )
        with torch.no_grad():
            for name, parameter in parameters.items():
                parameter.copy_(saved[name])
        optimizer.load_state_dict(state)

    def log_losses(self, step: int, losses: Losses) -> None:
        """Adds a step's losses. Raises TrainingError DISK_FULL, OUTPUT_UNWRITABLE."""
        append_text(self.losses_path, json.dumps({"step": step, **losses}) + "\n")

    def log_bad(self, samples: list[BadSample]) -> None:
        """Adds bad samples. Raises TrainingError DISK_FULL, OUTPUT_UNWRITABLE."""
        if samples:
            append_text(self.bad_path, "".join(json.dumps(vars(each), ensure_ascii=False) + "\n" for each in samples))

    def begin_bad(self, found: list[BadSample]) -> None:
        """Begins the list of bad samples with those found while reading, and those drawn up to the checkpoint that the run
        goes on from. What was drawn after it will be drawn again.

        Raises:
            TrainingError: DISK_FULL, OUTPUT_UNWRITABLE.
        """
        state = self.newest_state()
        done = 0 if state is None else state.step
        kept = [sample for sample in self._read_bad() if sample.step is not None and sample.step <= done]
        if found or self.bad_path.is_file():
            lines = (json.dumps(vars(sample), ensure_ascii=False) + "\n" for sample in [*found, *kept])
            write_text(self.bad_path, "".join(lines))

    def _read_bad(self) -> list[BadSample]:
        """All bad samples so far."""
        samples = []
        for line in self.bad_path.read_bytes().split(b"\n") if self.bad_path.is_file() else []:
            with suppress(ValueError, TypeError):  # cut off by a kill
                samples.append(BadSample(**json.loads(line)))
        return samples

    def read_losses(self) -> list[dict[str, float]]:
        """All steps' losses so far."""
        if not self.losses_path.is_file():
            return []
        rows = []
        for line in self.losses_path.read_text("utf-8").splitlines():
            try:
                rows.append(json.loads(line))
            except ValueError:
                break  # cut off by a kill
        return rows

    def rewind(self, step: int) -> None:
        """Forgets losses after a step, which will come again."""
        kept = [row for row in self.read_losses() if row["step"] <= step]
        if self.losses_path.is_file():
            write_text(self.losses_path, "".join(json.dumps(row) + "\n" for row in kept))

    def checkpoint(self, step: int) -> Path:
        """Folder of a checkpoint."""
        return self.folder / "checkpoints" / f"step-{step:08d}"


def _read_state(folder: Path) -> SavedState:
    try:
        state = SavedState(**json.loads((folder / "state.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise _invalid(folder, error) from error
    if not isinstance(state.fingerprint, dict) or not all(type(each) is int for each in (state.step, state.bad, state.seen)):
        raise _invalid(folder, "state.json has other fields")
    return state


def _invalid(folder: Path, problem: object) -> TrainingError:
    return TrainingError(
        "CHECKPOINT_INVALID", f"{folder} cannot be read: {problem}", "Remove it to go on from the one before."
    )
