"""Errors that people can act upon: a closed set of codes, each raised with what to do about it."""

from typing import Literal

ErrorCode = Literal[
    "ANNOTATIONS_INVALID",
    "CACHE_DAMAGED",
    "CHECKPOINT_INVALID",
    "CHECKPOINT_NOT_FOUND",
    "CONFIG_INVALID",
    "DEPENDENCY_MISSING",
    "DISK_FULL",
    "LOSS_NOT_FINITE",
    "OUTPUT_EXISTS",
    "OUTPUT_UNWRITABLE",
    "PROCESS_LOST",
    "PROMPTS_INVALID",
    "RESUME_MISMATCH",
    "REWARD_FAILED",
    "SAMPLES_EXHAUSTED",
    "SCORER_FAILED",
    "VIDEO_DECODE_FAILED",
    "VIDEO_NOT_FOUND",
    "VIDEO_TOO_SHORT",
]
"""All codes there are. Scripts match on them, so none is ever renamed."""


class TrainingError(Exception):
    """An expected failure.

    Args:
        code: one of `ErrorCode`.
        message: what happened, with the file, line or field at fault.
        remedy: what to do about it.
    """

    def __init__(self, code: ErrorCode, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.code: ErrorCode = code
        self.message = message
        self.remedy = remedy

    def __reduce__(self) -> tuple[type["TrainingError"], tuple[ErrorCode, str, str]]:
        """Keeps code and remedy on the way out of a data loader's process."""
        return (TrainingError, (self.code, self.message, self.remedy))

    def __str__(self) -> str:
        """The line that is shown: code, message and remedy."""
        return f"{self.code}: {self.message}" + (f" {self.remedy}" if self.remedy else "")
