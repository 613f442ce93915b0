"""Writes a recipe's folder: data, configuration and launch lines."""

import json
from pathlib import Path
from typing import Literal

import pyarrow
import pyarrow.parquet
import yaml

from videomind_training.checkpoints.durable_files import replaced_folder
from videomind_training.reasoner.configuration import ReasonerConfig
from videomind_training.reasoner.data.trainer_forms import Row, llamafactory_row, trl_row, verl_row
from videomind_training.reasoner.learning.material import read_material
from videomind_training.reasoner.recipes import llamafactory, verl
from videomind_training.reasoner.shown.family import read_family
from videomind_training.reasoner.shown.words import ReplyTemplate, read_instructions

Recipe = Literal["trl", "llamafactory", "verl"]
recipes: tuple[Recipe, ...] = ("trl", "llamafactory", "verl")


def export_recipe(recipe: Recipe, config: ReasonerConfig, target: Path, nodes: int = 1, gpus: int = 8) -> None:
    """Writes a recipe, whole or not at all; report.json says what was left out.

    Args:
        recipe: whose form. `trl` is data alone; `llamafactory` is SFT, `verl` is GRPO.
        config: of the run.
        target: folder that is replaced.
        nodes, gpus: machines, and GPUs of each.

    Raises:
        TrainingError: of data and disk.
    """
    found = read_material(config, needs_reasoning=recipe == "llamafactory")
    words = read_instructions(config.base if config.instructions is None else config.instructions)
    template = ReplyTemplate(config.reply_template)
    parts = {"train": found.train, "val": found.validation}
    with replaced_folder(target) as folder:
        (folder / "report.json").write_text(json.dumps(found.report(), indent=2), encoding="utf-8")
        for name, items in parts.items():
            if recipe == "verl":
                budget = config.budget.budget()
                _write_parquet(
                    folder / f"{name}.parquet", [verl_row(*(item, words, budget, name, at)) for at, item in enumerate(items)]
                )
            elif recipe == "trl":
                lines = (json.dumps(trl_row(item, words, template), ensure_ascii=False) + "\n" for item in items)
                (folder / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
            elif name == "train":
                rows = [llamafactory_row(item, words, template) for item in items]
                (folder / "train.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
        if recipe == "llamafactory":
            settings = llamafactory.llamafactory_settings(config, read_family(config.base), len(found.train))
            (folder / "dataset_info.json").write_text(json.dumps(llamafactory.dataset_info, indent=2), encoding="utf-8")
            (folder / "sft.yaml").write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
            (folder / "launch.sh").write_text(llamafactory.launch, encoding="utf-8")
        if recipe == "verl":
            settings = verl.verl_settings(config, target.resolve(), nodes, gpus)
            (folder / verl.reward_file).write_text(verl.verl_reward_file(config), encoding="utf-8")
            (folder / "launch.sh").write_text(verl.verl_launch(settings, nodes), encoding="utf-8")


_text = pyarrow.string()
_verl_schema = pyarrow.schema(
    [
        ("data_source", _text),
        ("prompt", pyarrow.list_(pyarrow.struct([("role", _text), ("content", _text)]))),
        (
            "videos",
            pyarrow.list_(
                pyarrow.struct(
                    [("video", _text), ("fps", pyarrow.float64())]
                    + [(name, pyarrow.int64()) for name in ("min_frames", "max_frames", "min_pixels", "max_pixels")]
                )
            ),
        ),
        ("ability", _text),
        ("reward_model", pyarrow.struct([("style", _text), ("ground_truth", _text)])),
        (
            "extra_info",
            pyarrow.struct(
                [(name, _text) for name in ("source", "id", "video", "question", "kind", "solution", "think", "origin")]
                + [(name, _text) for name in ("problem_id", "problem_type", "answer", "split")]
                + [("options", pyarrow.list_(_text)), ("spans", pyarrow.list_(pyarrow.list_(pyarrow.float64())))]
                + [("duration", pyarrow.float64()), ("index", pyarrow.int64())]
            ),
        ),
    ]
)


def _write_parquet(path: Path, rows: list[Row]) -> None:
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, schema=_verl_schema), path)
