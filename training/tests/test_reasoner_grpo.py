"""GRPO on tiny reasoners: it sees videos, logs each reward apart, goes on after a kill, and tells what is wrong."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from tiny_reasoner import die_at, films, in_process, tiny_config

from videomind_training.commands.train_reasoner import train_reasoner
from videomind_training.errors import TrainingError
from videomind_training.reasoner.configuration import ReasonerConfig
from videomind_training.reasoner.learning.grpo import train_grpo
from videomind_training.reasoner.learning.kept_run import KeptRun
from videomind_training.reasoner.learning.sft import train_sft
from videomind_training.trainer.run_folder import RunFolder


@pytest.fixture(scope="module")
def films_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return films(tmp_path_factory.mktemp("films"))


def with_grpo(config: ReasonerConfig, **changed: object) -> ReasonerConfig:
    return config.model_validate({**config.model_dump(), "grpo": {**config.grpo.model_dump(), **changed}})


def curve(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "run" / "curve.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(("pack_name", "kills"), [("pack-qwen3", (1, 3, 4)), ("pack-qwen2.5", (3,))])
def test_a_run_that_is_killed_ends_bit_for_bit_as_one_that_is_not(
    packs: Path, films_file: Path, tmp_path: Path, pack_name: str, kills: tuple[int, ...]
) -> None:
    def run(name: str, kill_at: int | None = None) -> None:
        config = with_grpo(tiny_config(packs / pack_name, films_file, tmp_path / name), kl=0.1)
        held = config.data.model_copy(update={"validation": 3})
        train_grpo(config.model_copy(update={"data": held}), [] if kill_at is None else [die_at(kill_at)])

    assert in_process(lambda: run("whole")) == 0
    for step in kills:  # before the first checkpoint, between two, before the last
        assert in_process(lambda step=step: run("killed", step)) == -9
    assert in_process(lambda: run("killed")) == 0
    losses = [RunFolder(tmp_path / name / "run").read_losses() for name in ("whole", "killed")]
    assert len(losses[0]) == 4
    assert losses[0] == losses[1]
    assert {"rewards/answer/mean", "rewards/form/mean", "reward", "kl"} <= losses[0][0].keys()
    assert curve(tmp_path / "whole") == curve(tmp_path / "killed")
    flat = [(tmp_path / name / "run" / "flat-groups.jsonl").read_text("utf-8") for name in ("whole", "killed")]
    assert flat[0] == flat[1]
    assert [point["step"] for point in curve(tmp_path / "whole")] == [0, 2, 4]
    weights = [load_file(tmp_path / name / "model" / "model.safetensors") for name in ("whole", "killed")]
    assert all(torch.equal(value, weights[1][name]) for name, value in weights[0].items())


def test_replies_are_drawn_of_the_questions_own_video(packs: Path, films_file: Path, tmp_path: Path) -> None:
    """With probabilities of generation and of training the same, the first ratio is 1 and the distance to the start 0."""
    config = with_grpo(tiny_config(packs / "pack-qwen2.5", films_file, tmp_path, steps=1), kl=0.1)
    train_grpo(config)
    (row,) = RunFolder(tmp_path / "run").read_losses()
    assert row["kl"] == pytest.approx(0, abs=1e-6)
    assert row["clip_ratio/region_mean"] == 0


def test_a_reply_never_stands_for_a_picture(packs: Path, films_file: Path, tmp_path: Path) -> None:
    """Drawn of all tokens alike, some reply would hold one of the tokens that pictures are put in place of."""
    config = tiny_config(packs / "pack-qwen2.5", films_file, tmp_path, steps=1)
    many = config.learning.model_copy(update={"batch_size": 64, "samples_at_once": 64})
    train_grpo(with_grpo(config.model_copy(update={"learning": many}), temperature=1e4, replies=64, max_new_tokens=64))
    (row,) = RunFolder(tmp_path / "run").read_losses()
    assert row["completions/mean_length"] > 32


def test_groups_without_variance_are_listed_and_told(
    packs: Path, films_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "mine.py"
    own.write_text("def always(reply, item):\n    return 1.0\n")
    config = tiny_config(packs / "pack-qwen3", films_file, tmp_path / "out", steps=1)
    before = load_file(packs / "pack-qwen3" / "checkpoint" / "model-00001-of-00004.safetensors")
    config = with_grpo(config, rewards=[{"function": str(own) + ":always"}], kl=0)
    (tmp_path / "grpo.yaml").write_text(config.model_dump_json())
    train_reasoner("grpo", tmp_path / "grpo.yaml", [])
    assert f"2 groups of replies all had one reward: they are listed in {tmp_path / 'out'}" in capsys.readouterr().err
    listed = [json.loads(line) for line in (tmp_path / "out/run/flat-groups.jsonl").read_text("utf-8").splitlines()]
    assert len(listed) == 2
    assert all(each["source"].startswith("train.jsonl:") for each in listed)
    (row,) = RunFolder(tmp_path / "out" / "run").read_losses()
    assert row["frac_reward_zero_std"] == 1
    assert row["rewards/always/mean"] == 1
    after = load_file(tmp_path / "out" / "model" / "model.safetensors")
    assert all(torch.equal(after[name], value.float()) for name, value in before.items())  # nothing was learnt


def test_a_reward_that_fails_ends_the_run_with_its_place(packs: Path, films_file: Path, tmp_path: Path) -> None:
    own = tmp_path / "mine.py"
    own.write_text("def broken(reply, item):\n    return {}[item.id]\n")
    config = tiny_config(packs / "pack-qwen3", films_file, tmp_path / "out", steps=1)
    with pytest.raises(TrainingError, match=r"REWARD_FAILED: broken, train.jsonl:\d+, for the reply .*KeyError"):
        train_grpo(with_grpo(config, rewards=[{"function": f"{own}:broken"}]))


def test_a_verifier_whose_package_is_missing_is_refused_before_anything_is_read(
    packs: Path, films_file: Path, tmp_path: Path
) -> None:
    config = tiny_config(packs / "pack-qwen3", films_file, tmp_path / "out")
    rewards = [{"name": "form"}, {"name": "verifier", "package": tmp_path / "gone"}]
    with pytest.raises(TrainingError, match=r"CONFIG_INVALID: grpo\.rewards\.1\.package: there is no folder .*gone"):
        train_grpo(with_grpo(config, rewards=rewards))
    assert not (tmp_path / "out").exists()


def test_a_base_that_is_not_there_is_said_to_be_missing_before_anything_is_read(
    packs: Path, films_file: Path, tmp_path: Path
) -> None:
    config = tiny_config(packs / "pack-qwen3", films_file, tmp_path / "out")
    missing = config.model_copy(update={"base": tmp_path / "Qwen" / "gone"})
    for train, each in ((train_sft, missing), (train_grpo, missing), (train_grpo, with_grpo(missing, kl=0))):
        with pytest.raises(TrainingError, match=r"CHECKPOINT_NOT_FOUND: There is no checkpoint in .*gone\..*Qwen/gone"):
            train(each)
    assert not (tmp_path / "out").exists()


def test_a_video_that_goes_away_ends_the_run_with_its_place(packs: Path, tmp_path: Path) -> None:
    from transformers import TrainerCallback

    file = films(tmp_path / "films")

    class Gone(TrainerCallback):
        def on_step_end(self, _args: object, state: object, _control: object, **_: object) -> None:
            for video in file.parent.glob("*.mp4"):
                video.unlink(missing_ok=True)

    config = with_grpo(tiny_config(packs / "pack-qwen3", file, tmp_path / "out"))
    with pytest.raises(TrainingError, match=r"VIDEO_NOT_FOUND: train.jsonl:\d+: There is no video"):
        train_grpo(config, [Gone()])


def test_replies_in_no_whole_groups_are_refused(packs: Path, films_file: Path, tmp_path: Path) -> None:
    config = with_grpo(tiny_config(packs / "pack-qwen3", films_file, tmp_path), replies=3)
    with pytest.raises(TrainingError, match=r"CONFIG_INVALID: learning.batch_size: 4 replies hold no whole groups of 3"):
        train_grpo(config)


def test_an_adapter_learns_with_its_base_as_reference(packs: Path, films_file: Path, tmp_path: Path) -> None:
    config = with_grpo(tiny_config(packs / "pack-qwen3", films_file, tmp_path, steps=2), kl=0.1)
    run: KeptRun = train_grpo(config.model_validate({**config.model_dump(), "lora": {"rank": 4, "alpha": 8}}))
    assert run.files.finished
    assert (tmp_path / "adapter" / "adapter_config.json").is_file()
