"""The documented command for several devices, as a person types it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from videomind_training.trainer.run_folder import RunFolder


def test_torchrun_with_two_processes_gives_the_losses_of_one(pack: Path, tmp_path: Path) -> None:
    moments = [
        {"video_path": name, "duration": 24, "query": query, "relevant_windows": [[4, 10]]}
        for name in ("a.mp4", "b.mp4")
        for query in ("a circle moves", "a square rises")
    ]
    (tmp_path / "moments.jsonl").write_text("".join(json.dumps(each) + "\n" for each in moments))
    trained = [train(pack, tmp_path, launcher, output) for launcher, output in ((alone, "one"), (torchrun, "two"))]
    one, two = (RunFolder(folder).read_losses() for folder in trained)
    assert len(one) == 3
    for row, other in zip(one, two, strict=True):
        assert other == pytest.approx(row, rel=1e-5, abs=1e-6)


alone = [sys.executable]
torchrun = [str(Path(sys.executable).with_name("torchrun")), "--nproc_per_node", "2"]


def train(pack: Path, folder: Path, launcher: list[str], output: str) -> Path:
    """The run folder of a grounder that was trained by a command of its own. Nothing names a device."""
    config = {
        **{"base": str(pack / "base"), "output": output, "grounder_reply": "The moment is at <|reg|>."},
        "prompts": str(pack / "model" / "prompts.json"),
        "lora": {"rank": 4, "alpha": 8},
        "data": {
            "root": str(pack / "videos"),
            "grounder": [{"path": "moments.jsonl", "form": "grounding"}],
        },
        "trainer": {"steps": 3, "batch_size": 4, "samples_at_once": 2, "precision": "fp32", "workers": 0},
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    command = [*launcher, "-m", "videomind_training", "train", "grounder", "--config", str(folder / "config.yaml")]
    # None of this process's own: it may have been told to use the CPU.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ACCELERATE_")}
    environment |= {"PYTHONPATH": str(Path(__file__).parents[1]), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / output / "runs" / "grounder"
