"""The training loop: going on after a kill, several processes, precision, losses that are no numbers."""

import multiprocessing
import os
import resource
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from tiny_run import poison, settings, tiny_checkpoint, tiny_trainer
from torch import Tensor

from videomind_training.checkpoints.read_checkpoint import CheckpointPaths
from videomind_training.data.samples import GroundingSample, Sample
from videomind_training.errors import TrainingError
from videomind_training.trainer.parameters import rate_factor, trained_parameters
from videomind_training.trainer.run_folder import RunFolder

forked = multiprocessing.get_context("fork")


def weights_of(folder: Path) -> dict[str, Tensor]:
    from safetensors.torch import load_file

    return load_file(RunFolder(folder).checkpoints()[-1] / "trained.safetensors")


def in_process(run: Callable[[], object]) -> int:
    process = forked.Process(target=run)
    process.start()
    process.join()
    return process.exitcode


def test_a_run_that_is_killed_twice_ends_with_the_same_losses_and_weights(
    paths: CheckpointPaths, grounding_samples: list[Sample], frame_cache: Path, tmp_path: Path
) -> None:
    checkpoint = tiny_checkpoint(paths, dropout=0.1)

    def run(name: str, kill_at: int | None = None) -> None:
        tiny_trainer(checkpoint, grounding_samples, tmp_path / name, frame_cache, kill_at).run()

    assert in_process(lambda: run("whole")) == 0
    assert in_process(lambda: run("killed", 1)) == -9  # before the first checkpoint
    assert in_process(lambda: run("killed", 3)) == -9
    assert in_process(lambda: run("killed", 4)) == -9  # just after one
    assert in_process(lambda: run("killed")) == 0
    assert (tmp_path / "killed/losses.jsonl").read_text() == (tmp_path / "whole/losses.jsonl").read_text()
    whole, killed = weights_of(tmp_path / "whole"), weights_of(tmp_path / "killed")
    assert all(torch.equal(whole[name], killed[name]) for name in whole)
    assert len(RunFolder(tmp_path / "killed").checkpoints()) == settings.keep_checkpoints


def test_two_processes_see_the_losses_of_one(
    paths: CheckpointPaths, grounding_samples: list[Sample], frame_cache: Path, tmp_path: Path
) -> None:
    checkpoint = tiny_checkpoint(paths)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])

    def run(name: str, rank: int, world: int) -> None:
        if world > 1:
            place = {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(world)}
            os.environ.update(place, MASTER_ADDR="127.0.0.1", MASTER_PORT=port, ACCELERATE_USE_CPU="1")
        tiny_trainer(checkpoint, grounding_samples, tmp_path / name, frame_cache, steps=4).run()

    assert in_process(lambda: run("one", 0, 1)) == 0
    processes = [forked.Process(target=run, args=("two", rank, 2)) for rank in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    one, two = RunFolder(tmp_path / "one").read_losses(), RunFolder(tmp_path / "two").read_losses()
    assert len(one) == 4
    for row, other in zip(one, two, strict=True):
        assert other == pytest.approx(row, rel=1e-5, abs=1e-6)
    weights, others = weights_of(tmp_path / "one"), weights_of(tmp_path / "two")
    for name, value in weights.items():
        # Adam makes much of gradients that are nothing but rounding, so whole tensors are compared.
        assert (others[name] - value).norm() <= 1e-3 * value.norm() + 1e-4, name


def test_training_teaches_and_leaves_the_base_alone(
    paths: CheckpointPaths, grounding_samples: list[Sample], frame_cache: Path, tmp_path: Path
) -> None:
    checkpoint = tiny_checkpoint(paths)
    frozen = {name: value.clone() for name, value in checkpoint.network.named_parameters() if not value.requires_grad}
    trainer = tiny_trainer(checkpoint, grounding_samples, tmp_path, frame_cache, steps=8, gradient_checkpointing=True)
    trainer.run()
    losses = trainer.files.read_losses()
    assert losses[-1]["total"] < losses[0]["total"] * 0.9
    assert all(torch.equal(value, dict(checkpoint.network.named_parameters())[name]) for name, value in frozen.items())


def test_bf16_follows_fp32(
    paths: CheckpointPaths, grounding_samples: list[Sample], frame_cache: Path, tmp_path: Path
) -> None:
    totals = []
    for precision in ("fp32", "bf16"):
        checkpoint = tiny_checkpoint(paths)
        trainer = tiny_trainer(
            checkpoint, grounding_samples, tmp_path / precision, frame_cache, steps=2, precision=precision
        )
        totals.append(trainer.run().losses["total"])
    assert totals[1] == pytest.approx(totals[0], rel=0.02)
    assert all(value.dtype == torch.float32 for value in trained_parameters(checkpoint.network).values())


def test_a_loss_that_is_no_number_ends_the_run_with_whole_checkpoints(
    paths: CheckpointPaths, grounding_samples: list[Sample], frame_cache: Path, tmp_path: Path
) -> None:
    checkpoint = tiny_checkpoint(paths)
    trainer = tiny_trainer(checkpoint, grounding_samples, tmp_path, frame_cache)
    poison(trainer, after=3)
    with pytest.raises(TrainingError, match=r"LOSS_NOT_FINITE: Step 4: .*samples .*mp4.*Lower the learning rates"):
        trainer.run()
    assert [path.name for path in trainer.files.checkpoints()] == ["step-00000002"]
    assert all(bool(value.isfinite().all()) for value in weights_of(tmp_path).values())


def test_a_full_disk_ends_the_run_with_the_former_checkpoint_whole(
    paths: CheckpointPaths, grounding_samples: list[Sample], frame_cache: Path, tmp_path: Path
) -> None:
    checkpoint = tiny_checkpoint(paths)

    def run(room: bool) -> None:
        trainer = tiny_trainer(checkpoint, grounding_samples, tmp_path / "run", frame_cache)

        def fill_the_disk(done: int) -> None:
            if done == 3 and not room:
                resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

        trainer.on_step = fill_the_disk
        try:
            trainer.run()
        except TrainingError as error:
            os._exit(7 if error.code == "DISK_FULL" and "goes on from the last checkpoint" in error.remedy else 8)

    assert in_process(lambda: run(room=False)) == 7
    files = RunFolder(tmp_path / "run")
    assert [path.name for path in (tmp_path / "run" / "checkpoints").iterdir()] == ["step-00000002"]
    assert weights_of(tmp_path / "run")
    assert in_process(lambda: run(room=True)) == 0
    assert files.finished


def test_a_sample_that_does_not_decode_is_counted_and_left_out(
    paths: CheckpointPaths, grounding_samples: list[Sample], frame_cache: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")
    bad = GroundingSample("broken", broken, 24.0, "grounding", "nothing", ((0, 1),))
    checkpoint = tiny_checkpoint(paths)
    samples = [*grounding_samples[:3], bad]
    lenient = tiny_trainer(checkpoint, samples, tmp_path / "lenient", frame_cache, steps=2, max_bad_share=0.5)
    report = lenient.run()
    assert (report.samples, report.bad) == (8, 2)
    assert "broken.mp4 cannot be decoded" in lenient.files.bad_path.read_text()
    strict = tiny_trainer(checkpoint, samples, tmp_path / "strict", frame_cache, steps=2)
    with pytest.raises(TrainingError, match=r"VIDEO_DECODE_FAILED.*max_bad_share"):
        strict.run()


def test_a_run_is_not_gone_on_with_under_other_settings(
    paths: CheckpointPaths, grounding_samples: list[Sample], frame_cache: Path, tmp_path: Path
) -> None:
    checkpoint = tiny_checkpoint(paths)
    tiny_trainer(checkpoint, grounding_samples, tmp_path, frame_cache, steps=2).run()
    with pytest.raises(TrainingError, match=r"RESUME_MISMATCH.*another seed"):
        tiny_trainer(checkpoint, grounding_samples, tmp_path, frame_cache, steps=2, seed=5).run()


def test_rates_rise_and_fall() -> None:
    own = settings.model_copy(update={"warmup_share": 0.2})
    factors = [rate_factor(step, 10, own) for step in range(10)]
    assert factors[:3] == [0.5, 1.0, 1.0]
    assert factors[2:] == sorted(factors[2:], reverse=True)
    assert 0 < factors[-1] < 0.1
