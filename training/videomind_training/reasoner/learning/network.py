"""The network of a checkpoint, as transformers has it, with positions as the family was trained."""

from pathlib import Path

import torch
from transformers import AutoModelForImageTextToText, PreTrainedModel
from transformers.utils import logging as transformers_logging

from videomind_training.errors import TrainingError
from videomind_training.reasoner.shown.family import read_family
from videomind_training.reasoner.shown.positions import use_timed_positions


def open_network(folder: Path, dtype: torch.dtype, attention: str = "sdpa") -> PreTrainedModel:
    """Reads a checkpoint.

    Raises:
        TrainingError: CHECKPOINT_NOT_FOUND, CHECKPOINT_INVALID.
    """
    family = read_family(folder)
    transformers_logging.disable_progress_bar()
    try:
        network = AutoModelForImageTextToText.from_pretrained(
            folder, dtype=dtype, attn_implementation=attention, local_files_only=True
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise TrainingError("CHECKPOINT_INVALID", f"{folder} cannot be read: {error}", "Download it again.") from error
    if family.tokens_per_second is not None:
        use_timed_positions(network, family.tokens_per_second)
    return network
