"""Processes that learn together, one a core: each draws lessons of its own, and their gradients are averaged.

Two cores compute one small network hardly faster than one does; two processes learn from twice as many lessons a step. The
first process is the one that was started: it alone writes checkpoints. The others hold the same weights throughout.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import TypeVar

import torch
from torch import distributed, nn

from videomind_training.errors import TrainingError

T = TypeVar("T")

_PATIENCE = timedelta(hours=2)
"""How long a process waits for the others: one may have all of a stage's films to look at."""


@contextmanager
def team_of(size: int, member: Callable[[], None]) -> Iterator[None]:
    """Starts the other `size - 1` processes, which run `member`; within, this process is the first of the team.

    Raises:
        TrainingError: PROCESS_LOST, when another process ended before its work was done.
    """
    if size == 1:
        yield
        return
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(prefix="videomind-team-") as folder:
        meeting = Path(folder) / "meeting"
        # No daemons: those may not have workers of their own.
        begun = [context.Event() for _ in range(1, size)]
        others = [
            context.Process(target=_take_part, args=(meeting, number, size, member, event))
            for number, event in enumerate(begun, 1)
        ]
        for other in others:
            other.start()
        try:
            for other, event in zip(others, begun, strict=True):
                # One that cannot even begin would be waited for as long as one that works.
                while not event.wait(timeout=1):
                    if not other.is_alive():
                        raise _lost()
            _join(meeting, 0, size)
            yield
            distributed.barrier()
        except RuntimeError as error:
            # A lost connection is seen a moment before the other has ended.
            others[0].join(timeout=5)
            if all(other.is_alive() for other in others):
                raise
            raise _lost() from error
        finally:
            if distributed.is_initialized():
                distributed.destroy_process_group()
            for other in others:
                other.terminate()
                other.join()


def _lost() -> TrainingError:
    return TrainingError(
        "PROCESS_LOST",
        "One of the processes that learn together has ended, for want of memory perhaps.",
        "The last checkpoint is intact: start again. If it happens again, use `--set processes=1` and a new `output`.",
    )


def _join(meeting: Path, number: int, size: int) -> None:
    distributed.init_process_group("gloo", init_method=f"file://{meeting}", rank=number, world_size=size, timeout=_PATIENCE)


def _take_part(meeting: Path, number: int, size: int, member: Callable[[], None], begun: Event) -> None:
    begun.set()
    _join(meeting, number, size)
    try:
        member()
        distributed.barrier()
    except TrainingError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        # The first process, interrupted too, tells the user.
        sys.exit(130)
    finally:
        distributed.destroy_process_group()


def rank() -> int:
    """Number of this process in its team; 0 for the first, and for one alone."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def size() -> int:
    """How many processes learn together."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def report(line: str) -> None:
    """Prints a line of the log, once for the team."""
    if rank() == 0:
        print(line, flush=True)


def share_of(items: list[T]) -> list[T]:
    """This process's share of what is to be done."""
    return items[rank() :: size()]


def wait_for_all() -> None:
    """Returns once every process has come here."""
    if size() > 1:
        distributed.barrier()


def average_gradients(parameters: Iterable[nn.Parameter]) -> None:
    """Gives every process the mean of all processes' gradients; a parameter without one counts as zero."""
    if size() == 1:
        return
    parameters = list(parameters)
    parts = [each.grad if each.grad is not None else torch.zeros_like(each) for each in parameters]
    flat = torch.cat([part.flatten() for part in parts])
    distributed.all_reduce(flat)
    flat /= size()
    for each, mean in zip(parameters, flat.split([each.numel() for each in parameters]), strict=True):
        each.grad = mean.view_as(each)
