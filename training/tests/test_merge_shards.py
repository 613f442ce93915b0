"""verl's checkpoints, which several processes write, become one in the layout of their base."""

import os
import socket
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from tiny_reasoner import forked

from videomind_training.command_line import main
from videomind_training.errors import TrainingError
from videomind_training.reasoner.learning.network import open_network
from videomind_training.reasoner.out.merge_shards import part_files
from videomind_training.reasoner.out.tensor_names import read_tensors


def save_part(base: Path, folder: Path, rank: int, port: int) -> None:
    """What one of two processes of verl saves: its rows of every weight, and the mesh that says whose they are."""
    from torch import distributed
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.tensor import Shard, distribute_tensor

    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "RANK": str(rank), "WORLD_SIZE": "2"}
    distributed.init_process_group("gloo")
    mesh = init_device_mesh("cpu", (2,), mesh_dim_names=("fsdp",))
    state = open_network(base, torch.float32).state_dict()
    divided = {name: distribute_tensor(value + 1, mesh, [Shard(0)]) for name, value in state.items()}
    torch.save(divided, folder / f"model_world_size_2_rank_{rank}.pt")
    distributed.destroy_process_group()


def test_parts_of_two_processes_become_the_checkpoint_that_was_divided(
    packs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base, shards, out = packs / "pack-qwen2.5" / "checkpoint", tmp_path / "actor", tmp_path / "merged"
    shards.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    processes = [forked(lambda rank=rank: save_part(base, shards, rank, port)) for rank in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    command = ["merge-shards", str(shards), "--base", str(base), "--out", str(out), "--type", "float32"]
    assert main(command) == 0
    before, after = read_tensors(base), read_tensors(out)
    assert before.keys() == after.keys()
    assert all(torch.equal(after[name], value.float() + 1) for name, value in before.items())
    assert {path.name for path in base.iterdir() if path.suffix != ".safetensors" and ".index." not in path.name} <= {
        path.name for path in out.iterdir()
    }
    assert load_file(out / "model.safetensors").keys() == {
        name for path in base.glob("*.safetensors") for name in load_file(path)
    }
    assert main(command) == 1
    assert "OUTPUT_EXISTS" in capsys.readouterr().err


def test_a_part_that_is_missing_or_runs_code_is_refused(
    packs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(TrainingError, match=r"CHECKPOINT_NOT_FOUND.*holds no model_world_size"):
        part_files(tmp_path)

    class Code:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, (f"touch {tmp_path / 'ran'}",)

    torch.save({"model.norm.weight": Code()}, tmp_path / "model_world_size_2_rank_0.pt")
    with pytest.raises(TrainingError, match=r"CHECKPOINT_INVALID.*rank_1.pt is missing"):
        part_files(tmp_path)
    (tmp_path / "model_world_size_2_rank_1.pt").write_bytes(b"")
    base = packs / "pack-qwen2.5" / "checkpoint"
    assert main(["merge-shards", str(tmp_path), "--base", str(base), "--out", str(tmp_path / "out")]) == 1
    assert "CHECKPOINT_INVALID" in capsys.readouterr().err
    assert not (tmp_path / "ran").exists()
