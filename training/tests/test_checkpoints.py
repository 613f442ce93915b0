"""Checkpoints: what is read is written again, whole or not at all."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from videomind_training.checkpoints.added_tokens import add_tokens
from videomind_training.checkpoints.durable_files import replaced_folder, write_tensors, write_text
from videomind_training.checkpoints.read_checkpoint import CheckpointPaths, open_checkpoint
from videomind_training.checkpoints.write_checkpoint import write_base_folder, write_videomind_folder
from videomind_training.commands.configuration import read_configuration
from videomind_training.errors import TrainingError
from videomind_training.prompts.text import read_tokenizer


@pytest.mark.parametrize("name", ["pack-2b", "pack-7b"])
def test_a_published_folder_is_written_again_as_it_was(packs: Path, name: str, tmp_path: Path) -> None:
    folder = packs / name
    checkpoint = open_checkpoint(CheckpointPaths(folder / "base", folder / "model"))
    write_videomind_folder(tmp_path, checkpoint, checkpoint.roles)
    for path in (folder / "model").rglob("*.safetensors"):
        expected, written = load_file(path), load_file(tmp_path / path.relative_to(folder / "model"))
        assert written.keys() == expected.keys()
        assert all(torch.equal(written[key], value) for key, value in expected.items())
    for role in checkpoint.roles:
        expected = json.loads((folder / "model" / role / "adapter_config.json").read_text())
        written = json.loads((tmp_path / role / "adapter_config.json").read_text())
        for field in ("r", "lora_alpha", "modules_to_save", "peft_type", "use_rslora"):
            assert written[field] == expected[field]
        assert sorted(written["target_modules"]) == sorted(expected["target_modules"])
    tokens = (tmp_path / "tokenizer.json", folder / "model" / "tokenizer.json")
    written, expected = (json.loads(path.read_text()) for path in tokens)
    assert written["added_tokens"] == expected["added_tokens"]
    assert written["model"] == expected["model"]


@pytest.mark.parametrize("name", ["pack-2b", "pack-7b"])
def test_a_base_is_written_under_its_published_names(
    packs: Path, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("videomind_training.checkpoints.write_checkpoint.shard_bytes", 1_000_000)
    folder = packs / name
    checkpoint = open_checkpoint(CheckpointPaths(folder / "base", folder / "model"))
    write_base_folder(tmp_path / "base", checkpoint.network.base, folder / "base")

    def tensors(path: Path) -> dict[str, torch.Tensor]:
        return {key: value for shard in path.glob("*.safetensors") for key, value in load_file(shard).items()}

    expected, written = tensors(folder / "base"), tensors(tmp_path / "base")
    assert written.keys() == expected.keys()
    assert all(torch.equal(written[key], value) for key, value in expected.items())
    index = json.loads((tmp_path / "base" / "model.safetensors.index.json").read_text())
    assert index["weight_map"].keys() == written.keys()
    open_checkpoint(CheckpointPaths(tmp_path / "base"))


def test_tokens_are_added_to_a_bare_base(packs: Path) -> None:
    tokenizer = read_tokenizer(packs / "pack-2b" / "base")
    add_tokens(tokenizer, 640)
    assert [tokenizer.token_to_id(token) for token in ("<|reg|>", "<|seg_start|>", "<|seg_end|>")] == [598, 599, 600]
    with pytest.raises(TrainingError, match="none to spare"):
        add_tokens(read_tokenizer(packs / "pack-2b" / "base"), 600)


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    tensors, text = tmp_path / "x.safetensors", tmp_path / "x.json"
    write_tensors(tensors, {"a": torch.ones(3)})
    write_text(text, "old")
    for path in (tensors, text):
        path.with_name(path.name + ".partial").symlink_to("/dev/full")
    with pytest.raises(TrainingError, match=r"DISK_FULL.*x\.safetensors.*Make room"):
        write_tensors(tensors, {"a": torch.zeros(100_000)})
    with pytest.raises(TrainingError, match="DISK_FULL"):
        write_text(text, "new")
    assert load_file(tensors)["a"].tolist() == [1, 1, 1]
    assert text.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.json", "x.safetensors"]


def test_a_folder_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "role"

    def fill(partial: Path) -> None:
        (partial / "other").write_text("second")
        (partial / "more.partial").symlink_to("/dev/full")
        write_text(partial / "more", "too much")

    with replaced_folder(folder) as partial:
        (partial / "weights").write_text("first")
    with pytest.raises(TrainingError, match="DISK_FULL"), replaced_folder(folder) as partial:
        fill(partial)
    assert [path.name for path in folder.iterdir()] == ["weights"]
    folder.rename(tmp_path / ".role.former")  # as a kill between the two renames leaves it
    with replaced_folder(folder) as partial:
        (partial / "weights").write_text("third")
    assert (folder / "weights").read_text() == "third"
    assert [path.name for path in tmp_path.iterdir()] == ["role"]


def test_damaged_checkpoints_are_typed_errors(packs: Path, tmp_path: Path) -> None:
    base, model = packs / "pack-2b" / "base", packs / "pack-2b" / "model"
    with pytest.raises(TrainingError, match="CHECKPOINT_NOT_FOUND"):
        open_checkpoint(CheckpointPaths(tmp_path))
    with pytest.raises(TrainingError, match=r"CHECKPOINT_NOT_FOUND: There is no checkpoint in .*gone"):
        open_checkpoint(CheckpointPaths(base, tmp_path / "gone"))  # its adapters would be made anew, silently
    with pytest.raises(TrainingError, match=r"CHECKPOINT_INVALID.*Name a Qwen2-VL, Qwen2.5-VL or Qwen3-VL checkpoint"):
        open_checkpoint(CheckpointPaths(model))
    with pytest.raises(TrainingError, match=r"CHECKPOINT_INVALID.*does not fit the base"):
        open_checkpoint(CheckpointPaths(packs / "pack-7b" / "base", model))
    (tmp_path / "planner").mkdir()
    (tmp_path / "planner" / "adapter_config.json").write_text("{")
    with pytest.raises(TrainingError, match=r"CHECKPOINT_INVALID.*planner"):
        open_checkpoint(CheckpointPaths(base, tmp_path))


def test_a_configuration_names_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_text(
        "base: b\noutput: out\ntrainer: {steps: 5}\nroles: {grounder: {trainer: {learning_rates: {head: 0.5}}}}\n"
    )
    config = read_configuration(path, ["trainer.batch_size=2", "lora.rank=7"])
    assert config.base == tmp_path / "b"
    own = config.trainer_of("grounder")
    assert (own.steps, own.batch_size, own.learning_rates.head, own.learning_rates.adapters) == (5, 2, 0.5, 2e-5)
    assert config.lora_of("grounder").rank == 7
    for text, reason in (
        ("base: b\noutput: o\nlernrate: 1", "lernrate: Extra inputs"),
        ("base: b", "output: Field required"),
        ("base: b\noutput: o\ntrainer: {batch_size: 2, samples_at_once: 4}", "samples_at_once must not exceed"),
        ("base: b\noutput: o\nroles: {planner: {trainer: {steps: -1}}}", "steps: Input should be greater than 0"),
        (": :", "while parsing a block mapping"),
    ):
        path.write_text(text)
        with pytest.raises(TrainingError, match=f"CONFIG_INVALID.*{reason}"):
            read_configuration(path)


def test_templates_and_prompts_that_cannot_be_read_are_typed_errors(paths: CheckpointPaths, tmp_path: Path) -> None:
    unreadable = tmp_path / "bytes"
    unreadable.write_bytes(b"\xff")
    unclosed = tmp_path / "unclosed"
    unclosed.write_text("{% if")
    for path in (tmp_path / "gone", tmp_path, unreadable, unclosed):
        with pytest.raises(TrainingError, match=rf"CONFIG_INVALID: {path} .*Check `chat_template`"):
            open_checkpoint(replace(paths, chat_template=path), roles=())
    (tmp_path / "deep").write_text("[" * 100_000)
    (tmp_path / "deep.py").write_text("X = " + "-" * 100_000 + "1")
    for path in (tmp_path / "gone", tmp_path, unreadable, *(tmp_path / name for name in ("gone.py", "deep", "deep.py"))):
        with pytest.raises(TrainingError, match=rf"PROMPTS_INVALID: .*{path}"):
            open_checkpoint(replace(paths, prompts=path), roles=())
