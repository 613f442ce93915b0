"""VideoMind's verifier as a reward: the engine's scores are those of PyTorch, and what cannot be judged is told."""

from math import log
from pathlib import Path

import pytest
from asked_engine import engine

from videomind_training.chain.ask import Chain
from videomind_training.chain.candidates import Candidate
from videomind_training.checkpoints.read_checkpoint import CheckpointPaths, open_checkpoint
from videomind_training.errors import TrainingError
from videomind_training.media.video import probe_video
from videomind_training.reasoner.data.items import Kind, ReasonerItem
from videomind_training.reasoner.rewards.scoring import RewardEntry, Rewards

question = "When does a circle move?"


def said(times: str) -> str:
    return f"<think>I look.</think>\n<answer>{times}</answer>"


def test_claimed_moments_are_judged_by_the_engine_as_in_pytorch(paths: CheckpointPaths, pack: Path, tmp_path: Path) -> None:
    package, video = tmp_path / "package", pack / "videos" / "a.mp4"
    engine("import", "--base", paths.base, "--adapters", paths.videomind, "--out", package, "--precision", "fp32")

    def item(kind: Kind) -> ReasonerItem:
        return ReasonerItem("mine.jsonl:7", "7", video, question, (), kind, "from 4 s to 10 s", spans=((4, 10),))

    rewards = Rewards((RewardEntry(name="verifier", package=package, weight=0.5),), Path())
    replies = [
        said("from 4 s to 10 s"),
        said("from 1 s to 3 s and from 4 s to 10 s"),
        said("later"),
        said("from 4 s to 10 s"),
    ]
    values = rewards.values(0, replies, [item("moment"), item("moment"), item("moment"), item("open")])
    chain = Chain(open_checkpoint(paths, ("verifier",)))

    def in_pytorch(span: tuple[float, float]) -> float:
        judged = chain.verify(probe_video(video), question, Candidate(span, 0.0))
        return (log(judged.score / (1 - judged.score)) + 1) / 2

    first, other = in_pytorch((4.0, 10.0)), in_pytorch((1.0, 3.0))
    assert values[:2] == pytest.approx([first, (first + other) / 2], abs=1e-4)
    assert values[2:] == [0.0, None]
    assert rewards.total(replies[0], item("moment")) == pytest.approx(first / 2, abs=1e-4)


def test_a_package_that_is_none_ends_the_run_with_what_the_engine_says(pack: Path, tmp_path: Path) -> None:
    rewards = Rewards((RewardEntry(name="verifier", package=tmp_path),), Path())
    item = ReasonerItem("mine.jsonl:7", "7", pack / "videos" / "a.mp4", question, (), "moment", "x", spans=((4, 10),))
    with pytest.raises(TrainingError, match=r"REWARD_FAILED.*NOT_A_PACKAGE"):
        rewards.values(0, [said("from 4 s to 10 s")], [item])
