"""Draws what is learned from ahead of the learner, in other processes where there are cores for it."""

from __future__ import annotations

import random
import resource
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import torch
from torch.utils.data import DataLoader, Dataset

from videomind_training.errors import TrainingError

from .team import rank, size

T = TypeVar("T")

AHEAD = 3
"""Draws that each worker keeps ready."""


@dataclass(frozen=True)
class Feeding:
    """How learners are fed.

    Attributes:
        device: where they learn.
        workers: processes that draw; with none, the learner draws for itself.
        scale: how many times as much a draw has as one core can learn from at a time.
    """

    device: torch.device
    workers: int = 0
    scale: int = 1

    @staticmethod
    def of(device: str, workers: int, scale: int) -> Feeding:
        """By settings; `auto` takes a GPU where there is one. Raises TrainingError CONFIG_INVALID for a device that is not
        there."""
        gpus = [f"cuda:{number}" for number in range(torch.cuda.device_count())]
        chosen = ("cuda" if gpus else "cpu") if device == "auto" else device
        if chosen not in ("cpu", *gpus) and not (chosen == "cuda" and gpus):
            raise TrainingError("CONFIG_INVALID", f"There is no device {chosen} here.", "Set `device` to auto, cpu or cuda.")
        if chosen.startswith("cuda"):
            # Products of float32 on the matrix units: as exact as this recipe needs, and several times faster.
            torch.set_float32_matmul_precision("high")
        return Feeding(torch.device(chosen), workers, scale)

    def draws(self, draw: Callable[[int, random.Random], T], seed: int, steps: Sequence[int]) -> Iterator[T]:
        """What each step learns from, in order. A step's draw depends on nothing but its number, the seed, and the team's
        process that it is for."""
        drawn = _Drawn(draw, seed)
        if self.workers == 0:
            yield from map(drawn.__getitem__, steps)
            return
        # Each tensor on its way from a worker holds a file open.
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        yield from DataLoader(
            drawn,
            batch_size=None,
            sampler=steps,
            num_workers=self.workers,
            prefetch_factor=AHEAD,
            multiprocessing_context="fork",  # films in memory are shared, not copied
            worker_init_fn=_begin,
        )


class _Drawn(Dataset[T], Generic[T]):
    def __init__(self, draw: Callable[[int, random.Random], T], seed: int) -> None:
        self.draw, self.seed = draw, seed

    def __getitem__(self, step: int) -> T:
        return self.draw(step, random.Random(self.seed * 1_000_003 + step * size() + rank()))


def _begin(_: int) -> None:
    torch.set_num_threads(1)
