"""Makes what scores a role while it is trained."""

from collections.abc import Sequence
from pathlib import Path

import torch
from accelerate import PartialState

from videomind_training.chain.ask import Chain
from videomind_training.checkpoints.read_checkpoint import Checkpoint
from videomind_training.commands.configuration import TrainConfig, Trained
from videomind_training.data.annotations import AnnotationFile
from videomind_training.data.filters import read_samples
from videomind_training.data.samples import Sample
from videomind_training.errors import TrainingError
from videomind_training.validation.engine_scores import answer_measure, engine_scores, scorer_command
from videomind_training.validation.predictions import can_be_scored, predict
from videomind_training.validation.validator import Validator


def validation_samples(config: TrainConfig, trained: Trained) -> list[Sample]:
    """Samples that a role is scored on; none where it is not.

    Raises:
        TrainingError: of the files; CONFIG_INVALID where none of their samples can be scored.
    """
    entries = config.validation.of(trained)
    if not entries:
        return []
    files = [(AnnotationFile(each.path, each.form, config.data.root, each.video_template), 1) for each in entries]
    read = read_samples(files, config.data.filters.limits(), config.trainer_of(trained).max_bad_share, lambda _: None)
    samples = [each for each in read.samples if can_be_scored(each)][: config.validation.most]
    if not samples:
        raise TrainingError(
            "CONFIG_INVALID",
            f"No sample of `validation.{trained}` can be scored.",
            "The answerer's need options with the right one.",
        )
    return samples


def make_validator(
    config: TrainConfig, trained: Trained, checkpoint: Checkpoint, samples: Sequence[Sample], folder: Path
) -> Validator | None:
    """What scores a role, by the scorers of the engine; None where there is nothing to score.

    Raises:
        TrainingError: CONFIG_INVALID where the engine is not there.
    """
    entry = config.validation
    if not samples or entry.every is None:
        return None
    command = scorer_command() if entry.scorer is None else list(entry.scorer)
    state = PartialState()
    # Every process scores the same weights, so that all of them agree on which are best and when to end.
    scratch = folder / f"scored-{state.process_index}"
    precision = config.trainer_of(trained).precision

    def score() -> dict[str, float]:
        network = checkpoint.network
        network.eval()
        half = precision == "bf16" and state.device.type != "cpu"
        with torch.no_grad(), torch.autocast(state.device.type, torch.bfloat16, enabled=half):
            lines = predict(Chain(checkpoint, candidates=1), samples)
        return engine_scores(lines, scratch, command)

    measure = entry.measure if trained == "grounder" else answer_measure
    return Validator(folder, entry.every, measure, entry.patience, score, state.is_main_process)
