"""Reinforcement with rewards that can be checked: GRPO, by TRL's GRPOTrainer."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from torch import Tensor
from transformers import AutoTokenizer, TrainerCallback, TrainerState
from trl import GRPOConfig, GRPOTrainer

from videomind_training.checkpoint_json import read_config
from videomind_training.checkpoints.durable_files import disk_errors, write_json
from videomind_training.errors import TrainingError
from videomind_training.reasoner.configuration import ReasonerConfig
from videomind_training.reasoner.data.items import ReasonerItem
from videomind_training.reasoner.learning.kept_run import KeptRun, RunLog, run_files
from videomind_training.reasoner.learning.material import Material, read_material
from videomind_training.reasoner.learning.measure import measure
from videomind_training.reasoner.learning.resumed_weights import ResumedWeights
from videomind_training.reasoner.learning.shown_rows import WithVideos
from videomind_training.reasoner.learning.trained_network import lora_of, open_trained_network
from videomind_training.reasoner.learning.trainer_arguments import common_arguments
from videomind_training.reasoner.out.write_model import write_trained
from videomind_training.reasoner.rewards.scoring import Rewards
from videomind_training.reasoner.shown.family import Family
from videomind_training.reasoner.shown.positions import use_timed_positions
from videomind_training.reasoner.shown.prompt import video_inputs


class VideoGrpoTrainer(ResumedWeights, GRPOTrainer):
    """TRL's trainer on questions about videos. All of GRPO is TRL's; here is only what the network is shown.

    Args:
        items: questions; rows of the data set are their places.
        material: shows them.
        run: whose `flat-groups.jsonl` lists groups that taught nothing.
        arguments: of TRL's trainer.
    """

    def __init__(self, items: list[ReasonerItem], material: Material, run: KeptRun, **arguments: Any) -> None:  # noqa: ANN401
        self._items = items
        self.material = material
        self.run = run
        self._places: list[int] = []
        super().__init__(**arguments)
        tokens_per_second = material.maker.family.tokens_per_second
        if self.ref_model is not None and tokens_per_second is not None:  # which TRL reads from disk by itself
            use_timed_positions(self.accelerator.unwrap_model(self.ref_model), tokens_per_second)

    def _tokenize_prompts(self, prompts: list[str]) -> tuple[list[list[int]], None, dict[str, object]]:
        """The prompts of the rows at hand, and their videos as generation takes them."""
        shown = [self.material.asked(self._items[place]) for place in self._places[: len(prompts)]]
        family = self.material.maker.family
        ids = [list(prompt.ids) for prompt in shown]
        types = [[2 if token == family.video_pad else 0 for token in row] for row in ids]
        return ids, None, {**video_inputs([prompt.clip for prompt in shown], family), "mm_token_type_ids": types}

    def _generate_and_score_completions(self, inputs: list[dict[str, Any]]) -> dict[str, Any]:
        self._places = [row["place"] for row in inputs]
        scored = super()._generate_and_score_completions(inputs)
        self._log_flat_groups(scored["advantages"])
        # Goes with the rows as TRL shuffles and splits them.
        scored["places"] = torch.tensor(self._places, device=scored["advantages"].device)
        return scored

    def _compute_loss(self, model: torch.nn.Module, inputs: dict[str, Any]) -> Tensor:
        self._places = inputs["places"].tolist()
        return super()._compute_loss(model, inputs)

    def _get_per_token_logps_and_entropies(
        self,
        model: torch.nn.Module,
        input_ids: Tensor,
        *others: Any,  # noqa: ANN401 (as TRL has them)
        **options: Any,  # noqa: ANN401
    ) -> tuple[Tensor, Tensor | None, Tensor | None]:
        clips = [self.material.reader.read(self._items[place].video) for place in self._places]
        shown = WithVideos(model, clips, self.material.maker.family)
        return super()._get_per_token_logps_and_entropies(shown, input_ids, *others, **options)

    def _log_flat_groups(self, advantages: Tensor) -> None:
        """Lists groups whose replies all have one reward: nothing is learnt from them."""
        size = self.num_generations if self.model.training else self.num_generations_eval
        if size < 2 or not self.model.training:
            return
        for group in range(0, len(advantages), size):
            if bool((advantages[group : group + size] == 0).all()):
                item = self._items[self._places[group]]
                self.run.log_flat_group(self.state.global_step, item.source, item.id)


class HeldOutCurve(TrainerCallback):
    """Measures the network on held-out questions before the first step, every so many steps and after the last: a line of
    `curve.jsonl` each."""

    def __init__(
        self, trainer: VideoGrpoTrainer, items: list[ReasonerItem], rewards: Rewards, config: ReasonerConfig
    ) -> None:
        self._trainer = trainer
        self._items = items
        self._rewards = rewards
        self._config = config

    def on_train_begin(self, _args: object, state: TrainerState, _control: object, **_: object) -> None:
        """The start of the curve, or what is left of one."""
        self._trainer.run.rewind_curve(state.global_step)
        if state.global_step == 0:
            self._measure(state)

    def on_step_end(self, _args: object, state: TrainerState, _control: object, **_: object) -> None:
        """A point of the curve."""
        if state.global_step % self._config.grpo.measure_every == 0 or state.global_step == state.max_steps:
            self._measure(state)

    def _measure(self, state: TrainerState) -> None:
        trainer = self._trainer
        network = trainer.accelerator.unwrap_model(trainer.model)
        drawn, seed = self._config.grpo, self._config.learning.seed
        found = measure(network, self._items, trainer.material, self._rewards, drawn, seed)
        if state.is_world_process_zero:
            trainer.run.log_curve(state.global_step, found.rewards)


def reward_functions(rewards: Rewards, items: list[ReasonerItem]) -> list[Callable[..., list[float | None]]]:
    """The rewards as TRL calls them, each under its own name, so that each is logged apart."""

    return [_called_by_trl(rewards, at, items) for at in range(len(rewards.entries))]


def _called_by_trl(rewards: Rewards, at: int, items: list[ReasonerItem]) -> Callable[..., list[float | None]]:
    def values(completions: list[str], place: list[int], **_: object) -> list[float | None]:
        return rewards.values(at, completions, [items[where] for where in place])

    values.__name__ = rewards.entries[at].label
    return values


def grpo_arguments(config: ReasonerConfig, run: KeptRun, steps: int, family: Family) -> GRPOConfig:
    """The configuration in TRL's words."""
    grpo = config.grpo
    return GRPOConfig(
        **common_arguments(config, run, steps),
        num_generations=grpo.replies,
        num_iterations=grpo.iterations,
        max_completion_length=grpo.max_new_tokens,
        temperature=grpo.temperature,
        top_p=grpo.top_p,
        beta=grpo.kl,
        epsilon=grpo.clip,
        loss_type=grpo.loss,
        reward_weights=[entry.weight for entry in grpo.rewards],
        use_vllm=grpo.vllm,
        log_completions=False,
        # Sampling is what the run says; a checkpoint's own repetition penalty would be applied to the prompt too.
        generation_kwargs={"repetition_penalty": 1.0, "top_k": 0, "suppress_tokens": family.never_said},
    )


def train_grpo(config: ReasonerConfig, watchers: Sequence[TrainerCallback] = ()) -> KeptRun:
    """Trains, going on from the newest checkpoint of the same run, and writes the model.

    Args:
        config: of the run.
        watchers: of its steps, beside the log.

    Raises:
        TrainingError: of data, configuration, rewards and disk.
    """
    if config.learning.batch_size % config.grpo.replies != 0:
        raise TrainingError(
            "CONFIG_INVALID",
            f"learning.batch_size: {config.learning.batch_size} replies hold no whole groups of {config.grpo.replies}.",
            "Make it a multiple of grpo.replies.",
        )
    if config.grpo.kl > 0 and config.lora is None and "architectures" not in read_config(config.base):
        raise TrainingError(
            "CHECKPOINT_INVALID",
            f"{config.base / 'config.json'} names no `architectures`, by which TRL reads the model to stay near.",
            "Add them as published files have them, or set grpo.kl: 0.",
        )
    if config.grpo.vllm:
        raise TrainingError(
            "CONFIG_INVALID",
            "grpo.vllm: TRL hands vLLM images only, so videos cannot be drawn replies for with it.",
            "Leave it out here; on a cluster verl draws with vLLM (`export-recipe verl`).",
        )
    # Before videos are looked at, which takes its time:
    rewards = Rewards(config.grpo.rewards, Path())
    material = Material(config, config.base)
    found = read_material(config, needs_reasoning=False, told=run_files(config).begin_bad)
    run = KeptRun(config, "grpo", found)
    newest = run.newest()
    learning = config.learning
    questions = learning.batch_size // config.grpo.replies
    steps = learning.steps or math.ceil(learning.epochs * len(found.train) / questions)
    rows = {"prompt": [item.question for item in found.train], "place": list(range(len(found.train)))}
    torch.manual_seed(learning.seed)
    trainer = VideoGrpoTrainer(
        found.train,
        material,
        run,
        model=open_trained_network(config),
        reward_funcs=reward_functions(rewards, found.train),
        args=grpo_arguments(config, run, steps, material.maker.family),
        train_dataset=Dataset.from_dict(rows),
        processing_class=AutoTokenizer.from_pretrained(config.base, local_files_only=True),
        peft_config=lora_of(config),
        callbacks=[RunLog(run), *watchers],
    )
    if found.validation:
        trainer.add_callback(HeldOutCurve(trainer, found.validation, rewards, config))
    with disk_errors(run.trainer_folder):
        trainer.train(resume_from_checkpoint=None if newest is None else str(newest))
    if trainer.is_world_process_zero():
        write_trained(config, trainer.accelerator.unwrap_model(trainer.model))
        write_json(run.files.finished_path, {"steps": steps})
    return run
