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
    except OSError as error:
        raise _invalid(path, f"cannot be read: {error}.") from error
    except (ValueError, RecursionError) as error:
        raise _invalid(path, f"is not JSON: {error}.") from error
    if not isinstance(found, dict):
        raise _invalid(path, "holds no JSON object.")
    return found


def read_config(folder: Path) -> dict[str, object]:
    """A checkpoint's config.json. Raises TrainingError CHECKPOINT_NOT_FOUND, CHECKPOINT_INVALID."""
    path = folder / "config.json"
    if not path.is_file():
        raise checkpoint_not_found(folder)
    return read_json_object(path)


def checkpoint_not_found(folder: Path) -> TrainingError:
    """CHECKPOINT_NOT_FOUND of a folder, with what to do."""
    # A relative path is completed by the configuration's folder: its last two parts may be a name on the hub.
    hub_name = "/".join(folder.parts[-2:])
    return TrainingError(
        "CHECKPOINT_NOT_FOUND",
        f"There is no checkpoint in {folder}.",
        "Check `base`, and `videomind` of roles: each is a folder. What is on the Hugging Face Hub is fetched first:"
        f" `hf download {hub_name} --local-dir DIR`, then name DIR.",
    )


def read_fields(path: Path, fields: type[Fields]) -> Fields:
    """The fields of a file that are used. Raises TrainingError CHECKPOINT_INVALID."""
    try:
        return fields.model_validate(read_json_object(path))
    except ValidationError as error:
        raise _invalid(path, f"cannot be used: {describe_field_error(error)}.") from error


def _invalid(path: Path, problem: str) -> TrainingError:
    return TrainingError("CHECKPOINT_INVALID", f"{path} {problem}", "Download it again.")
