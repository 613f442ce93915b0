"""The training loop."""

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from videomind_training.checkpoints.durable_files import write_json
from videomind_training.data.clip_store import ClipStore
from videomind_training.data.filters import check_bad_share
from videomind_training.data.mixture import Mixture
from videomind_training.data.role_examples import ExampleSource
from videomind_training.errors import TrainingError
from videomind_training.network.videomind_network import VideoMindNetwork
from videomind_training.trainer.batches import Part, load_parts, parts_per_step
from videomind_training.trainer.devices import Devices, open_devices
from videomind_training.trainer.parameters import build_optimizer, rate_factor, set_rates, trained_parameters
from videomind_training.trainer.progress import Progress
from videomind_training.trainer.run_folder import RunFolder, SavedState
from videomind_training.trainer.settings import TrainerSettings
from videomind_training.validation.validator import Validator


@dataclass(frozen=True)
class TrainReport:
    """How a run went: steps, the losses of its last step, samples drawn, samples that were bad."""

    steps: int
    losses: dict[str, float]
    samples: int
    bad: int


class Trainer:
    """Trains what requires a gradient in a network.

    Order, draws and dropout are functions of seed and step, so a run that is killed and started again goes on from its
    last checkpoint to the same weights, and any number of processes see the same batches.

    Args:
        network: prepared; the role that is trained is switched on.
        source: of examples.
        settings: of the loop.
        folder: of the run's files. A run that is there is gone on with.
        name: shown in progress.
        store: that vision features are kept in, when the tower is frozen.
        on_step: called after each step with the steps done, for tests of kills.
        validator: scores between steps, where that is wanted; it may end the run early.
        content: what else the result depends on, by the name that it is told by; JSON values. A run is not gone on with
            when one of them has changed.
    """

    def __init__(
        self,
        network: VideoMindNetwork,
        source: ExampleSource,
        settings: TrainerSettings,
        folder: Path,
        name: str = "training",
        store: ClipStore | None = None,
        on_step: Callable[[int], None] | None = None,
        validator: Validator | None = None,
        content: Mapping[str, object] | None = None,
    ) -> None:
        self.network = network
        self.source = source
        self.settings = settings
        self.name = name
        self.store = store
        self.on_step = on_step
        self.validator = validator
        self.content = content or {}
        self.files = RunFolder(folder, settings.keep_checkpoints)
        self.mixture = Mixture(source.data_types, settings.batch_size, settings.seed)
        self.steps = settings.steps or self.mixture.steps(settings.epochs)
        if self.steps == 0:
            raise TrainingError(
                "SAMPLES_EXHAUSTED",
                f"{len(source.data_types)} samples do not fill one batch of {settings.batch_size}.",
                "Lower `batch_size`, or set `steps` or more `epochs`.",
            )
        self.bad = 0
        self.seen = 0
        self.devices: Devices | None = None

    def whole_weights(self) -> AbstractContextManager[None]:
        """While it is open, after `run`, trained weights are whole in every process and can be written."""
        return nullcontext() if self.devices is None else self.devices.whole(trained_parameters(self.network))

    def run(self) -> TrainReport:
        """Trains to the end, from the last checkpoint if there is one.

        Raises:
            TrainingError: LOSS_NOT_FINITE, DISK_FULL, OUTPUT_UNWRITABLE, RESUME_MISMATCH, CHECKPOINT_INVALID, and the code
                of bad samples when there are too many. Checkpoints on disk are as whole as before in every case.
        """
        settings = self.settings
        devices = self.devices = open_devices(settings)
        parts = parts_per_step(settings.batch_size, devices.world, settings.samples_at_once)
        optimizer = build_optimizer(self.network, settings)
        if settings.gradient_checkpointing:
            base = self.network.base
            enable = getattr(base, "activation_checkpointing_enable", base.gradient_checkpointing_enable)
            enable({"use_reentrant": False})
        devices.prepare(self.network, optimizer, parts)
        first = self._resume(devices, optimizer)
        if devices.is_main:
            self.files.rewind(first)
        if self.validator is not None:
            self.validator.rewind(first)
        progress = Progress(self.name, self.steps, first, self.files.folder, settings.wandb) if devices.is_main else None
        loader = load_parts(
            self.source,
            self.mixture,
            (first, self.steps),
            (devices.rank, devices.world),
            settings.samples_at_once,
            settings.workers,
        )
        losses: dict[str, float] = {}
        done = first
        self.network.train()
        try:
            for step in range(first, self.steps):
                if self.validator is not None and self.validator.is_over:
                    break
                factor = rate_factor(step, self.steps, settings)
                set_rates(optimizer, factor)
                drawn = [next(loader) for _ in range(parts)]  # may draw random numbers, so it comes before the seed
                torch.manual_seed(_step_seed(settings.seed, step, devices.rank))
                losses = self._step(step, drawn, devices, optimizer)
                self._after_step(step + 1, losses, devices, optimizer, progress)
                done = step + 1
        finally:
            self.network.eval()
            if progress is not None:
                progress.close()
        if devices.is_main:
            losses = losses or {
                name: value for name, value in (self.files.read_losses() or [{}])[-1].items() if name != "step"
            }
            write_json(self.files.finished_path, {"steps": done, "losses": losses, "samples": self.seen, "bad": self.bad})
        devices.wait()
        return TrainReport(done, losses, self.seen, self.bad)

    def _resume(self, devices: Devices, optimizer: torch.optim.Optimizer) -> int:
        state = self.files.newest_state()
        if state is None:
            return 0
        self._check_same(state.fingerprint)
        peaks = [group["peak"] for group in optimizer.param_groups]
        devices.load(self.files, state.step, trained_parameters(self.network), optimizer)
        for group, peak in zip(optimizer.param_groups, peaks, strict=True):
            group["peak"] = peak  # the checkpoint brought those that it was written with
        self.bad, self.seen = state.bad, state.seen
        return state.step

    def _check_same(self, begun: Mapping[str, object]) -> None:
        fingerprint = self._fingerprint()
        unknown = [name for name in fingerprint if name not in begun]
        if unknown:
            raise TrainingError(
                "RESUME_MISMATCH",
                f"{self.files.folder} was begun by another version: it does not say with which {', '.join(unknown)}.",
                "Use a new `output`, or go on with that version.",
            )
        changed = sorted(name for name, value in fingerprint.items() if begun[name] != value)
        if changed:
            raise TrainingError(
                "RESUME_MISMATCH",
                f"{self.files.folder} was begun with another {', '.join(changed)}.",
                "Set it back to go on, or use a new `output`.",
            )

    def _fingerprint(self) -> dict[str, object]:
        """What has to be equal for going on to mean the same run.

        Learning rates, precision and the limit of gradients are left out although the result depends on them: to change them
        is what helps a run whose loss became no number.
        """
        fixed = {"batch_size", "schedule", "warmup_share", "weight_decay", "betas", "seed", "deepspeed"}
        if self.settings.deepspeed is not None:
            fixed.add("precision")  # DeepSpeed's checkpoints hold weights of that type
        chosen = self.settings.model_dump(mode="json", include=fixed)
        types = hashlib.sha256("\n".join(self.source.data_types).encode()).hexdigest()
        found = {**chosen, "steps": self.steps, "samples": types, **self.content}
        return json.loads(json.dumps(found))  # as it is read back: lists for tuples

    def _step(self, step: int, parts: list[Part], devices: Devices, optimizer: torch.optim.Optimizer) -> dict[str, float]:
        """One optimizer step; the mean losses over the global batch."""
        self._account(parts, devices)
        good = devices.total(sum(len(part.batch.sources) for part in parts if part.batch is not None))
        if good == 0:
            raise TrainingError("SAMPLES_EXHAUSTED", f"All samples of step {step + 1} are bad.", "See bad-samples.jsonl.")
        sums: dict[str, Tensor] = {}
        for index, part in enumerate(parts):
            is_last = index == len(parts) - 1
            devices.check_batch(part.batch)
            with nullcontext() if is_last else devices.without_sync():
                with devices.autocast():
                    batch = None if part.batch is None else part.batch.to(devices.device)
                    if batch is not None and self.store is not None:
                        batch = self.store.keep_features(batch, self.network)
                    found = devices.network(batch)
                devices.backward(found["total"].sum() / good, is_last)
            for name, values in found.items():
                sums[name] = sums.get(name, 0.0) + values.detach().float().sum()
        means = {name: value / good for name, value in devices.sum_over_processes(sums).items()}
        self._check_finite(step, parts, means)
        norm = devices.clip_gradients(trained_parameters(self.network), self.settings.max_gradient_norm)
        self._check_finite(step, parts, {**means, "gradient norm": norm})
        norm = devices.step(optimizer)
        self._check_finite(step, parts, {**means, "gradient norm": norm})
        return means

    def _check_finite(self, step: int, parts: list[Part], values: dict[str, float]) -> None:
        if all(map(math.isfinite, values.values())):
            return
        settings = self.settings
        can_be_finer = settings.precision == "bf16" and settings.deepspeed is None
        sources = [source for part in parts if part.batch is not None for source in part.batch.sources]
        wrong = ", ".join(f"{name} {value}" for name, value in values.items())
        raise TrainingError(
            "LOSS_NOT_FINITE",
            f"Step {step + 1}: {wrong} (samples {', '.join(sources)}). No checkpoint has this step.",
            f"Lower the learning rates{' or set `precision: fp32`' if can_be_finer else ''}: a new start goes on from the "
            "last checkpoint. Where these samples are at fault, mend them and use a new `output`.",
        )

    def _account(self, parts: list[Part], devices: Devices) -> None:
        bad = [sample for part in parts for sample in part.bad]
        self.files.log_bad(bad)
        self.seen += self.settings.batch_size
        self.bad += devices.total(len(bad))
        expected = max(self.seen, min(len(self.source.data_types), self.steps * self.settings.batch_size))
        check_bad_share(bad, expected, self.settings.max_bad_share, self.bad)

    def _after_step(
        self,
        done: int,
        losses: dict[str, float],
        devices: Devices,
        optimizer: torch.optim.Optimizer,
        progress: Progress | None,
    ) -> None:
        if progress is not None:
            self.files.log_losses(done, losses)
            progress.values(done, losses)
            if done % self.settings.log_every == 0 or done == self.steps:
                progress.line(done, losses, max(group["lr"] for group in optimizer.param_groups), self.bad)
        if self.validator is not None:
            with self.whole_weights():
                self.validator.after_step(done, self.steps, trained_parameters(self.network))
            self.network.train()
        is_last = done == self.steps or (self.validator is not None and self.validator.is_over)
        if done % self.settings.save_every == 0 or is_last:
            state = SavedState(done, self._fingerprint(), self.bad, self.seen)
            devices.save(self.files, state, trained_parameters(self.network), optimizer)
        if self.on_step is not None:
            self.on_step(done)


def _step_seed(seed: int, step: int, rank: int) -> int:
    """Of dropout in a step of a process."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{step}/{rank}".encode()).digest()[:7])
