"""A run of a few steps on a reference pack, for tests of the trainer."""

import os
from pathlib import Path

import torch
from accelerate import PartialState

from videomind_training.checkpoints.read_checkpoint import Checkpoint, CheckpointPaths, open_checkpoint
from videomind_training.data.clip_store import ClipStore
from videomind_training.data.role_examples import RoleExamples
from videomind_training.data.samples import Sample
from videomind_training.network.prepare_role import LoraSettings, prepare_role
from videomind_training.trainer.settings import LearningRates, TrainerSettings
from videomind_training.trainer.trainer import Trainer

rates = LearningRates(adapters=1e-3, head=1e-3)
settings = TrainerSettings(
    steps=6, batch_size=4, samples_at_once=2, learning_rates=rates, precision="fp32", save_every=2, workers=0
)


def tiny_checkpoint(paths: CheckpointPaths, dropout: float = 0.0) -> Checkpoint:
    """A pack's base with a new grounder."""
    checkpoint = open_checkpoint(paths, roles=())
    torch.manual_seed(1)
    prepare_role(checkpoint.network, "grounder", LoraSettings(rank=4, alpha=4, dropout=dropout), head_width=32)
    return checkpoint


def tiny_trainer(
    checkpoint: Checkpoint, samples: list[Sample], folder: Path, frames: Path, kill_at: int | None = None, **changed: object
) -> Trainer:
    """A trainer that kills its own process, as with `kill -9`, once `kill_at` steps are done."""

    def on_step(done: int) -> None:
        if done == kill_at:
            os.kill(os.getpid(), 9)

    PartialState._reset_state()
    source = RoleExamples(samples, checkpoint.writer, ClipStore(frames, frames=True))
    own = settings.model_copy(update=changed)
    return Trainer(checkpoint.network, source, own, folder, on_step=on_step)


def poison(trainer: Trainer, after: int) -> None:
    """Makes losses that are no number once so many steps are done."""

    def on_step(done: int) -> None:
        if done == after:
            trainer.network.head.coef.scale.data.fill_(torch.nan)

    trainer.on_step = on_step
