"""GRPO by verl (0.9.1) on Ray, replies drawn by vLLM: data, configuration, rewards and launch lines."""

import json
from pathlib import Path
from typing import Any

from videomind_training.reasoner.configuration import ReasonerConfig

version = "0.9.1"
longest_prompt = 16_384
reward_file = "reward.py"


def verl_settings(config: ReasonerConfig, folder: Path, nodes: int, gpus: int) -> dict[str, Any]:
    """The run as keys of verl's PPO trainer.

    Args:
        config: of the run.
        folder: of the recipe, on a disk that all machines see.
        nodes, gpus: machines, and GPUs of each.
    """
    learning, grpo, lora = config.learning, config.grpo, config.lora
    questions = max(1, learning.batch_size // grpo.replies)
    actor, rollout, reference = (f"actor_rollout_ref.{part}" for part in ("actor", "rollout", "ref"))
    adapter = (
        {}
        if lora is None
        else {
            "actor_rollout_ref.model.lora_rank": lora.rank,
            "actor_rollout_ref.model.lora_alpha": round(lora.alpha),
            "actor_rollout_ref.model.target_modules": f"[{','.join(lora.targets)}]",
        }
    )
    return {
        "algorithm.adv_estimator": "grpo",
        "algorithm.use_kl_in_reward": False,
        "data.train_files": str(folder / "train.parquet"),
        "data.val_files": str(folder / "val.parquet"),
        "data.train_batch_size": questions,
        "data.max_prompt_length": longest_prompt,
        "data.max_response_length": grpo.max_new_tokens,
        "data.video_key": "videos",
        "data.truncation": "error",
        "data.seed": learning.seed,
        "actor_rollout_ref.model.path": str(config.base),
        "actor_rollout_ref.model.enable_gradient_checkpointing": learning.gradient_checkpointing,
        "actor_rollout_ref.model.use_remove_padding": True,
        **adapter,
        f"{actor}.freeze_vision_tower": not config.trains_vision,
        f"{actor}.optim.lr": learning.learning_rate,
        f"{actor}.optim.weight_decay": learning.weight_decay,
        f"{actor}.grad_clip": learning.max_gradient_norm,
        f"{actor}.ppo_mini_batch_size": questions,
        f"{actor}.ppo_micro_batch_size_per_gpu": learning.samples_at_once,
        f"{actor}.ppo_epochs": grpo.iterations,
        f"{actor}.clip_ratio": grpo.clip,
        f"{actor}.use_kl_loss": grpo.kl > 0,
        f"{actor}.kl_loss_coef": grpo.kl,
        f"{actor}.kl_loss_type": "low_var_kl",
        f"{reference}.log_prob_micro_batch_size_per_gpu": learning.samples_at_once,
        f"{rollout}.name": "vllm",
        f"{rollout}.n": grpo.replies,
        f"{rollout}.temperature": grpo.temperature,
        f"{rollout}.top_p": grpo.top_p,
        f"{rollout}.log_prob_micro_batch_size_per_gpu": learning.samples_at_once,
        f"{rollout}.tensor_model_parallel_size": 1,
        "reward.custom_reward_function.path": str(folder / reward_file),
        "reward.custom_reward_function.name": "compute_score",
        "trainer.nnodes": nodes,
        "trainer.n_gpus_per_node": gpus,
        "trainer.save_freq": learning.save_every,
        "trainer.test_freq": grpo.measure_every,
        "trainer.logger": "[console,tensorboard]",
        "trainer.project_name": "videomind",
        "trainer.experiment_name": folder.name,
        "trainer.default_local_dir": str(folder / "checkpoints"),
        **(
            {"trainer.total_epochs": round(learning.epochs)}
            if learning.steps is None
            else {"trainer.total_training_steps": learning.steps}
        ),
    }


def verl_reward_file(config: ReasonerConfig) -> str:
    """A Python file with the rewards of the run. The package has to be installed on every machine."""
    entries = json.dumps([entry.model_dump(mode="json") for entry in config.grpo.rewards])
    return f'''"""The rewards of this run; `pip install` the videomind-training package on every machine."""

import json
from pathlib import Path

from videomind_training.reasoner.recipes.verl_reward import score_of
from videomind_training.reasoner.rewards.scoring import RewardEntry, Rewards

entries = json.loads({entries!r})
rewards = Rewards(tuple(RewardEntry(**entry) for entry in entries), Path(__file__).parent)


def compute_score(data_source, solution_str, ground_truth, extra_info=None):
    return score_of(rewards, solution_str, extra_info)
'''


def verl_launch(settings: dict[str, Any], nodes: int) -> str:
    """Shell lines that begin the run."""
    lines = [f"    {name}={_shell(value)}" for name, value in settings.items()]
    several = (
        ""
        if nodes == 1
        else (
            "# First on one machine: ray start --head; on the others: ray start --address=FIRST:6379. Then on the first:\n"
        )
    )
    begin = "python3 -m verl.trainer.main_ppo"
    return f"#!/bin/sh\n# verl {version}\n{several}{begin} \\\n" + " \\\n".join(lines) + "\n"


def _shell(value: object) -> str:
    text = str(value)
    return "'" + text.replace("'", "'\\''") + "'" if any(each in text for each in " [](),'") else text
