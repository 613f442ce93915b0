"""The account of bad samples in a run's bad-samples.jsonl: which annotation it was, also after a kill."""

import json
import multiprocessing
import os
from functools import partial
from pathlib import Path

import pytest
import yaml
from accelerate import PartialState

from videomind_training.command_line import main
from videomind_training.trainer.trainer import Trainer

forked = multiprocessing.get_context("fork")


@pytest.fixture
def run_file(pack: Path, tmp_path: Path) -> Path:
    """The configuration of a run whose annotations have a bad line, and one line with a broken video that each of the
    four steps draws."""
    videos = tmp_path / "videos"
    videos.mkdir()
    (videos / "a.mp4").symlink_to(pack / "videos" / "a.mp4")
    (videos / "broken.mp4").write_bytes(b"no video")
    item = {"duration": 24, "query": "a circle moves", "relevant_windows": [[4, 10]]}
    lines = ["{", *(json.dumps(item | {"video_path": name}) for name in ("a.mp4", "broken.mp4", "a.mp4"))]
    (tmp_path / "lines.jsonl").write_text("\n".join(lines))
    trainer = {"steps": 4, "batch_size": 3, "save_every": 2, "max_bad_share": 0.9}
    config = {
        "base": str(pack / "base"),
        "videomind": str(pack / "model"),
        "data": {
            "root": "videos",
            "grounder": [{"path": "lines.jsonl", "form": "grounding"}],
            "cache": {"folder": "cache", "frames": True, "features": False},
        },
        "output": "out",
        "trainer": trainer | {"precision": "fp32", "device": "cpu", "workers": 0},
    }
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(config))
    return path


def train(run_file: Path, output: str, kill_at: int | None = None) -> int:
    """Exit code of `train grounder` in a process that kills itself once so many steps are done."""

    def on_step(done: int) -> None:
        if done == kill_at:
            os.kill(os.getpid(), 9)

    def run() -> None:
        PartialState._reset_state()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("videomind_training.commands.train_role.Trainer", partial(Trainer, on_step=on_step))
            os._exit(main(["train", "grounder", "--config", str(run_file), "--set", f"output={output}"]))

    process = forked.Process(target=run)
    process.start()
    process.join()
    return process.exitcode


def account(run_file: Path, output: str) -> list[tuple[str, int | None]]:
    lines = (run_file.parent / output / "runs" / "grounder" / "bad-samples.jsonl").read_text().split("\n")[:-1]
    return [(entry["source"], entry["step"]) for entry in map(json.loads, lines)]


found_in_reading = [("lines.jsonl:1", None)]


def drawn(*steps: int) -> list[tuple[str, int]]:
    return [("lines.jsonl:3", step) for step in steps]


def test_a_sample_that_breaks_while_training_is_named_by_its_annotation_and_step(run_file: Path) -> None:
    assert train(run_file, "out") == 0
    assert account(run_file, "out") == found_in_reading + drawn(1, 2, 3, 4)


def test_a_run_that_is_killed_lists_what_its_count_holds_and_nothing_twice(run_file: Path) -> None:
    assert train(run_file, "out", kill_at=1) == -9  # before the first checkpoint
    assert account(run_file, "out") == found_in_reading + drawn(1)
    assert train(run_file, "out", kill_at=3) == -9
    assert account(run_file, "out") == found_in_reading + drawn(1, 2, 3)
    with (run_file.parent / "out" / "runs" / "grounder" / "bad-samples.jsonl").open("a") as file:
        file.write('{"source": "cut o')  # as a kill while it is written leaves it
    assert train(run_file, "out") == 0
    finished = json.loads((run_file.parent / "out" / "runs" / "grounder" / "finished.json").read_text())
    assert finished["bad"] == 4
    assert account(run_file, "out") == found_in_reading + drawn(1, 2, 3, 4)


def test_a_finished_run_that_is_started_again_keeps_its_list(run_file: Path) -> None:
    for _ in range(2):
        assert train(run_file, "out") == 0
        assert account(run_file, "out") == found_in_reading + drawn(1, 2, 3, 4)
