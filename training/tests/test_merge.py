"""A merged checkpoint says what base and adapter say."""

from pathlib import Path

import pytest
import torch

from videomind_training.chain.ask import Chain
from videomind_training.checkpoints.read_checkpoint import CheckpointPaths, open_checkpoint
from videomind_training.command_line import main
from videomind_training.media.video import probe_video
from videomind_training.network.generation import prefill
from videomind_training.prompts.role_words import planner_words


def merge(paths: CheckpointPaths, out: Path, role: str = "planner") -> int:
    """The exit code of the command."""
    return main(
        [
            "merge",
            role,
            "--base",
            str(paths.base),
            "--adapters",
            str(paths.videomind),
            "--out",
            str(out),
            "--type",
            "float32",
        ]
    )


def test_a_merged_checkpoint_says_what_base_and_adapter_say(paths: CheckpointPaths, pack: Path, tmp_path: Path) -> None:
    assert merge(paths, tmp_path / "merged") == 0
    apart = open_checkpoint(paths, ("planner",))
    apart.network.speak_as("planner")
    together = open_checkpoint(CheckpointPaths(tmp_path / "merged", None, prompts=pack / "model" / "prompts.json"), ())
    chain = Chain(apart)
    words = planner_words(chain.writer.prompts, "When does a circle move?")
    shown = chain.show("planner", probe_video(pack / "videos" / "a.mp4"), words)
    with torch.no_grad():
        expected = prefill(apart.network, shown.prompt).last_logits
        found = prefill(together.network, shown.prompt).last_logits
        apart.network.speak_as(None)
        bare = prefill(apart.network, shown.prompt).last_logits
    assert torch.allclose(found, expected, atol=1e-3)
    assert not torch.allclose(bare, expected, atol=1e-1)


def test_nothing_is_merged_over_what_is_there(
    paths: CheckpointPaths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kept").write_text("here")
    assert merge(paths, tmp_path) == 1
    assert "OUTPUT_EXISTS" in capsys.readouterr().err
    assert (tmp_path / "kept").read_text() == "here"
