"""What `check-data` says before a run."""

import json
import os
import shutil
from pathlib import Path

import pytest
import yaml

from videomind_training.command_line import main
from videomind_training.commands.check_data import check_data
from videomind_training.commands.configuration import TrainConfig, read_configuration
from videomind_training.errors import TrainingError

item = {"duration": 24, "query": "a circle moves", "relevant_windows": [[4, 10]]}
guesses = item | {"span": [[4, 10]], "pred": [[4, 10], [0, 2]]}


@pytest.fixture
def run_file(pack: Path, tmp_path: Path) -> Path:
    """The configuration of two roles that share a whole video and one that was cut off after 300 bytes."""
    whole = pack / "videos" / "a.mp4"
    (tmp_path / "whole.mp4").symlink_to(whole)
    (tmp_path / "broken.mp4").write_bytes(whole.read_bytes()[:300])
    for name, each in (("grounding", item), ("guesses", guesses)):
        lines = [json.dumps(each | {"video_path": video}) for video in ("whole.mp4", "broken.mp4", "gone.mp4")]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines))
    data = {
        "grounder": [{"path": "grounding.jsonl", "form": "grounding", "repeat": 3}],
        "verifier": [{"path": "guesses.jsonl", "form": "verifying"}],
    }
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump({"base": "base", "output": "out", "data": data}))
    return path


@pytest.fixture
def config(run_file: Path) -> TrainConfig:
    return read_configuration(run_file)


def test_a_broken_video_is_bad_at_each_annotation_that_shows_it(run_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-data", "--config", str(run_file)]) == 3
    report = json.loads(capsys.readouterr().out)
    assert report["grounder"]["samples"] == 3  # repeated
    assert report["grounder"]["videos"] == 2
    gone, broken = report["grounder"]["bad"]
    assert gone["source"] == "grounding.jsonl:3"
    assert broken["source"] == "grounding.jsonl:2"
    assert broken["text"].startswith("VIDEO_DECODE_FAILED: ")
    assert "broken.mp4 cannot be decoded" in broken["text"]
    assert report["verifier"]["samples"] == 2
    sources = [bad["source"] for bad in report["verifier"]["bad"]]
    assert sources == [f"guesses.jsonl:{line}/{guess}" for line in (3, 2) for guess in (0, 1)]


def test_each_video_is_looked_at_once(config: TrainConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = tmp_path / "calls"
    (tmp_path / "bin").mkdir()
    counted = tmp_path / "bin" / "ffprobe"
    counted.write_text(f'#!/bin/sh\necho call >> {calls}\nexec {shutil.which("ffprobe")} "$@"\n')
    counted.chmod(0o755)
    monkeypatch.setenv("PATH", str(counted.parent), prepend=os.pathsep)
    check_data(config)
    assert calls.read_text().count("call") == 2


def test_without_ffprobe_no_video_is_called_broken(config: TrainConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(TrainingError, match=r"DEPENDENCY_MISSING: ffprobe is not installed"):
        check_data(config)


def test_times_beyond_the_videos_end_and_lengths_of_another_are_named(
    run_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        {"relevant_windows": [[4, 10]]},
        {"relevant_windows": [[8, 40]]},
        # Left out as too short; the length is what is wrong.
        {"duration": 2, "relevant_windows": [[0, 1]]},
    ]
    items = [json.dumps({**item, "video_path": "whole.mp4", **line}) for line in lines]
    (tmp_path / "grounding.jsonl").write_text("\n".join(items))
    assert main(["check-data", "--config", str(run_file), "--set", "data.verifier=[]"]) == 3
    found = json.loads(capsys.readouterr().out)["grounder"]
    assert [one["source"] for one in found["beyondEnd"]] == ["grounding.jsonl:2"]
    assert "8 to 40 s, and whole.mp4 ends at 24" in found["beyondEnd"][0]["text"]
    assert [one["source"] for one in found["otherLength"]] == ["grounding.jsonl:3"]
    assert found["bad"] == []
    (tmp_path / "grounding.jsonl").write_text(items[0])
    assert main(["check-data", "--config", str(run_file), "--set", "data.verifier=[]"]) == 0


def test_a_reasoners_questions_are_checked_and_all_that_is_bad_is_named(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = pack / "videos" / "a.mp4"
    (tmp_path / "whole.mp4").symlink_to(whole)
    (tmp_path / "broken.mp4").write_bytes(whole.read_bytes()[:300])
    question = {"question": "Why?", "solution": "so", "think": "I look."}
    videos = ("whole.mp4", "broken.mp4", "gone.mp4")
    lines = ["{no json", *(json.dumps(question | {"video_path": video}) for video in videos)]
    path = tmp_path / "sft.yaml"
    path.write_text(yaml.safe_dump({"base": "base", "output": "out", "data": {"files": [{"path": "lines.jsonl"}]}}))

    def check(some: list[str]) -> dict:
        (tmp_path / "lines.jsonl").write_text("\n".join(some))
        assert main(["check-data", "--config", str(path)]) == (3 if len(some) > 1 else 0)
        return json.loads(capsys.readouterr().out)

    assert (report := check(lines))["train"] == 1
    assert [bad["source"] for bad in report["bad"]] == ["lines.jsonl:1", "lines.jsonl:4", "lines.jsonl:3"]
    assert [bad["source"] for bad in check([lines[0], lines[3]])["bad"]] == ["lines.jsonl:1", "lines.jsonl:2"]
    lean = json.dumps({name: value for name, value in json.loads(lines[1]).items() if name != "think"})
    assert check([lean])["withoutReasoning"] == 1
