"""Draws a process's share of each step, in worker processes, from any step on."""

from collections.abc import Iterator
from dataclasses import dataclass

from torch.utils.data import DataLoader, Dataset, Sampler

from videomind_training.data.annotations import BadSample
from videomind_training.data.mixture import Draw, Mixture
from videomind_training.data.role_examples import ExampleSource
from videomind_training.errors import TrainingError
from videomind_training.network.batch import Batch, Example, collate

run_enders = ("DISK_FULL", "DEPENDENCY_MISSING", "CONFIG_INVALID", "CHECKPOINT_INVALID", "PROMPTS_INVALID")
"""Errors that are no sample's fault."""


@dataclass(frozen=True)
class Part:
    """Samples of one forward pass. `batch` is None when all of them turned out bad."""

    batch: Batch | None
    bad: list[BadSample]
    count: int


class _Drawn(Dataset[Example | BadSample]):
    def __init__(self, source: ExampleSource) -> None:
        self.source = source

    def __getitem__(self, place: tuple[int, Draw]) -> Example | BadSample:
        step, draw = place
        try:
            return self.source.example(draw.index, draw.epoch)
        except TrainingError as error:
            if error.code in run_enders:
                raise
            return BadSample(self.source.source_of(draw.index), str(error), step)


class _Parts(Sampler[list[tuple[int, Draw]]]):
    """This process's parts of all steps from the first on: lists of at most `at_once` draws, each with its step from 1."""

    def __init__(self, mixture: Mixture, span: tuple[int, int], rank: int, world: int, at_once: int) -> None:
        self.mixture, self.span = mixture, span
        self.rank, self.world, self.at_once = rank, world, at_once

    def __iter__(self) -> Iterator[list[tuple[int, Draw]]]:
        first, end = self.span
        for step, draws in enumerate(self.mixture.batches(first), start=first):
            if step >= end:
                return
            own = [(step + 1, draw) for draw in draws[self.rank :: self.world]]
            yield from (own[start : start + self.at_once] for start in range(0, len(own), self.at_once))


def parts_per_step(batch_size: int, world: int, at_once: int) -> int:
    """Forward passes of a process in a step.

    Raises:
        TrainingError: CONFIG_INVALID when a batch cannot be divided evenly.
    """
    if batch_size % world:
        raise TrainingError(
            "CONFIG_INVALID",
            f"{batch_size} samples of a step cannot be divided among {world} processes.",
            f"Set `batch_size` to a multiple of {world}.",
        )
    return -(-batch_size // world // at_once)


def load_parts(
    source: ExampleSource, mixture: Mixture, span: tuple[int, int], place: tuple[int, int], at_once: int, workers: int
) -> Iterator[Part]:
    """Parts of steps span[0] … span[1] − 1, in order.

    Args:
        source: of examples.
        mixture: that says which.
        span: first step, and the one after the last.
        place: rank of this process and number of processes.
        at_once: most samples of a part.
        workers: processes that make examples; 0: this one.
    """
    loader = DataLoader(
        _Drawn(source),
        batch_sampler=_Parts(mixture, span, *place, at_once),
        collate_fn=_collate,
        num_workers=workers,
    )
    yield from loader


def _collate(drawn: list[Example | BadSample]) -> Part:
    examples = [each for each in drawn if isinstance(each, Example)]
    bad = [each for each in drawn if isinstance(each, BadSample)]
    return Part(collate(examples) if examples else None, bad, len(drawn))
