"""LLaMA-Factory and verl read what is written for them, by their own readers (`.ci/trainer-readers` installs these)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_reasoner import films, tiny_config

from videomind_training.reasoner.configuration import ReasonerConfig
from videomind_training.reasoner.learning.material import read_material
from videomind_training.reasoner.recipes.export_recipe import export_recipe

installed = Path(__file__).parents[2] / ".trainer-readers"
readers = Path(__file__).parent / "readers"
pytestmark = pytest.mark.skipif(not (installed / "done").is_file(), reason="LLaMA-Factory and verl are not installed")


@pytest.fixture(scope="module")
def config(packs: Path, tmp_path_factory: pytest.TempPathFactory) -> ReasonerConfig:
    folder = tmp_path_factory.mktemp("films")
    config = tiny_config(packs / "pack-qwen3", films(folder), folder / "out")
    return config.model_copy(update={"data": config.data.model_copy(update={"validation": 3})})


def read_by(reader: str, *arguments: Path) -> list[dict]:
    """What a reader says, in a process that has the trainers beside this environment."""
    command = [sys.executable, readers / reader, *arguments]
    said = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(installed)}, capture_output=True, check=True)
    return [json.loads(line) for line in said.stdout.decode().splitlines() if line.startswith("{")]


def test_llamafactory_reads_questions_replies_and_videos(config: ReasonerConfig, tmp_path: Path) -> None:
    export_recipe("llamafactory", config, tmp_path / "lf")
    items = read_material(config, needs_reasoning=True).train
    rows = read_by("read_llamafactory.py", tmp_path / "lf")
    assert [row["videos"] for row in rows] == [[str(item.video)] for item in items]
    for row, item in zip(rows, items, strict=True):
        ((asked,), (replied,)) = row["prompt"], row["response"]
        assert (asked["role"], replied["role"]) == ("user", "assistant")
        assert asked["content"].startswith(f"<video>{item.question}")
        assert replied["content"] == f"<think>{item.think}</think>\n<answer>{item.answer}</answer>"


@pytest.mark.parametrize("part", ["train", "val"])
def test_verl_reads_questions_with_their_videos_and_what_is_right(config: ReasonerConfig, tmp_path: Path, part: str) -> None:
    export_recipe("verl", config, tmp_path / "verl")
    material = read_material(config, needs_reasoning=False)
    items = material.train if part == "train" else material.validation
    rows = read_by("read_verl.py", tmp_path / "verl" / f"{part}.parquet", config.base)
    assert [row["extra_info"]["id"] for row in rows] == [item.id for item in items]
    for row, item in zip(rows, items, strict=True):
        ((message,),) = (row["raw_prompt"],)
        video, text = message["content"]
        assert (video["type"], video["video"]) == ("video", str(item.video))
        assert text["text"].startswith(item.question)
        assert row["reward_model"]["ground_truth"] == f"<answer>{item.answer}</answer>"
