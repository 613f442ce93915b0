"""Where a network is trained: one process or many; CPU, GPU or NPU; plain, data-parallel or with DeepSpeed."""

import importlib
import json
import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import torch
from accelerate import PartialState
from accelerate.utils import is_npu_available
from torch import Tensor, nn
from torch.distributed import all_reduce
from torch.nn.parallel import DistributedDataParallel
from torch.nn.utils import clip_grad_norm_
from torch.optim import Optimizer

from videomind_training.errors import TrainingError
from videomind_training.network.batch import Batch
from videomind_training.trainer.run_folder import RunFolder, SavedState
from videomind_training.trainer.settings import TrainerSettings


def trains_on_cpu(device: str) -> bool:
    """Whether `device` of a configuration means the CPU here: where it says so, or is `auto` and there is nothing else."""
    has_accelerator = torch.cuda.is_available() or is_npu_available()
    return device == "cpu" or (device == "auto" and not has_accelerator)


def own_process(device: str) -> PartialState:
    """This process among those that torchrun or accelerate started.

    Accelerate settles it at the first call, for good: whoever trains asks here, and nowhere else first.

    Args:
        device: of the configuration.

    Raises:
        TrainingError: DEPENDENCY_MISSING where the processes did not find each other.
    """
    # Without an accelerator and without being told, accelerate lets every process train for itself.
    state = PartialState(cpu=trains_on_cpu(device))
    started = int(os.environ.get("WORLD_SIZE", "1"))
    if started != state.num_processes:
        raise TrainingError(
            "DEPENDENCY_MISSING",
            f"{started} processes were started and {state.num_processes} found each other.",
            "Each would train a copy of its own: look at the driver of the accelerator, or set `device: cpu`.",
        )
    return state


class Devices:
    """This process's device and its part among the others (torchrun or accelerate start them).

    Args:
        settings: of the loop.
    """

    def __init__(self, settings: TrainerSettings) -> None:
        self.state = own_process(settings.device)
        self.device: torch.device = self.state.device
        if settings.device not in ("auto", self.device.type):
            raise TrainingError("DEPENDENCY_MISSING", f"There is no {settings.device} here.", "Set `device: auto`.")
        self.rank: int = self.state.process_index
        self.world: int = self.state.num_processes
        self.computes_in_bf16 = settings.precision == "bf16"
        self.network: nn.Module = nn.Identity()

    @property
    def is_main(self) -> bool:
        """Whether this process writes files and tells of progress."""
        return self.state.is_main_process

    def prepare(self, network: nn.Module, optimizer: Optimizer, parts: int) -> None:
        """Moves a network to the device and makes it one with those of the other processes.

        Args:
            network: to train.
            optimizer: of its parameters.
            parts: forward passes of a step.
        """
        self.network = network.to(self.device)
        if self.world > 1:
            place = None if self.device.type == "cpu" else [self.device.index]
            self.network = DistributedDataParallel(network, device_ids=place, broadcast_buffers=False)

    def autocast(self) -> AbstractContextManager[None]:
        """The precision that is computed in."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.computes_in_bf16)

    def check_batch(self, batch: Batch | None) -> None:
        """Refuses a part without a good sample where all processes have to compute together."""

    def without_sync(self) -> AbstractContextManager[None]:
        """Gradients stay in this process, for all parts of a step but the last."""
        return self.network.no_sync() if isinstance(self.network, DistributedDataParallel) else nullcontext()

    def backward(self, loss: Tensor, is_last: bool) -> None:
        """Adds a part's gradients. Processes' gradients are averaged, so each counts as many times as there are."""
        (loss * self.world).backward()

    def clip_gradients(self, parameters: Mapping[str, Tensor], most: float) -> float:
        """Scales gradients down to a norm; the norm before."""
        return float(clip_grad_norm_(list(parameters.values()), most if most > 0 else torch.inf))

    def step(self, optimizer: Optimizer) -> float:
        """Changes the weights; the norm of the gradients where it is known only now, else 0."""
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        return 0.0

    def save(self, files: RunFolder, state: SavedState, parameters: Mapping[str, Tensor], optimizer: Optimizer) -> None:
        """Writes a checkpoint."""
        if self.is_main:
            files.save(state, dict(parameters), optimizer)
        self.wait()

    def load(self, files: RunFolder, step: int, parameters: Mapping[str, Tensor], optimizer: Optimizer) -> None:
        """Reads a checkpoint."""
        files.load(step, dict(parameters), optimizer, self.device)

    def whole(self, parameters: Mapping[str, Tensor]) -> AbstractContextManager[None]:
        """While it is open, parameters are whole in every process."""
        return nullcontext()

    def total(self, count: int) -> int:
        """A count, summed over all processes."""
        if self.world == 1:
            return count
        counts = torch.tensor([count], device=self.device)
        all_reduce(counts)
        return int(counts)

    def sum_over_processes(self, values: dict[str, Tensor]) -> dict[str, float]:
        """Values, summed over all processes."""
        names = sorted(values)
        row = torch.stack([torch.as_tensor(values[name], dtype=torch.float32, device=self.device) for name in names])
        if self.world > 1:
            all_reduce(row)
        return dict(zip(names, row.tolist(), strict=True))

    def wait(self) -> None:
        """Until all processes are here."""
        self.state.wait_for_everyone()


class DeepSpeedDevices(Devices):
    """Processes that share parameters, gradients and optimizer states through DeepSpeed (ZeRO)."""

    def __init__(self, settings: TrainerSettings) -> None:
        super().__init__(settings)
        self.settings = settings
        try:
            self.deepspeed = importlib.import_module("deepspeed")
        except ImportError as error:
            raise TrainingError("DEPENDENCY_MISSING", "DeepSpeed is not installed.", "Install it.") from error

    def prepare(self, network: nn.Module, optimizer: Optimizer, parts: int) -> None:
        """Hands network and optimizer to DeepSpeed's engine."""
        config = json.loads(Path(self.settings.deepspeed).read_text("utf-8")) | {
            "train_micro_batch_size_per_gpu": self.settings.samples_at_once,
            "gradient_accumulation_steps": parts,
            "gradient_clipping": self.settings.max_gradient_norm,
            "bf16": {"enabled": self.computes_in_bf16},
        }
        self.parts = parts
        self.network, *_ = self.deepspeed.initialize(model=network, optimizer=optimizer, config=config)

    def autocast(self) -> AbstractContextManager[None]:
        """DeepSpeed computes in the type of the weights that it keeps."""
        return nullcontext()

    def check_batch(self, batch: Batch | None) -> None:
        """The engine waits for all processes in every layer."""
        if batch is None:
            raise TrainingError(
                "SAMPLES_EXHAUSTED",
                "A process drew bad samples alone, which DeepSpeed cannot pass over.",
                "Mend what bad-samples.jsonl lists, or raise `samples_at_once`.",
            )

    def without_sync(self) -> AbstractContextManager[None]:
        """The engine counts the parts of a step itself."""
        return nullcontext()

    def backward(self, loss: Tensor, is_last: bool) -> None:
        """Adds a part's gradients. The engine divides by the number of parts and averages over processes."""
        self.network.backward(loss * self.world * self.parts)
        if not is_last:
            self.network.step()

    def clip_gradients(self, parameters: Mapping[str, Tensor], most: float) -> float:
        """The engine clips in its step, which gives the norm."""
        return 0.0

    def step(self, optimizer: Optimizer) -> float:
        """Changes the weights; the norm of the gradients, 0 where the engine computes none."""
        self.network.step()
        norm = self.network.get_global_grad_norm()
        return 0.0 if norm is None else float(norm)

    def save(self, files: RunFolder, state: SavedState, parameters: Mapping[str, Tensor], optimizer: Optimizer) -> None:
        """Every process writes its part; the checkpoint counts once all have."""
        files.save_parts(
            state,
            self.is_main,
            self.wait,
            lambda folder: self.network.save_checkpoint(str(folder), tag="parts", exclude_frozen_parameters=True),
        )

    def load(self, files: RunFolder, step: int, parameters: Mapping[str, Tensor], optimizer: Optimizer) -> None:
        """Every process reads its part."""
        self.network.load_checkpoint(str(files.checkpoint(step)), tag="parts", load_module_strict=False)

    def whole(self, parameters: Mapping[str, Tensor]) -> AbstractContextManager[None]:
        """Gathers what ZeRO 3 has spread over the processes."""
        return self.deepspeed.zero.GatheredParameters(list(parameters.values()))


def open_devices(settings: TrainerSettings) -> Devices:
    """The devices that settings ask for. Raises TrainingError DEPENDENCY_MISSING."""
    return Devices(settings) if settings.deepspeed is None else DeepSpeedDevices(settings)
