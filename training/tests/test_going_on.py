"""Going on with a run: with what may change, and never with what makes it another run."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import yaml
from accelerate import PartialState
from safetensors.torch import load_file
from tiny_run import poison, settings, tiny_checkpoint, tiny_trainer
from torch import Tensor

from videomind_training.checkpoints.read_checkpoint import CheckpointPaths
from videomind_training.command_line import main
from videomind_training.data.samples import Sample
from videomind_training.errors import TrainingError
from videomind_training.trainer.devices import DeepSpeedDevices
from videomind_training.trainer.run_folder import RunFolder, SavedState
from videomind_training.trainer.settings import LearningRates


@pytest.fixture(scope="module")
def run(pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., int]:
    """`train grounder` over a finished run of two steps, with entries changed; the exit code."""
    folder = tmp_path_factory.mktemp("run")
    for name in ("grounding.jsonl", "other.jsonl"):
        items = [
            {"video_path": clip, "duration": 24, "query": query, "relevant_windows": [[4, 10]]}
            for clip in ("a.mp4", "b.mp4")
            for query in ("a circle moves", "a square rises" if name == "grounding.jsonl" else "a square falls")
        ]
        (folder / name).write_text("".join(json.dumps(item) + "\n" for item in items))
    prompts = json.loads((pack / "model" / "prompts.json").read_text())
    (folder / "prompts.json").write_text(json.dumps(prompts))
    config = {
        "base": str(pack / "base"),
        "output": "out",
        "lora": {"rank": 4, "alpha": 8},
        "head_width": 32,
        "prompts": "prompts.json",
        "data": {
            "root": str(pack / "videos"),
            "cache": {"folder": str(folder / "cache"), "frames": True},
            "grounder": [{"path": "grounding.jsonl", "form": "grounding"}],
        },
        "trainer": {
            **{"steps": 2, "batch_size": 2, "samples_at_once": 2, "precision": "fp32", "device": "cpu", "workers": 0},
            "learning_rates": {"adapters": 0.0002, "head": 0.0005},
        },
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(config))

    def train(*changes: str) -> int:
        PartialState._reset_state()
        return main(["train", "grounder", "--config", str(path), *(part for each in changes for part in ("--set", each))])

    assert train() == 0
    train.folder = folder
    return train


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("lora.alpha=16", "lora.alpha"),
        ("lora.dropout=0.5", "lora.dropout"),
        ("losses.regression=2", "losses.regression"),
        ("grounder_reply=It is at <|reg|>.", "grounder_reply"),
        ("head_width=64", "head_width"),
        ("prompts=null", "prompts"),
        ("chat_template=template.jinja", "chat_template"),
        ("data.grounder=[{path: other.jsonl, form: grounding}]", "samples"),
        ("trainer.seed=3", "seed"),
        ("trainer.steps=4", "steps"),
        ("roles.grounder.trainer.weight_decay=0.1", "weight_decay"),
    ],
)
def test_a_finished_run_refuses_what_would_have_made_it_another_and_its_result_stays(
    run: Callable[..., int], change: str, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (run.folder / "template.jinja").write_text("{% for m in messages %}{{ m['content'] }}{% endfor %}")
    written = run.folder / "out" / "videomind" / "grounder" / "adapter_config.json"
    before = written.read_bytes()
    assert run(change) == 1
    said = capsys.readouterr().err
    assert f"was begun with another {named}. Set it back" in said
    assert "RESUME_MISMATCH" in said
    assert written.read_bytes() == before


def test_a_run_goes_on_with_what_does_not_change_its_result(run: Callable[..., int]) -> None:
    changes = ("save_every=1", "log_every=1", "keep_checkpoints=1", "workers=1", "samples_at_once=1", "max_bad_share=0.5")
    others = ("data.cache={}", "losses.classification=5.0", "answer_style=choice", "trains_vision=true")
    assert run(*(f"trainer.{each}" for each in changes), *others) == 0


def test_a_finished_run_that_is_started_again_says_so_and_where_its_adapters_are(
    run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run() == 0
    said = capsys.readouterr().err
    assert "grounder: finished before, nothing is left to train. Written to" in said
    assert str(run.folder / "out" / "videomind" / "grounder") in said


def test_a_name_on_the_hub_is_told_how_to_be_fetched(run: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("base=Qwen/Qwen2-VL-2B-Instruct", "output=elsewhere") == 1
    said = capsys.readouterr().err
    assert "CHECKPOINT_NOT_FOUND" in said
    assert "hf download Qwen/Qwen2-VL-2B-Instruct" in said


def test_a_run_whose_samples_were_read_from_a_moved_file_goes_on(run: Callable[..., int]) -> None:
    (run.folder / "moved.jsonl").write_text((run.folder / "grounding.jsonl").read_text())
    assert run("data.grounder=[{path: moved.jsonl, form: grounding}]") == 0


def test_another_content_that_the_trainer_is_told_of_is_named(
    paths: CheckpointPaths, grounding_samples: list[Sample], frame_cache: Path, tmp_path: Path
) -> None:
    def trainer(**content: object) -> object:
        made = tiny_trainer(tiny_checkpoint(paths), grounding_samples, tmp_path, frame_cache, steps=1)
        made.content = content
        return made

    trainer(lora=(1, 2), base="a").run()
    trainer(lora=(1, 2), base="a").run()
    with pytest.raises(TrainingError, match=r"RESUME_MISMATCH.*another base, lora\. Set"):
        trainer(lora=(1, 3), base="b").run()


def test_a_checkpoint_that_kept_fewer_settings_is_refused_with_what_to_do(
    paths: CheckpointPaths, grounding_samples: list[Sample], frame_cache: Path, tmp_path: Path
) -> None:
    def trainer() -> object:
        made = tiny_trainer(tiny_checkpoint(paths), grounding_samples, tmp_path, frame_cache, steps=2)
        made.content = {"lora.alpha": 8}
        return made

    trainer().run()
    state = RunFolder(tmp_path).checkpoints()[-1] / "state.json"
    value = json.loads(state.read_text())
    del value["fingerprint"]["lora.alpha"]
    state.write_text(json.dumps(value))
    with pytest.raises(TrainingError, match=r"RESUME_MISMATCH.*does not say.*lora\.alpha.*new `output`"):
        trainer().run()


@pytest.mark.parametrize(
    "text", ["", '{"step": 2', "[]", '{"step": 2}', '{"step": "2", "fingerprint": 1, "bad": 0, "seen": 0}']
)
def test_a_damaged_state_is_told_with_the_checkpoint_to_remove(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "checkpoints" / "step-00000002"
    folder.mkdir(parents=True)
    (folder / "state.json").write_text(text)
    with pytest.raises(TrainingError, match=r"CHECKPOINT_INVALID.*step-00000002.*Remove it to go on from the one before"):
        RunFolder(tmp_path).newest_state()


def test_a_damaged_optimizer_is_told_with_the_checkpoint_to_remove(tmp_path: Path) -> None:
    files, layer = RunFolder(tmp_path), torch.nn.Linear(2, 2)
    optimizer = torch.optim.AdamW(layer.parameters())
    files.save(SavedState(1, {}, 0, 0), dict(layer.named_parameters()), optimizer)
    (files.checkpoint(1) / "optimizer.pt").write_bytes(b"nothing that was saved")
    with pytest.raises(TrainingError, match=r"CHECKPOINT_INVALID.*Remove it to go on from the one before"):
        files.load(1, dict(layer.named_parameters()), optimizer, torch.device("cpu"))


def test_a_run_that_ended_with_a_loss_that_is_no_number_goes_on_with_lower_rates(
    paths: CheckpointPaths, grounding_samples: list[Sample], frame_cache: Path, tmp_path: Path
) -> None:
    checkpoint = tiny_checkpoint(paths)
    trainer = tiny_trainer(checkpoint, grounding_samples, tmp_path, frame_cache)
    poison(trainer, after=3)
    with pytest.raises(TrainingError, match=r"LOSS_NOT_FINITE.*Lower the learning rates"):
        trainer.run()
    lower = LearningRates(adapters=1e-9, head=1e-9)
    again = tiny_trainer(
        tiny_checkpoint(paths), grounding_samples, tmp_path, frame_cache, learning_rates=lower, max_gradient_norm=0.5
    )
    kept = _weights(tmp_path, 2)
    assert again.run().steps == settings.steps
    # The lower rates count, not those that the checkpoint was written with.
    assert all(torch.allclose(kept[name], value, atol=1e-7) for name, value in _weights(tmp_path, 6).items())


def test_a_rate_that_now_freezes_what_was_trained_is_refused_with_what_to_do(
    paths: CheckpointPaths, grounding_samples: list[Sample], frame_cache: Path, tmp_path: Path
) -> None:
    tiny_trainer(tiny_checkpoint(paths), grounding_samples, tmp_path, frame_cache, steps=1).run()
    frozen = settings.learning_rates.model_copy(update={"head": 0.0})
    again = tiny_trainer(tiny_checkpoint(paths), grounding_samples, tmp_path, frame_cache, steps=1, learning_rates=frozen)
    with pytest.raises(TrainingError, match=r"RESUME_MISMATCH.*learning rates of 0"):
        again.run()


def _weights(folder: Path, step: int) -> dict[str, Tensor]:
    return load_file(RunFolder(folder).checkpoint(step) / "trained.safetensors")


class _Engine:
    """What DeepSpeed's engine tells of a step after it."""

    def __init__(self, norm: float | None) -> None:
        self.norm, self.steps = norm, 0

    def step(self) -> None:
        self.steps += 1

    def get_global_grad_norm(self) -> float | None:
        return self.norm if self.steps else None


@pytest.mark.parametrize(("norm", "told"), [(2.5, 2.5), (None, 0.0), (float("inf"), float("inf"))])
def test_deepspeed_tells_the_norm_of_gradients_once_it_has_stepped(norm: float | None, told: float) -> None:
    devices = object.__new__(DeepSpeedDevices)
    devices.network = _Engine(norm)
    assert devices.clip_gradients({}, 1.0) == 0.0
    assert devices.step(torch.optim.AdamW([torch.zeros(1)])) == told


def test_a_step_whose_gradients_turn_out_not_finite_afterwards_is_kept_in_no_checkpoint(
    paths: CheckpointPaths,
    grounding_samples: list[Sample],
    frame_cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trainer = tiny_trainer(tiny_checkpoint(paths), grounding_samples, tmp_path, frame_cache, save_every=1)
    norms = iter((1.0, float("nan")))
    monkeypatch.setattr("videomind_training.trainer.devices.Devices.step", lambda *_: next(norms))
    with pytest.raises(TrainingError, match=r"LOSS_NOT_FINITE: Step 2: .*gradient norm nan"):
        trainer.run()
    assert [path.name for path in trainer.files.checkpoints()] == ["step-00000001"]
