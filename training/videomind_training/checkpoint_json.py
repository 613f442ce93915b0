"""Small JSON files of checkpoints, which strangers publish: read as objects, checked where a field is used."""

import json
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from videomind_training.errors import TrainingError
from videomind_training.field_errors import describe_field_error

Fields = TypeVar("Fields", bound=BaseModel)


def read_json_object(path: Path) -> dict[str, object]:
    """A file's object. Raises TrainingError CHECKPOINT_INVALID."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _invalid(path, f"is not JSON: {error}.") from error
    if not isinstance(found, dict):
        raise _invalid(path, "holds no JSON object.")
    return found


def read_fields(path: Path, fields: type[Fields]) -> Fields:
    """The fields of a file that are used. Raises TrainingError CHECKPOINT_INVALID."""
    try:
        return fields.model_validate(read_json_object(path))
    except ValidationError as error:
        raise _invalid(path, f"cannot be used: {describe_field_error(error)}.") from error


def _invalid(path: Path, problem: str) -> TrainingError:
    return TrainingError("CHECKPOINT_INVALID", f"{path} {problem}", "Download it again.")
