"""Checkpoints that strangers published: whatever their small files hold is a typed error that names the file, or no harm."""

import json
import shutil
from pathlib import Path

import pytest

from videomind_training.checkpoints.read_checkpoint import CheckpointPaths, open_checkpoint
from videomind_training.errors import TrainingError

SMALL = [
    "base/config.json",
    "base/generation_config.json",
    "model/generation_config.json",
    "model/preprocessor_config.json",
    "model/chat_template.json",
    "model/tokenizer.json",
    "model/planner/adapter_config.json",
]


@pytest.fixture
def copied(packs: Path, tmp_path: Path) -> Path:
    """pack-2b, its large files as links."""

    def copy(source: str, target: str) -> str:
        if source.endswith(".safetensors"):
            Path(target).symlink_to(source)
            return target
        return shutil.copy2(source, target)

    shutil.copytree(packs / "pack-2b" / "base", tmp_path / "base", copy_function=copy)
    shutil.copytree(packs / "pack-2b" / "model", tmp_path / "model", copy_function=copy)
    return tmp_path


def refusal(copied: Path) -> str:
    """How the checkpoint is refused."""
    with pytest.raises(TrainingError) as refused:
        open_checkpoint(CheckpointPaths(copied / "base", copied / "model"), roles=("planner",))
    return str(refused.value)


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"a": "\xff"}', b"[" * 100_000], ids=["cut", "list", "bytes", "deep"])
@pytest.mark.parametrize("name", SMALL)
def test_a_damaged_file_is_named(copied: Path, name: str, content: bytes) -> None:
    (copied / name).write_bytes(content)
    told = refusal(copied)
    assert told.startswith("CHECKPOINT_INVALID")
    assert str(copied / Path(name).parent) in told


@pytest.mark.parametrize("content", [b"\xff", b"{% if %}"], ids=["bytes", "not Jinja"])
def test_a_damaged_template_is_named(copied: Path, content: bytes) -> None:
    (copied / "model" / "chat_template.jinja").write_bytes(content)
    told = refusal(copied)
    assert told.startswith("CHECKPOINT_INVALID")
    assert str(copied / "model" / "chat_template.jinja") in told


@pytest.mark.parametrize(
    ("name", "entries"),
    [
        ("base/config.json", {"vocab_size": "many"}),
        ("model/generation_config.json", {"eos_token_id": "end"}),
        ("model/preprocessor_config.json", {"image_mean": 0.5, "image_std": [1, 1, 1]}),
        ("model/preprocessor_config.json", {"image_std": [1, 1, "x"]}),
        ("model/chat_template.json", {"chat_template": 5}),
        ("model/chat_template.json", {"chat_template": ["default"]}),
        ("model/planner/adapter_config.json", {"r": None}),
        ("model/planner/adapter_config.json", {"lora_alpha": "much"}),
        ("model/planner/adapter_config.json", {"rank_pattern": [1]}),
    ],
)
def test_an_entry_of_another_kind_is_named(copied: Path, name: str, entries: dict[str, object]) -> None:
    path = copied / name
    path.write_text(json.dumps(json.loads(path.read_text()) | entries))
    told = refusal(copied)
    assert told.startswith("CHECKPOINT_INVALID")
    assert str(copied / Path(name).parent) in told
