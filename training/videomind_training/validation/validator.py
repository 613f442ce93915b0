"""Scores a role every so many steps, keeps the weights that scored best, and says when a run is over."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from videomind_training.checkpoints.durable_files import append_text, replaced_folder, write_json, write_tensors, write_text


@dataclass(frozen=True)
class Scored:
    """The scores of a step, in percent, and whether they are the best so far."""

    step: int
    scores: dict[str, float]
    best: bool


class Validator:
    """What a run does between its steps.

    What was scored lies in `validation.jsonl` of the run, the best weights in `best/`. Both are functions of seed and step
    as the run is: one that is killed and started again scores the same steps to the same figures.

    Args:
        folder: of the run.
        every: steps between two.
        measure: that decides which is best, the higher the better.
        patience: so many without a better one end the run; None: never.
        score: figures of the network as it is, by name.
        is_main: whether this process writes.
    """

    def __init__(
        self,
        folder: Path,
        every: int,
        measure: str,
        patience: int | None,
        score: Callable[[], dict[str, float]],
        is_main: bool = True,
    ) -> None:
        self.log_path = folder / "validation.jsonl"
        self.best_path = folder / "best"
        self.every = every
        self.measure = measure
        self.patience = patience
        self.score = score
        self.is_main = is_main
        self.scored: list[Scored] = []

    def rewind(self, step: int) -> None:
        """Forgets what was scored after a step: a run goes on from there."""
        lines = self.log_path.read_text("utf-8").splitlines() if self.log_path.is_file() else []
        self.scored = [each for each in (Scored(**json.loads(line)) for line in lines) if each.step <= step]
        if self.is_main and lines:
            write_text(self.log_path, "".join(_line(each) for each in self.scored))

    def after_step(self, step: int, last: int, parameters: Mapping[str, Tensor]) -> None:
        """Scores, where it is time: every so many steps and at the last one."""
        if step % self.every != 0 and step != last:
            return
        scores = self.score()
        before = [each.scores[self.measure] for each in self.scored]
        scored = Scored(step, scores, best=not before or scores[self.measure] > max(before))
        self.scored.append(scored)
        if not self.is_main:
            return
        if scored.best:
            with replaced_folder(self.best_path) as partial:
                write_tensors(
                    partial / "trained.safetensors", {name: value.detach().cpu() for name, value in parameters.items()}
                )
                write_json(partial / "best.json", {"step": step, "measure": self.measure, "scores": scores})
        append_text(self.log_path, _line(scored))
        told = ", ".join(f"{name} {value:.2f}" for name, value in scores.items())
        print(f"step {step}: {told}{', the best so far' if scored.best else ''}", file=sys.stderr)

    @property
    def is_over(self) -> bool:
        """Whether patience is at its end."""
        without_gain = 0
        for each in self.scored:
            without_gain = 0 if each.best else without_gain + 1
        return self.patience is not None and without_gain >= self.patience

    def take_best(self, parameters: Mapping[str, Tensor]) -> int:
        """Puts the best weights into the network; the step that they are of."""
        best = [each for each in self.scored if each.best][-1]
        kept = load_file(self.best_path / "trained.safetensors")
        with torch.no_grad():
            for name, value in parameters.items():
                value.copy_(kept[name])
        return best.step


def _line(scored: Scored) -> str:
    return json.dumps(vars(scored)) + "\n"
