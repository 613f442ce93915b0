"""What a run tells people: lines on stderr, TensorBoard, Weights & Biases."""

import importlib
import sys
import time
from pathlib import Path

from videomind_training.trainer.board import Board


class Progress:
    """Tells of losses and of the time left.

    Args:
        name: of what is trained.
        steps: of the whole run.
        first_step: that this process starts with.
        folder: of the run; TensorBoard's files go below it.
        wandb_project: of Weights & Biases; None: not used.
    """

    def __init__(self, name: str, steps: int, first_step: int, folder: Path, wandb_project: str | None = None) -> None:
        self.name = name
        self.steps = steps
        self.first_step = first_step
        self.started = time.monotonic()
        self.board = Board(folder / "tensorboard", first_step)
        self.wandb = None
        if wandb_project is not None:
            try:
                self.wandb = importlib.import_module("wandb").init(project=wandb_project, name=name, dir=str(folder))
            except ImportError:
                print("warning: wandb is not installed; nothing is logged to it.", file=sys.stderr)

    def values(self, step: int, values: dict[str, float]) -> None:
        """Records values of a step, 1 … steps."""
        self.board.add(step, values)
        if self.wandb is not None:
            self.wandb.log(values, step=step)

    def line(self, step: int, losses: dict[str, float], rate: float, bad: int) -> None:
        """Prints where the run is."""
        spent = time.monotonic() - self.started
        left = spent / max(1, step - self.first_step) * (self.steps - step)
        parts = [f"{name} {value:.4f}" for name, value in losses.items()]
        note = f", {bad} bad samples" if bad else ""
        print(
            f"{self.name} {step}/{self.steps}: {', '.join(parts)}, rate {rate:.2e}, {format_time(left)} left{note}",
            file=sys.stderr,
            flush=True,
        )

    def close(self) -> None:
        """Writes what is buffered."""
        self.board.close()
        if self.wandb is not None:
            self.wandb.finish()


def format_time(seconds: float) -> str:
    """2:05:09, or 5:09."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
