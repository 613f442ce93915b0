"""The verifier's data that the grounder makes: going on after a kill, odd texts, a full disk, nothing to do."""

import json
from pathlib import Path

import pytest
import yaml
from accelerate import PartialState

from videomind_training.command_line import main

odd = "a circle\u2028moves ü"


@pytest.fixture
def run_file(pack: Path, tmp_path: Path) -> Path:
    """The configuration of a run with two queries, one of them with a line separator in it."""
    item = {"video_path": "a.mp4", "duration": 24, "relevant_windows": [[4, 10]]}
    lines = [json.dumps(item | {"query": query}) + "\n" for query in ("a square", odd)]
    (tmp_path / "grounding.jsonl").write_text("".join(lines))
    config = {
        "base": str(pack / "base"),
        "videomind": str(pack / "model"),
        "output": "out",
        "data": {"root": str(pack / "videos")},
        "verification": {"files": [{"path": "grounding.jsonl", "form": "grounding"}]},
        "trainer": {"precision": "fp32", "device": "cpu", "workers": 0},
    }
    PartialState._reset_state()
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(config))
    return path


def part_of(run_file: Path) -> Path:
    part = run_file.parent / "out" / "verification" / "grounding.0-of-1.partial"
    part.parent.mkdir(parents=True)
    return part


def test_a_line_separator_in_a_query_is_a_letter_like_others(run_file: Path) -> None:
    assert main(["verification", "--config", str(run_file)]) == 0
    items = json.loads((run_file.parent / "out" / "verification" / "grounding.json").read_text())
    assert [item["query"] for item in items] == ["a square", odd]


@pytest.mark.parametrize("cut_off", [b'{"query": "\xc3', b"\x00\x00\n", b""], ids=["in a letter", "zeros", "nothing"])
def test_what_was_done_before_a_kill_stays_and_what_was_cut_off_is_made_again(run_file: Path, cut_off: bytes) -> None:
    part_of(run_file).write_bytes(b'{"query": "kept"}\n' + cut_off)
    assert main(["verification", "--config", str(run_file)]) == 0
    items = json.loads((run_file.parent / "out" / "verification" / "grounding.json").read_text())
    assert [item["query"] for item in items] == ["kept", odd]


def test_a_full_disk_is_a_typed_error(run_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    part_of(run_file).symlink_to("/dev/full")
    assert main(["verification", "--config", str(run_file)]) == 1
    assert "DISK_FULL: There is no room for" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "reason"), [(["verification"], "`verification.files`"), (["train", "chain"], "`data.planner`")]
)
def test_a_command_with_nothing_to_do_says_what_to_list(
    run_file: Path, capsys: pytest.CaptureFixture[str], command: list[str], reason: str
) -> None:
    assert main([*command, "--config", str(run_file), "--set", "verification.files=[]"]) == 1
    said = capsys.readouterr().err
    assert "CONFIG_INVALID" in said
    assert reason in said


def test_two_files_of_one_name_are_refused_since_their_results_would_be_one(
    run_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = yaml.safe_load(run_file.read_text())
    config["verification"]["files"].append({"path": "other/grounding.jsonl", "form": "grounding"})
    run_file.write_text(yaml.safe_dump(config))
    assert main(["verification", "--config", str(run_file)]) == 1
    assert "CONFIG_INVALID: Two files of `verification.files` are named grounding." in capsys.readouterr().err


def test_a_query_whose_video_is_broken_is_named(run_file: Path) -> None:
    config = yaml.safe_load(run_file.read_text())
    config["trainer"]["max_bad_share"] = 1.0
    broken = run_file.parent / "broken.mp4"
    broken.write_bytes(b"no video")
    item = {"video_path": str(broken), "duration": 24, "relevant_windows": [[4, 10]], "query": "a star"}
    with (run_file.parent / "grounding.jsonl").open("a") as file:
        file.write(json.dumps(item) + "\n")
    run_file.write_text(yaml.safe_dump(config))
    assert main(["verification", "--config", str(run_file)]) == 0
    bad = (run_file.parent / "out" / "verification" / "bad-samples.jsonl").read_text().splitlines()
    assert [json.loads(line)["source"] for line in bad] == ["grounding.jsonl:3"]
