"""Supervised fine-tuning on reasoned answers, by TRL's SFTTrainer."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from datasets import Dataset
from torch import Tensor
from transformers import AutoTokenizer, TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from trl import SFTConfig, SFTTrainer

from videomind_training.checkpoints.durable_files import disk_errors, write_json
from videomind_training.reasoner.configuration import ReasonerConfig
from videomind_training.reasoner.data.items import ReasonerItem
from videomind_training.reasoner.learning.kept_run import KeptRun, RunLog, run_files
from videomind_training.reasoner.learning.material import Material, read_material
from videomind_training.reasoner.learning.resumed_weights import ResumedWeights
from videomind_training.reasoner.learning.trained_network import lora_of, open_trained_network
from videomind_training.reasoner.learning.trainer_arguments import common_arguments
from videomind_training.reasoner.out.write_model import write_trained
from videomind_training.reasoner.shown.prompt import network_inputs


@dataclass(frozen=True)
class ReplyBatches:
    """Makes batches of questions with their replies; only the replies' tokens are learnt."""

    items: list[ReasonerItem]
    material: Material

    def __call__(self, rows: list[dict[str, int]]) -> dict[str, Tensor]:
        """The batch of some rows of the data set, which are places among the items."""
        prompts = [self.material.answered(self.items[row["place"]]) for row in rows]
        maker = self.material.maker
        batch = network_inputs(prompts, maker.family, maker.pad_id, left=False)
        labels = batch["input_ids"].masked_fill(batch["attention_mask"] == 0, -100)
        for row, prompt in enumerate(prompts):
            labels[row, : prompt.reply_at] = -100
        return {**batch, "labels": labels}


class EndAtLoss(TrainerCallback):
    """Ends training once the mean loss between two logs is no more than a bound."""

    def __init__(self, bound: float) -> None:
        self._bound = bound

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float],
        **_: object,
    ) -> None:
        """Looks at a whole log's mean: the first step has one of its own, which says little."""
        if state.global_step % args.logging_steps == 0 and logs.get("loss", math.inf) <= self._bound:
            control.should_training_stop = True


class ReplyTrainer(ResumedWeights, SFTTrainer):
    """TRL's trainer, going on from its own checkpoints."""


def train_sft(config: ReasonerConfig, watchers: Sequence[TrainerCallback] = ()) -> KeptRun:
    """Trains, going on from the newest checkpoint of the same run, and writes the model.

    Args:
        config: of the run.
        watchers: of its steps, beside the log.

    Raises:
        TrainingError: of data, configuration, disk and losses.
    """
    material = Material(config, config.base)  # before videos are looked at, which takes its time
    found = read_material(config, needs_reasoning=True, told=run_files(config).begin_bad)
    run = KeptRun(config, "sft", found)
    newest = run.newest()
    learning = config.learning
    steps = learning.steps or math.ceil(learning.epochs * len(found.train) / learning.batch_size)
    arguments = SFTConfig(
        **common_arguments(config, run, steps),
        dataset_kwargs={"skip_prepare_dataset": True},
        max_length=None,
        per_device_eval_batch_size=learning.samples_at_once,
    )
    torch.manual_seed(learning.seed)
    trainer = ReplyTrainer(
        model=open_trained_network(config),
        args=arguments,
        train_dataset=Dataset.from_dict({"place": list(range(len(found.train)))}),
        data_collator=ReplyBatches(found.train, material),
        processing_class=AutoTokenizer.from_pretrained(config.base, local_files_only=True),
        peft_config=lora_of(config),
        callbacks=[RunLog(run), *([] if learning.until_loss is None else [EndAtLoss(learning.until_loss)]), *watchers],
    )
    with disk_errors(run.trainer_folder):
        trainer.train(resume_from_checkpoint=None if newest is None else str(newest))
    if trainer.is_world_process_zero():
        write_trained(config, trainer.accelerator.unwrap_model(trainer.model))
        write_json(run.files.finished_path, {"steps": trainer.state.global_step})
    return run
