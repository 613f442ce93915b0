"""A reward of one's own: a Python function named in the configuration."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

from videomind_training.errors import TrainingError
from videomind_training.reasoner.data.items import ReasonerItem

OwnReward = Callable[[str, ReasonerItem], float | None]
"""Given a reply and its question; None where the reward says nothing about such a question."""


def load_own_reward(place: str) -> OwnReward:
    """The function `name` of `path/to/file.py:name`.

    Raises:
        TrainingError: CONFIG_INVALID.
    """
    path, _, name = place.rpartition(":")
    spec = importlib.util.spec_from_file_location("own_reward", path) if path else None
    if spec is None or spec.loader is None or not Path(path).is_file():
        raise _invalid(place, "is no Python file with a function's name, such as rewards.py:short")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise _invalid(place, f"cannot be loaded: {type(error).__name__}: {error}") from error
    function = getattr(module, name, None)
    if not callable(function):
        raise _invalid(place, f"has no function {name}")
    return function


def _invalid(place: str, problem: str) -> TrainingError:
    return TrainingError("CONFIG_INVALID", f"rewards: {place} {problem}.", "Name it as file.py:function.")
