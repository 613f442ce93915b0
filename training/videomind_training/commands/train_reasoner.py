"""Trains a model that reasons aloud: one of its two stages."""

import sys
from pathlib import Path

from videomind_training.reasoner.configuration import read_reasoner_configuration


def train_reasoner(stage: str, configuration: Path, overrides: list[str]) -> None:
    """Runs `sft` or `grpo` and says where the model is, and what nothing was learnt from.

    Raises:
        TrainingError: see `train_sft` and `train_grpo`.
    """
    config = read_reasoner_configuration(configuration, overrides)
    if stage == "sft":
        from videomind_training.reasoner.learning.sft import train_sft as train
    else:
        from videomind_training.reasoner.learning.grpo import train_grpo as train
    run = train(config)
    print(config.output / "model")
    if config.lora is not None:
        print(config.output / "adapter")
    for line in run.not_learnt():
        print(line, file=sys.stderr)
    print("Import it into the app with `videomind import`.", file=sys.stderr)
