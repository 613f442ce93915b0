"""Merges a role's adapter into the base: one checkpoint, without adapters."""

from pathlib import Path

from videomind_training.checkpoints.read_checkpoint import CheckpointPaths, open_checkpoint
from videomind_training.checkpoints.write_checkpoint import SavedType, write_base_folder
from videomind_training.errors import TrainingError
from videomind_training.prompts.prompt_set import Role

mergeable: tuple[Role, ...] = ("planner", "verifier", "answerer")
"""The grounder is more than an adapter: it has a head, which no plain checkpoint holds."""


def merge_role(paths: CheckpointPaths, role: Role, folder: Path, saved_type: SavedType = "bfloat16") -> None:
    """Writes the base with a role's adapter in its weights, in Hugging Face form.

    Raises:
        TrainingError: CHECKPOINT_NOT_FOUND, CHECKPOINT_INVALID; OUTPUT_EXISTS where something is in the folder; DISK_FULL,
            OUTPUT_UNWRITABLE.
    """
    if folder.exists() and any(folder.iterdir()):
        raise TrainingError("OUTPUT_EXISTS", f"{folder} is not empty.", "Choose another --out.")
    checkpoint = open_checkpoint(paths, (role,))
    model = checkpoint.network.model
    own = [name for name, _ in model.named_parameters() if f".modules_to_save.{role}." in name]
    if own:
        raise TrainingError(
            "CHECKPOINT_INVALID",
            f"The {role} has whole weights of its own beside its adapter ({own[0]}): its base cannot hold both.",
            "Use base and adapters as they are.",
        )
    model.merge_adapter([role])
    write_base_folder(folder, checkpoint.network.base, paths.base, saved_type)
