"""A run's files on disk: checkpoints of transformers' Trainer to go on from, its log, and what makes it the run it is."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from videomind_training.checkpoints.durable_files import append_text, disk_errors, make_folder, write_json, write_text
from videomind_training.errors import TrainingError
from videomind_training.reasoner.configuration import ReasonerConfig
from videomind_training.reasoner.data.read_items import ReadItems
from videomind_training.trainer.run_folder import RunFolder

whole_file = "whole.json"
"""Written last into a checkpoint: one without it was cut off by a kill, and does not count."""

_where_and_how_fast = {"output", "attention", "saved_type"}
_free_learning = {"samples_at_once", "save_every", "log_every", "keep_checkpoints", "device", "deepspeed", "wandb"}


def run_files(config: ReasonerConfig) -> RunFolder:
    """Where the files of a run are."""
    return RunFolder(config.output / "run")


class KeptRun:
    """Files of one run, in `output/run`.

    Args:
        config: of the run.
        stage: `sft` or `grpo`.
        items: that it learns from.
    """

    def __init__(self, config: ReasonerConfig, stage: str, items: ReadItems) -> None:
        self.files = run_files(config)
        self._content = {"stage": stage, **_content(config, items)}
        self._curve_path = self.files.folder / "curve.jsonl"
        self._flat_path = self.files.folder / "flat-groups.jsonl"
        self._content_path = self.files.folder / "content.json"
        make_folder(self.files.folder)
        write_json(self.files.folder / "data.json", items.report())

    @property
    def trainer_folder(self) -> Path:
        """Where transformers' Trainer keeps its checkpoints."""
        return self.files.folder / "checkpoints"

    def newest(self) -> Path | None:
        """The newest whole checkpoint; what a kill cut off is removed.

        Raises:
            TrainingError: RESUME_MISMATCH when the run there is another one.
        """
        found = sorted(self.trainer_folder.glob("checkpoint-*"), key=_step_of)
        for path in found:
            if not (path / whole_file).is_file():
                shutil.rmtree(path)
        whole = [path for path in found if (path / whole_file).is_file()]
        if whole:
            self._check_same()
        else:
            write_json(self._content_path, self._content)
        done = _step_of(whole[-1]) if whole else 0
        self.files.rewind(done)
        flat = [row for row in _rows(self._flat_path) if row["step"] < done]
        if self._flat_path.is_file():
            write_text(self._flat_path, "".join(json.dumps(row) + "\n" for row in flat))
        return whole[-1] if whole else None

    def log_flat_group(self, step: int, source: str, name: str) -> None:
        """Adds a question whose replies all have one reward.

        Args:
            step: of training, from 0.
            source: the question's place.
            name: the question's id.
        """
        append_text(self._flat_path, json.dumps({"step": step, "source": source, "id": name}) + "\n")

    def not_learnt(self) -> list[str]:
        """What nothing was learnt from, a line each for people."""
        told = {self.files.bad_path: "questions cannot be used", self._flat_path: "groups of replies all had one reward"}
        counts = {path: len(_rows(path)) for path in told}
        return [f"{counts[path]} {text}: they are listed in {path}." for path, text in told.items() if counts[path] > 0]

    def log_curve(self, step: int, rewards: dict[str, float]) -> None:
        """Adds a measurement on held-out questions."""
        append_text(self._curve_path, json.dumps({"step": step, **rewards}) + "\n")

    def curve(self) -> list[dict[str, float]]:
        """All measurements so far."""
        return _rows(self._curve_path)

    def rewind_curve(self, step: int) -> None:
        """Forgets measurements after a step, which will come again."""
        kept = [row for row in self.curve() if 0 < row["step"] <= step or row["step"] < step]
        write_text(self._curve_path, "".join(json.dumps(row) + "\n" for row in kept))

    def _check_same(self) -> None:
        kept = json.loads(self._content_path.read_text("utf-8"))
        other = [name for name, value in self._content.items() if kept.get(name) != json.loads(json.dumps(value))]
        if other:
            raise TrainingError(
                "RESUME_MISMATCH",
                f"{self.files.folder} is of a run with another {', another '.join(sorted(other))}.",
                "Choose another `output`, or give back what was changed.",
            )


class RunLog(TrainerCallback):
    """Writes `losses.jsonl`, and the file that makes a checkpoint count."""

    def __init__(self, run: KeptRun) -> None:
        self._run = run

    def on_log(
        self, _args: TrainingArguments, state: TrainerState, _control: TrainerControl, logs: dict[str, float], **_: object
    ) -> None:
        """Adds a line of numbers."""
        if state.is_world_process_zero and "train_runtime" not in logs:
            # TRL counts tokens from the start of the process, and times steps: neither is of the run.
            left = {name: value for name, value in logs.items() if name not in ("num_tokens", "step_time")}
            numbers = {name: value for name, value in left.items() if isinstance(value, int | float)}
            self._run.files.log_losses(state.global_step, numbers)

    def on_save(self, args: TrainingArguments, state: TrainerState, _control: TrainerControl, **_: object) -> None:
        """Says that the checkpoint is whole, once all processes wrote their part."""
        if state.is_world_process_zero:
            folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
            with disk_errors(folder):
                write_json(folder / whole_file, {"step": state.global_step})


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()] if path.is_file() else []


def _step_of(path: Path) -> int:
    return int(path.name.rpartition("-")[2])


def _content(config: ReasonerConfig, items: ReadItems) -> dict[str, object]:
    """What the result depends on, by name."""
    flat = {
        name: value for name, value in config.model_dump(mode="json").items() if name not in {*_where_and_how_fast, "data"}
    }
    learning = flat.pop("learning")
    free = _free_learning if config.learning.until_loss is None else _free_learning - {"log_every"}
    grpo = flat.pop("grpo")
    digest = hashlib.sha256()
    for item in items.train:
        digest.update(repr([item.video.name, item.question, item.options, item.kind, item.answer, item.think]).encode())
    return {
        **flat,
        **{f"learning.{name}": value for name, value in learning.items() if name not in free},
        **{f"grpo.{name}": value for name, value in grpo.items() if name != "measure_every"},
        "questions": digest.hexdigest(),
    }
