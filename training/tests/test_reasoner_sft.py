"""Supervised fine-tuning of tiny reasoners: it learns, goes on after a kill, and is the same in two processes."""

import json
import os
import socket
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from tiny_reasoner import die_at, films, forked, in_process, tiny_config

from videomind_training.errors import TrainingError
from videomind_training.reasoner.configuration import LearningEntry
from videomind_training.reasoner.learning.network import open_network
from videomind_training.reasoner.learning.sft import train_sft
from videomind_training.reasoner.out.tensor_names import read_tensors
from videomind_training.trainer.run_folder import RunFolder


@pytest.fixture(scope="module")
def films_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return films(tmp_path_factory.mktemp("films"))


@pytest.mark.parametrize(("pack_name", "kills"), [("pack-qwen2.5", (1, 3, 4)), ("pack-qwen3", (3,))])
def test_a_run_that_is_killed_ends_bit_for_bit_as_one_that_is_not(
    packs: Path, films_file: Path, tmp_path: Path, pack_name: str, kills: tuple[int, ...]
) -> None:
    def run(name: str, kill_at: int | None = None) -> None:
        config = tiny_config(packs / pack_name, films_file, tmp_path / name)
        train_sft(config, [] if kill_at is None else [die_at(kill_at)])

    assert in_process(lambda: run("whole")) == 0
    for step in kills:  # before the first checkpoint, between two, before the last
        assert in_process(lambda step=step: run("killed", step)) == -9
    assert in_process(lambda: run("killed")) == 0
    losses = [RunFolder(tmp_path / name / "run").read_losses() for name in ("whole", "killed")]
    assert len(losses[0]) == 4
    assert losses[0] == losses[1]
    weights = [load_file(tmp_path / name / "model" / "model.safetensors") for name in ("whole", "killed")]
    assert all(torch.equal(value, weights[1][name]) for name, value in weights[0].items())
    before = read_tensors(packs / pack_name / "checkpoint")
    after = read_tensors(tmp_path / "killed" / "model")
    same = {name for name, value in before.items() if torch.equal(after[name], value.float())}
    assert same == {name for name in before if "visual" in name}  # the tower is frozen


def test_it_ends_early_at_the_loss_that_was_stated(packs: Path, films_file: Path, tmp_path: Path) -> None:
    train_sft(tiny_config(packs / "pack-qwen2.5", films_file, tmp_path, log_every=2, until_loss=100.0))
    run = RunFolder(tmp_path / "run")
    assert [row["step"] for row in run.read_losses()] == [1, 2]  # the first step alone is no whole log
    assert json.loads(run.finished_path.read_text("utf-8")) == {"steps": 2}


@pytest.mark.skipif(torch.cuda.is_available(), reason="The device is the GPU.")
def test_what_is_learnt_with_unless_said_otherwise_learns_where_there_is_no_gpu(
    packs: Path, films_file: Path, tmp_path: Path
) -> None:
    usual = {name: LearningEntry.model_fields[name].default for name in ("device", "precision")}
    train_sft(tiny_config(packs / "pack-qwen2.5", films_file, tmp_path, steps=1, **usual))
    assert (tmp_path / "model" / "model.safetensors").is_file()


def test_two_processes_learn_as_one_with_the_same_batch(packs: Path, films_file: Path, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])

    def run(name: str, rank: int, processes: int) -> None:
        if processes > 1:
            os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(processes)}
            os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
        train_sft(tiny_config(packs / "pack-qwen3", films_file, tmp_path / name, samples_at_once=1))

    assert in_process(lambda: run("one", 0, 1)) == 0
    processes = [forked(lambda rank=rank: run("two", rank, 2)) for rank in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    one, two = (RunFolder(tmp_path / name / "run").read_losses() for name in ("one", "two"))
    assert [row["step"] for row in one] == [1, 2, 3, 4]
    assert [row["loss"] for row in two] == pytest.approx([row["loss"] for row in one], rel=1e-4)


def test_an_adapter_is_written_alone_and_merged(packs: Path, films_file: Path, tmp_path: Path) -> None:
    from peft import PeftModel

    config = tiny_config(packs / "pack-qwen2.5", films_file, tmp_path)
    config = config.model_validate({**config.model_dump(), "lora": {"rank": 4, "alpha": 8}})
    train_sft(config)
    merged = open_network(tmp_path / "model", torch.float32).eval()
    adapted = PeftModel.from_pretrained(open_network(config.base, torch.float32), tmp_path / "adapter").eval()
    ids = torch.arange(10, 40).unsqueeze(0)
    with torch.no_grad():
        plain = open_network(config.base, torch.float32).eval()(input_ids=ids).logits
        assert torch.allclose(merged(input_ids=ids).logits, adapted(input_ids=ids).logits, atol=1e-4)
        assert not torch.allclose(merged(input_ids=ids).logits, plain, atol=1e-3)
    names = load_file(tmp_path / "adapter" / "adapter_model.safetensors")
    assert names
    assert not any("visual" in name for name in names)
    words = json.loads((tmp_path / "model" / "instructions.json").read_text())
    assert words["choice"].startswith("Reason in <think>")


def test_what_is_wrong_is_told_with_its_place(packs: Path, films_file: Path, tmp_path: Path) -> None:
    good = films_file.read_text("utf-8").splitlines()
    gone = json.dumps({**json.loads(good[0]), "video_path": "gone.mp4"})
    broken = films_file.parent / "broken.jsonl"
    broken.write_text("\n".join([good[0], "{no json", gone]), encoding="utf-8")
    config = tiny_config(packs / "pack-qwen3", broken, tmp_path)
    with pytest.raises(TrainingError, match=r"ANNOTATIONS_INVALID: broken.jsonl:2 is not JSON"):
        train_sft(config)
    told = (tmp_path / "run" / "bad-samples.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["source"] for line in told] == ["broken.jsonl:2", "broken.jsonl:3"]
    lenient = config.model_copy(update={"data": config.data.model_copy(update={"max_bad_share": 0.9})})
    train_sft(lenient)
    told = (tmp_path / "run" / "bad-samples.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["source"] for line in told] == ["broken.jsonl:2", "broken.jsonl:3"]
    with pytest.raises(TrainingError, match=r"RESUME_MISMATCH.*another questions"):
        train_sft(tiny_config(packs / "pack-qwen3", films_file, tmp_path))


def test_a_reply_template_without_its_answer_tag_is_refused(packs: Path, films_file: Path, tmp_path: Path) -> None:
    config = tiny_config(packs / "pack-qwen3", films_file, tmp_path)
    with pytest.raises(TrainingError, match=r"CONFIG_INVALID: reply_template: <answer>\{answer\}</answer> is missing"):
        config.model_validate({**config.model_dump(), "reply_template": "{think} {answer}"})


def test_a_full_disk_ends_the_run_with_the_former_checkpoint_whole(packs: Path, films_file: Path, tmp_path: Path) -> None:
    import resource

    from transformers import TrainerCallback

    class FullDisk(TrainerCallback):
        def on_step_end(self, _args: object, state: object, _control: object, **_: object) -> None:
            if state.global_step == 3:
                resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    def run(watchers: list[TrainerCallback]) -> None:
        try:
            train_sft(tiny_config(packs / "pack-qwen3", films_file, tmp_path), watchers)
        except TrainingError as error:
            os._exit(7 if error.code == "DISK_FULL" else 8)

    assert in_process(lambda: run([FullDisk()])) == 7
    kept = sorted(path.name for path in (tmp_path / "run" / "checkpoints").iterdir() if (path / "whole.json").is_file())
    assert kept == ["checkpoint-2"]
    assert in_process(lambda: run([])) == 0
    assert (tmp_path / "run" / "finished.json").is_file()
