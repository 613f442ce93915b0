"""Reads a YAML file of settings, with changes from the command line; paths in it are relative to its folder."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import ValidationError

from videomind_training.errors import TrainingError
from videomind_training.field_errors import describe_field_error
from videomind_training.trainer.settings import Strict

Settings = TypeVar("Settings", bound=Strict)


def read_yaml(
    path: Path,
    overrides: list[str],
    settings: type[Settings],
    guide: str,
    check: Callable[[Settings], None] = lambda _: None,
) -> Settings:
    """Reads settings.

    Args:
        path: of the YAML file.
        overrides: `key.inner=value` each, the value being YAML.
        settings: that it holds.
        guide: document that explains them.
        check: raises a ValueError for what one field alone does not show.

    Raises:
        TrainingError: CONFIG_INVALID, with the field.
    """
    try:
        values = yaml.safe_load(path.read_text("utf-8"))
        for override in overrides:
            _override(values, override)
        config = settings.model_validate(values)
        check(config)
    except OSError as error:
        raise TrainingError("CONFIG_INVALID", f"{path} cannot be read: {error}", "Name a file with --config.") from error
    except ValidationError as error:
        problem = describe_field_error(error)
        raise TrainingError("CONFIG_INVALID", f"{path}: {problem}.", f"See {guide}.") from error
    except (yaml.YAMLError, TypeError, ValueError) as error:
        problem = " ".join(str(error).split())
        raise TrainingError("CONFIG_INVALID", f"{path}: {problem}.", f"See {guide}.") from error
    return located(config, path.resolve().parent)


def located(settings: Settings, folder: Path) -> Settings:
    """The same with absolute paths."""

    def of_value(value: object) -> object:
        if isinstance(value, Path):
            return folder / value
        if isinstance(value, Strict):
            return located(value, folder)
        return tuple(map(of_value, value)) if isinstance(value, tuple) and value and isinstance(value[0], Strict) else value

    return settings.model_copy(update={name: of_value(getattr(settings, name)) for name in type(settings).model_fields})


def _override(values: dict[str, object], override: str) -> None:
    name, equals, value = override.partition("=")
    if not equals:
        raise ValueError(f"--set {override}: key=value is needed")
    *parents, last = name.split(".")
    for parent in parents:
        values = values.setdefault(parent, {})
    values[last] = yaml.safe_load(value)
