"""SFT by LLaMA-Factory (0.9.5): data, dataset_info.json, configuration and launch lines."""

import math
from typing import Any

from videomind_training.reasoner.configuration import ReasonerConfig
from videomind_training.reasoner.shown.family import Family

version = "0.9.5"
data_set = "reasoned"

dataset_info = {
    data_set: {
        "file_name": "train.json",
        "formatting": "sharegpt",
        "columns": {"messages": "messages", "videos": "videos"},
        "tags": {"role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant"},
    }
}
"""How LLaMA-Factory finds the columns."""


def llamafactory_settings(config: ReasonerConfig, family: Family, questions: int) -> dict[str, Any]:
    """The run as arguments of `llamafactory-cli train`. LLaMA-Factory reads frames by itself: how many and how large.

    Args:
        config: of the run.
        family: of its base.
        questions: that are learnt from.
    """
    learning, lora = config.learning, config.lora
    steps = learning.steps or math.ceil(learning.epochs * questions / learning.batch_size)
    adapter = (
        {}
        if lora is None
        else {
            "lora_rank": lora.rank,
            "lora_alpha": round(lora.alpha),
            "lora_dropout": lora.dropout,
            "lora_target": ",".join(lora.targets),
            "use_rslora": lora.rank_stabilized,
        }
    )
    return {
        "model_name_or_path": str(config.base),
        "stage": "sft",
        "do_train": True,
        "finetuning_type": "full" if lora is None else "lora",
        **adapter,
        "freeze_vision_tower": not config.trains_vision,
        "freeze_multi_modal_projector": not config.trains_vision,
        "template": "qwen2_vl" if family.name == "qwen2.5-vl" else "qwen3_vl",
        "dataset": data_set,
        "dataset_dir": ".",
        "cutoff_len": 32_768,
        "video_fps": config.budget.fps,
        "video_maxlen": config.budget.max_frames,
        "video_min_pixels": config.budget.min_pixels,
        "video_max_pixels": config.budget.max_pixels,
        "output_dir": "output",
        "per_device_train_batch_size": learning.samples_at_once,
        "gradient_accumulation_steps": learning.batch_size // learning.samples_at_once,
        "learning_rate": learning.learning_rate,
        "lr_scheduler_type": learning.schedule,
        "warmup_steps": math.ceil(learning.warmup_share * steps),
        "weight_decay": learning.weight_decay,
        "max_grad_norm": learning.max_gradient_norm,
        **({"num_train_epochs": learning.epochs} if learning.steps is None else {"max_steps": learning.steps}),
        "bf16": learning.precision == "bf16",
        "gradient_checkpointing": learning.gradient_checkpointing,
        "logging_steps": learning.log_every,
        "save_steps": learning.save_every,
        "seed": learning.seed,
        **({} if learning.deepspeed is None else {"deepspeed": str(learning.deepspeed)}),
    }


launch = f"""#!/bin/sh
# LLaMA-Factory {version}. On one machine with all its GPUs:
llamafactory-cli train sft.yaml
# On several: gradient_accumulation_steps in sft.yaml counts one GPU; divide it by how many there are, then on each machine
# FORCE_TORCHRUN=1 NNODES=2 NODE_RANK=0 MASTER_ADDR=first MASTER_PORT=29500 llamafactory-cli train sft.yaml
"""
"""How it is begun."""
