"""Goes on with the weights of a checkpoint. transformers' Trainer saves Qwen2.5-VL under published names and reads it back
under its own: it finds none of them, warns, and goes on from the base."""

from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from transformers import Trainer

from videomind_training.errors import TrainingError
from videomind_training.reasoner.out.tensor_names import read_tensors


class ResumedWeights(Trainer):
    """Reads all weights of a checkpoint, or fails."""

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: torch.nn.Module | None = None) -> None:
        network = self.model if model is None else model
        if isinstance(network, PeftModel) or self.is_deepspeed_enabled or self.is_fsdp_enabled:
            super()._load_from_checkpoint(resume_from_checkpoint, model)
            return
        folder = Path(resume_from_checkpoint)
        tied = set(getattr(network, "_tied_weights_keys", None) or ())
        missing, unexpected = network.load_state_dict(read_tensors(folder), strict=False)
        network.tie_weights()
        wrong: list[Any] = [name for name in (*missing, *unexpected) if name not in tied]
        if wrong:
            raise TrainingError(
                "CHECKPOINT_INVALID", f"{folder}: {wrong[0]} does not fit.", "Remove it to go on from another."
            )
