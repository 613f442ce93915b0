"""What the recipe can be told; the defaults are for two cores."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from videomind_training.checkpoints.durable_files import write_json
from videomind_training.errors import TrainingError
from videomind_training.field_errors import describe_field_error

Steps = Annotated[int, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]


class DemoSettings(BaseModel):
    """Settings of `train demo`.

    Attributes:
        output: folder of checkpoints, kept films and the result.
        seed: of everything.
        processes: that learn together, one a core; a step then has as many lessons as there are processes.
        threads: of PyTorch, in each process.
        device: `cpu`, `cuda`, or `auto`, which takes a GPU where there is one.
        workers: processes that draw films and lessons beside the one that learns.
        scale: how many times as many films a step learns from as one core can; a GPU takes 8 in the same time.
        eyes_steps, eyes_pairs: vision tower, steps and frame pairs a step.
        align_batches: batches that the tower's last layer is turned by.
        practice_steps, practice_films: base and head on imagined sight.
        films: training films whose visual tokens are kept: in files, and then in the memory of each process, 250 KB a film.
        base_steps: base and head on what the eyes see.
        judging_steps: base and head, half of them on lists of what the base itself finds by then.
        planner_steps, grounder_steps, verifier_steps, answerer_steps: adapters.
        guess_films: further films, which the grounder is tried on for the verifier to learn from.
        known_guess_films: films that it has learned from and is tried on as well: many more, for less.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    output: Path = Path("demo-run")
    seed: int = 1
    processes: Count = 2
    threads: Count = 1
    device: str = "auto"
    workers: int = Field(default=0, ge=0)
    scale: Count = 1
    eyes_steps: Steps = 5000
    eyes_pairs: Count = 128
    align_batches: Count = 40
    practice_steps: Steps = 1500
    practice_films: Count = 800
    films: Count = 10000
    base_steps: Steps = 5000
    judging_steps: Steps = 2500
    planner_steps: Steps = 150
    grounder_steps: Steps = 600
    verifier_steps: Steps = 1000
    answerer_steps: Steps = 200
    guess_films: Count = 500
    known_guess_films: Count = 2000


_OF_THE_MACHINE = {"output", "threads", "device", "workers"}
"""Settings that say where and how fast it is computed; all others shape what comes out."""


def keep_settings(settings: DemoSettings) -> None:
    """Keeps the settings that shape the model beside what is learned with them; a folder without any takes those of now.

    Raises:
        TrainingError: RESUME_MISMATCH where the folder was begun with others, CHECKPOINT_INVALID, DISK_FULL,
            OUTPUT_UNWRITABLE.
    """
    path = settings.output / "settings.json"
    shaping = settings.model_dump(mode="json", exclude=_OF_THE_MACHINE)
    if not path.exists():
        write_json(path, shaping)
        return
    try:
        kept = json.loads(path.read_text("utf-8"))
        changed = [name for name, value in shaping.items() if kept.get(name, value) != value]
    except (OSError, ValueError, AttributeError) as error:
        raise TrainingError(
            "CHECKPOINT_INVALID", f"{path} cannot be read: {error}", "Remove it to go on with the settings of now."
        ) from error
    if changed:
        raise TrainingError(
            "RESUME_MISMATCH",
            f"{settings.output} was begun with another {', '.join(changed)}.",
            "Set it back to go on, or use a new `output`.",
        )


def read_settings(config: Path, overrides: list[str]) -> DemoSettings:
    """Settings of a YAML file, changed by `name=value`.

    Raises:
        TrainingError: CONFIG_INVALID.
    """
    try:
        values = yaml.safe_load(config.read_text()) or {}
        for override in overrides:
            name, _, value = override.partition("=")
            values[name] = yaml.safe_load(value)
        return DemoSettings.model_validate(values)
    except ValidationError as error:
        problem = describe_field_error(error)
        raise TrainingError("CONFIG_INVALID", f"{config}: {problem}.", "Compare it with configs/demo.yaml.") from error
    except (OSError, yaml.YAMLError, TypeError) as error:
        problem = " ".join(str(error).split())
        raise TrainingError("CONFIG_INVALID", f"{config}: {problem}", "Compare it with configs/demo.yaml.") from error
