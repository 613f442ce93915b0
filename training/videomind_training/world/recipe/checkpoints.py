"""Stages are saved whole, to a temporary name that is then renamed, and resumed from the last saved step."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import torch

from videomind_training.checkpoints.durable_files import write_state

from .team import rank


class Stateful(Protocol):
    """What can be saved: modules and optimizers."""

    def state_dict(self) -> object:
        """All that has to be kept."""

    def load_state_dict(self, state: object) -> object:
        """Takes up what was kept."""


def save_stage(path: Path, step: int, parts: dict[str, Stateful]) -> None:
    """Writes the state of a stage after `step` steps; of a team, the first process does.

    Raises:
        TrainingError: DISK_FULL, OUTPUT_UNWRITABLE; what was saved before stays.
    """
    if rank() > 0:
        return
    write_state(path, {"step": step, **{name: part.state_dict() for name, part in parts.items()}})


def load_stage(path: Path, parts: dict[str, Stateful]) -> int:
    """Loads a stage if it was begun; the number of steps done."""
    if not path.exists():
        return 0
    state = torch.load(path, map_location="cpu", weights_only=True)
    for name, part in parts.items():
        part.load_state_dict(state[name])
    return int(state["step"])


def steps_done(path: Path) -> int:
    """How far a stage has come."""
    return int(torch.load(path, map_location="cpu", weights_only=True)["step"]) if path.exists() else 0
