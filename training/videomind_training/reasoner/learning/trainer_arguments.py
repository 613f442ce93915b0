"""A configuration's entries in the words of transformers' Trainer."""

import math
import os
from dataclasses import dataclass

from videomind_training.errors import TrainingError
from videomind_training.reasoner.configuration import ReasonerConfig
from videomind_training.reasoner.learning.kept_run import KeptRun
from videomind_training.trainer.devices import trains_on_cpu

_schedules = {"cosine": "cosine", "linear": "linear", "constant": "constant_with_warmup"}


@dataclass(frozen=True)
class Share:
    """How a step's samples are cut: `at_once` in a forward pass of one process, `rounds` of them."""

    at_once: int
    rounds: int


def share_of(config: ReasonerConfig) -> Share:
    """The part of one process of several. Raises TrainingError CONFIG_INVALID where it does not come out even."""
    learning = config.learning
    processes = int(os.environ.get("WORLD_SIZE", "1"))
    if learning.batch_size % (learning.samples_at_once * processes) != 0:
        raise TrainingError(
            "CONFIG_INVALID",
            f"learning.batch_size: {learning.batch_size} is no multiple of {learning.samples_at_once} samples at once "
            f"in {processes} processes.",
            "Change one of them.",
        )
    return Share(learning.samples_at_once, learning.batch_size // learning.samples_at_once // processes)


def common_arguments(config: ReasonerConfig, run: KeptRun, steps: int) -> dict[str, object]:
    """Arguments that SFT and GRPO share."""
    learning = config.learning
    share = share_of(config)
    boards = ["tensorboard", *(["wandb"] if learning.wandb else [])]
    if learning.wandb:
        os.environ.setdefault("WANDB_PROJECT", learning.wandb)
    os.environ["TENSORBOARD_LOGGING_DIR"] = str(run.files.folder / "tensorboard")
    return {
        "output_dir": str(run.trainer_folder),
        "max_steps": steps,
        "per_device_train_batch_size": share.at_once,
        "gradient_accumulation_steps": share.rounds,
        "learning_rate": learning.learning_rate,
        "lr_scheduler_type": _schedules[learning.schedule],
        "warmup_steps": math.ceil(learning.warmup_share * steps),
        "weight_decay": learning.weight_decay,
        "max_grad_norm": learning.max_gradient_norm,
        "bf16": learning.precision == "bf16",
        "gradient_checkpointing": learning.gradient_checkpointing,
        "save_strategy": "steps",
        "save_steps": learning.save_every,
        "save_total_limit": learning.keep_checkpoints,
        "logging_steps": learning.log_every,
        "logging_first_step": True,
        "seed": learning.seed,
        "data_seed": learning.seed,
        "use_cpu": trains_on_cpu(learning.device),
        "deepspeed": None if learning.deepspeed is None else str(learning.deepspeed),
        "report_to": boards,
        "remove_unused_columns": False,
        "dataloader_num_workers": 0,
        "dataloader_pin_memory": False,
        "disable_tqdm": True,
        "optim": "adamw_torch",
    }
