"""A full disk and folders that cannot be written: told as such, and what was kept before stays whole."""

import errno
import json
import multiprocessing
import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from tiny_reasoner import films, tiny_config
from tiny_run import tiny_checkpoint, tiny_trainer
from torch import nn

from videomind_training.checkpoints.durable_files import write_state
from videomind_training.checkpoints.read_checkpoint import CheckpointPaths
from videomind_training.command_line import main
from videomind_training.data.annotations import BadSample
from videomind_training.data.samples import Sample
from videomind_training.errors import TrainingError
from videomind_training.reasoner.learning.grpo import train_grpo
from videomind_training.reasoner.out.tensor_names import read_tensors
from videomind_training.trainer.progress import Progress
from videomind_training.trainer.run_folder import RunFolder, SavedState
from videomind_training.world.recipe.demo import Recipe, new_learner
from videomind_training.world.recipe.publish import publish
from videomind_training.world.recipe.roles import ALPHA, RANK
from videomind_training.world.recipe.settings import DemoSettings
from videomind_training.world.recipe.words import build_tokenizer

full = Path("/dev/full")
"""A device that takes files to be opened and has no room for any byte."""

forked = multiprocessing.get_context("fork")


def code_with_files_of(most_bytes: int, run: Callable[[], object]) -> str:
    """The code of the error that `run` ends with in a process of its own, where no file gets longer; "" for none."""

    def child(told: multiprocessing.Queue) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
        try:
            run()
            told.put("")
        except TrainingError as error:
            told.put(error.code)
        except BaseException as error:
            told.put(repr(error))

    queue = forked.SimpleQueue()
    process = forked.Process(target=child, args=(queue,))
    process.start()
    code = queue.get()
    process.join()
    return code


def state(step: int) -> SavedState:
    return SavedState(step, {}, 0, 0)


def test_losses_that_find_no_room_end_the_run_with_whole_checkpoints(
    paths: CheckpointPaths, grounding_samples: list[Sample], frame_cache: Path, tmp_path: Path
) -> None:
    trainer = tiny_trainer(tiny_checkpoint(paths), grounding_samples, tmp_path, frame_cache)
    losses = trainer.files.losses_path

    def fill_the_disk(done: int) -> None:
        if done == 3:
            losses.rename(tmp_path / "kept.jsonl")
            losses.symlink_to(full)

    trainer.on_step = fill_the_disk
    with pytest.raises(TrainingError, match=r"DISK_FULL.*losses\.jsonl.*Make room"):
        trainer.run()
    assert [path.name for path in trainer.files.checkpoints()] == ["step-00000002"]
    assert load_file(trainer.files.checkpoint(2) / "trained.safetensors")
    losses.unlink()
    (tmp_path / "kept.jsonl").rename(losses)
    again = tiny_trainer(tiny_checkpoint(paths), grounding_samples, tmp_path, frame_cache)
    again.run()
    assert [row["step"] for row in again.files.read_losses()] == [1, 2, 3, 4, 5, 6]


def test_bad_samples_that_find_no_room_are_told_as_a_full_disk(tmp_path: Path) -> None:
    files = RunFolder(tmp_path)
    files.bad_path.symlink_to(full)
    with pytest.raises(TrainingError, match="DISK_FULL"):
        files.log_bad([BadSample("a", "VIDEO_NOT_FOUND: a")])


def test_a_run_in_a_folder_that_cannot_be_made_is_told_as_unwritable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    files = RunFolder(tmp_path / "file" / "run")
    with pytest.raises(TrainingError, match="OUTPUT_UNWRITABLE"):
        files.log_losses(1, {"total": 1.0})
    with pytest.raises(TrainingError, match="OUTPUT_UNWRITABLE"):
        files.save_parts(state(1), True, lambda: None, lambda folder: None)


@pytest.mark.parametrize(
    "failure", [OSError(errno.ENOSPC, "No space left on device"), RuntimeError("PytorchStreamWriter failed writing file")]
)
def test_a_part_of_a_checkpoint_that_finds_no_room_leaves_the_former_checkpoint(tmp_path: Path, failure: Exception) -> None:
    files = RunFolder(tmp_path)
    files.save_parts(state(1), True, lambda: None, lambda folder: (folder / "part").touch())

    def write(_: Path) -> None:
        raise failure

    with pytest.raises(TrainingError, match=r"DISK_FULL.*step-00000002"):
        files.save_parts(state(2), True, lambda: None, write)
    assert files.newest_state() == state(1)


@pytest.mark.parametrize("most_bytes", [0, 1000, 300_000, 800_000, 1_200_000, 1_200_500])
def test_a_state_that_finds_no_room_for_its_beginning_middle_or_end_leaves_the_one_of_before(
    tmp_path: Path, most_bytes: int
) -> None:
    path = tmp_path / "optimizer.pt"
    write_state(path, {"step": 1})
    longer = {"first": torch.zeros(100_000), "second": torch.zeros(200_000)}  # 1.2 MB
    assert code_with_files_of(most_bytes, lambda: write_state(path, longer)) == "DISK_FULL"
    assert torch.load(path) == {"step": 1}
    assert [each.name for each in tmp_path.iterdir()] == ["optimizer.pt"]


def test_an_old_checkpoint_that_can_be_removed_only_in_part_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = RunFolder(tmp_path, keep=1)
    layer = nn.Linear(2, 2)
    optimizer = torch.optim.AdamW(layer.parameters())
    files.save(state(1), {"weight": layer.weight}, optimizer)

    def cannot(_: Path, ignore_errors: bool = False) -> None:
        if not ignore_errors:
            raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("shutil.rmtree", cannot)
    with pytest.raises(TrainingError, match=r"OUTPUT_UNWRITABLE.*step-00000001"):
        files.save(state(2), {"weight": layer.weight}, optimizer)
    assert [path.name for path in files.checkpoints()] == ["step-00000002"]


def test_training_goes_on_where_tensorboard_cannot_begin(
    paths: CheckpointPaths,
    grounding_samples: list[Sample],
    frame_cache: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "tensorboard").touch()
    trainer = tiny_trainer(tiny_checkpoint(paths), grounding_samples, tmp_path, frame_cache, steps=2)
    trainer.run()
    assert trainer.files.finished
    said = capfd.readouterr().err
    assert said.count("warning: nothing more is written for TensorBoard") == 1
    assert "Traceback" not in said


def test_a_full_disk_under_tensorboard_is_told_once_and_without_a_traceback(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def run() -> None:
        progress = Progress("grounder", 50, 0, tmp_path)
        for step in range(50):
            progress.values(step, {"total": 1.0, "head": 2.0})
        progress.close()

    assert code_with_files_of(200, run) == ""
    said = capfd.readouterr().err
    assert said.count("warning: nothing more is written for TensorBoard") == 1
    assert "Traceback" not in said


def test_a_result_that_finds_no_room_leaves_the_one_of_before_whole(tmp_path: Path) -> None:
    tokenizer = build_tokenizer(1)
    learner = new_learner(tokenizer, 3)
    other = new_learner(tokenizer, 4)
    folder = tmp_path / "checkpoint"

    def contents() -> dict[str, bytes]:
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    publish(folder, learner.network, learner.head, {}, tokenizer, RANK, ALPHA)
    before = contents()
    assert json.loads(before["base/config.json"])["model_type"] == "qwen2_vl"
    for most_bytes in (100, 100_000):  # no room for the tokenizer; for the weights
        again = code_with_files_of(
            most_bytes, lambda: publish(folder, other.network, other.head, {}, tokenizer, RANK, ALPHA)
        )
        assert again == "DISK_FULL"
        assert contents() == before
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint"]


def test_a_tokenizer_that_finds_no_room_is_told_as_a_full_disk(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json.partial").symlink_to(full)
    with pytest.raises(TrainingError, match=r"DISK_FULL.*tokenizer\.json"):
        Recipe(DemoSettings(output=tmp_path, threads=1, device="cpu"))


@pytest.mark.parametrize("what", ["grounder", "demo"])
def test_an_output_that_cannot_be_written_is_told_before_anything_is_read(
    tmp_path: Path, pack: Path, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    config = tmp_path / "config.yaml"
    trained = {"base": str(pack / "base"), "output": "out", "data": {"grounder": [{"path": "none", "form": "grounding"}]}}
    config.write_text(json.dumps(trained if what == "grounder" else {"threads": 1, "device": "cpu"}))
    output = os.fspath(tmp_path / "file" / "x")
    assert main(["train", what, "--config", str(config), "--set", f"output={output}"]) == 1
    assert "OUTPUT_UNWRITABLE" in capsys.readouterr().err


@pytest.mark.parametrize("share", [0.05, 1.15])
def test_reinforcement_that_finds_no_room_says_so_and_goes_on_later(packs: Path, tmp_path: Path, share: float) -> None:
    """No room for the weights, and room for them but not for the optimizer's state, which is a third larger."""
    config = tiny_config(packs / "pack-qwen3", films(tmp_path / "films", 2), tmp_path / "out", steps=2, save_every=1)
    weights = sum(value.numel() * 4 for value in read_tensors(packs / "pack-qwen3" / "checkpoint").values())
    assert code_with_files_of(round(share * weights), lambda: train_grpo(config)) == "DISK_FULL"
    run = train_grpo(config)
    assert run.files.finished
    assert [row["step"] for row in run.files.read_losses()] == [1, 2]
