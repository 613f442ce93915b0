"""The demo model's folder: it belongs to the settings that it was begun with, and its log has each stage once."""

import json
from pathlib import Path

import pytest
import torch

from videomind_training.command_line import main
from videomind_training.errors import TrainingError
from videomind_training.world.recipe.demo import Recipe
from videomind_training.world.recipe.optimizer import MOST_LEFT_OUT, Optimizers
from videomind_training.world.recipe.settings import DemoSettings
from videomind_training.world.recipe.stage_log import StageLog


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That a recipe has been begun in."""
    folder = tmp_path_factory.mktemp("demo")
    Recipe(_settings(folder))
    return folder


def _settings(folder: Path, **changed: object) -> DemoSettings:
    return DemoSettings(output=folder, threads=1, device="cpu").model_copy(update=changed)


@pytest.mark.parametrize("change", [{"seed": 2}, {"base_steps": 1}, {"films": 3}, {"processes": 1}, {"scale": 8}])
def test_a_recipe_is_not_gone_on_with_under_settings_that_shape_another_model(folder: Path, change: dict[str, int]) -> None:
    with pytest.raises(TrainingError, match=rf"RESUME_MISMATCH.*another {next(iter(change))}\. Set it back"):
        Recipe(_settings(folder, **change))


def test_a_recipe_goes_on_on_other_hardware(folder: Path) -> None:
    Recipe(_settings(folder, workers=1, threads=2))
    torch.set_num_threads(1)


def test_a_folder_that_keeps_no_settings_is_taken_up_and_keeps_those_of_now(folder: Path) -> None:
    (folder / "settings.json").unlink()
    Recipe(_settings(folder))
    with pytest.raises(TrainingError, match="RESUME_MISMATCH"):
        Recipe(_settings(folder, seed=2))


def test_damaged_kept_settings_are_told_with_what_to_do(folder: Path) -> None:
    kept = (folder / "settings.json").read_text()
    for text in ("{", "[]"):
        (folder / "settings.json").write_text(text)
        with pytest.raises(TrainingError, match=r"CHECKPOINT_INVALID.*settings\.json.*Remove it"):
            Recipe(_settings(folder))
    (folder / "settings.json").write_text(kept)


@pytest.mark.parametrize("device", ["npu", "cuda:99", "cuda99", "gpu", "mps"])
def test_a_device_that_is_not_there_is_refused_before_anything_is_written(
    tmp_path: Path, device: str, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "demo.yaml"
    config.write_text(json.dumps({"output": str(tmp_path / "run"), "threads": 1}))
    assert main(["train", "demo", "--config", str(config), "--set", f"device={device}"]) == 1
    said = capsys.readouterr().err
    assert "CONFIG_INVALID" in said
    assert "device" in said
    assert not (tmp_path / "run").exists()


def test_a_stage_whose_line_was_written_as_the_kill_came_is_logged_once(tmp_path: Path) -> None:
    def stages() -> list[str]:
        return [json.loads(line)["stage"] for line in (tmp_path / "stages.jsonl").read_text().splitlines()]

    for stage in ("eyes", "base"):
        log = StageLog(tmp_path, {"seed": 1})
        log.begin(stage)
        under_way = (tmp_path / "under-way.json").read_bytes()
        log.end(stage)
        (tmp_path / "under-way.json").write_bytes(under_way)  # as a kill before the last line of `end` leaves it
    StageLog(tmp_path, {"seed": 1})
    assert stages() == ["eyes", "base"]
    assert not (tmp_path / "under-way.json").exists()


def test_gradients_that_stay_infinite_are_told_with_what_can_be_done() -> None:
    layer = torch.nn.Linear(3, 3)
    optimizers = Optimizers(layer.named_parameters(), 1e-2, 100)

    def steps() -> None:
        for step in range(MOST_LEFT_OUT):
            (layer(torch.ones(2, 3)).sum() * torch.inf).backward()
            optimizers.step(step)

    with pytest.raises(TrainingError, match=r"LOSS_NOT_FINITE.*another `seed` and a new `output`"):
        steps()
