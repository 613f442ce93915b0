"""The whole chain trained from the command line, then imported and asked by the engine."""

import json
from pathlib import Path

import pytest
import torch
import yaml
from accelerate import PartialState
from asked_engine import compare_with_trace, engine
from safetensors.torch import load_file
from torch import Tensor

from videomind_training.chain.ask import Chain
from videomind_training.checkpoints.read_checkpoint import CheckpointPaths, open_checkpoint
from videomind_training.command_line import main
from videomind_training.media.video import probe_video

options = ["red", "blue"]


def write_lines(path: Path, items: list[dict]) -> None:
    path.write_text("".join(json.dumps(item) + "\n" for item in items))


@pytest.fixture(scope="module")
def trained(pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of `train chain` that goes on from a published checkpoint: its planner comes along, grounder and
    verifier are trained further, an answerer is new."""
    folder = tmp_path_factory.mktemp("chain")
    common = [{"video_path": name, "duration": 24} for name in ("a.mp4", "b.mp4")]
    queries = ["a circle moves", "a square rises"]
    grounding = [each | {"query": query, "relevant_windows": [[4, 10]]} for each in common for query in queries]
    write_lines(folder / "grounding.jsonl", grounding)
    answers = {"answer": "red", "options": options, "ans": "A", "span": [[4, 10]]}
    write_lines(folder / "answering.jsonl", [each | answers | {"question": query} for each in common for query in queries])
    config = {
        "base": str(pack / "base"),
        "videomind": str(pack / "model"),
        "output": "out",
        "grounder_reply": "The moment is at <|reg|>.",
        "lora": {"rank": 4, "alpha": 8},
        "data": {
            "root": str(pack / "videos"),
            "cache": {"folder": "cache", "frames": True},
            "grounder": [{"path": "grounding.jsonl", "form": "grounding"}],
            "answerer": [{"path": "answering.jsonl", "form": "answering-crop"}],
        },
        "verification": {"files": [{"path": "grounding.jsonl", "form": "grounding"}], "most": 2},
        "trainer": {
            **{"steps": 3, "batch_size": 2, "samples_at_once": 2, "precision": "fp32", "device": "cpu", "workers": 0},
            "learning_rates": {"adapters": 0.0002, "head": 0.0005},
        },
        "roles": {"answerer": {"trainer": {"learning_rates": {"adapters": 0.005}, "precision": "bf16"}}},
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    PartialState._reset_state()
    assert main(["train", "chain", "--config", str(folder / "config.yaml")]) == 0
    return folder


def test_output_has_the_published_layout(trained: Path, pack: Path) -> None:
    videomind = trained / "out" / "videomind"
    published = {path.relative_to(pack / "model").as_posix() for path in (pack / "model").rglob("*") if path.is_file()}
    written = {path.relative_to(videomind).as_posix() for path in videomind.rglob("*") if path.is_file()}
    assert written == published | {"answerer/adapter_config.json", "answerer/adapter_model.safetensors"}
    own, other = (json.loads((folder / "config.json").read_text()) for folder in (videomind, pack / "model"))
    for name in ("model_type", "architectures", "role", "reg_token_id", "seg_s_token_id", "seg_e_token_id", "vocab_size"):
        assert own[name] == other[name]
    assert (videomind / own["base_model_path"]).resolve() == pack / "base"
    tokens = [json.loads((folder / "added_tokens.json").read_text()) for folder in (videomind, pack / "model")]
    assert tokens[0] == tokens[1]
    prompts = [json.loads((folder / "prompts.json").read_text()) for folder in (videomind, pack / "model")]
    assert prompts[0]["prompts"].items() >= prompts[1]["prompts"].items()
    assert prompts[0]["budgets"] == prompts[1]["budgets"]


def test_a_published_role_was_trained_further_and_another_came_along(trained: Path, pack: Path) -> None:
    def weights(folder: Path, role: str) -> dict[str, Tensor]:
        return load_file(folder / role / "adapter_model.safetensors")

    videomind = trained / "out" / "videomind"
    for role, changes in (("planner", False), ("grounder", True), ("verifier", True)):
        before, after = weights(pack / "model", role), weights(videomind, role)
        assert before.keys() == after.keys()
        assert any(not torch.equal(before[name], after[name]) for name in before) is changes


def test_the_grounders_guesses_became_the_verifiers_data(trained: Path) -> None:
    items = json.loads((trained / "out" / "verification" / "grounding.json").read_text())
    assert len(items) == 2
    assert all(1 <= len(item["pred"]) <= 5 and item["span"] == [[4, 10]] for item in items)


def test_a_finished_chain_is_not_trained_again(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "chain", "--config", str(trained / "config.yaml")]) == 0
    assert capsys.readouterr().err.count("finished before") == 3


def test_the_base_is_trained_with_workers_and_written_in_hugging_face_form(trained: Path, pack: Path) -> None:
    changed = [
        "videomind=null",
        "output=based",
        "trains_vision=true",
        "trainer.steps=2",
        "trainer.workers=1",
        "trainer.learning_rates={base: 0.001, vision: 0.001}",
        f"prompts={pack / 'model' / 'prompts.json'}",
        "data.base=[{path: answering.jsonl, form: answering}]",
    ]
    arguments = ["train", "base", "--config", str(trained / "config.yaml")]
    assert main([*arguments, *(part for value in changed for part in ("--set", value))]) == 0
    before = {name: value for path in (pack / "base").glob("*.safetensors") for name, value in load_file(path).items()}
    after = load_file(trained / "based" / "base" / "model.safetensors")
    assert after.keys() == before.keys()
    changed_names = {name for name in after if not torch.equal(after[name], before[name])}
    assert {"visual.patch_embed.proj.weight", "model.layers.0.mlp.up_proj.weight"} <= changed_names
    assert open_checkpoint(CheckpointPaths(trained / "based" / "base")).roles == ()


def test_a_bad_line_or_a_missing_file_ends_a_command_with_what_to_do(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (trained / "broken.jsonl").write_text('{"query": "q"\n')
    files = "data.grounder=[{path: broken.jsonl, form: grounding}]"
    arguments = ["train", "grounder", "--config", str(trained / "config.yaml"), "--set", "output=other", "--set", files]
    assert main(arguments) == 1
    assert "ANNOTATIONS_INVALID: broken.jsonl:1 is not JSON" in capsys.readouterr().err
    assert "broken.jsonl:1" in (trained / "other" / "runs" / "grounder" / "bad-samples.jsonl").read_text()
    assert main(["train", "grounder", "--config", "none.yaml"]) == 1
    assert "CONFIG_INVALID" in capsys.readouterr().err


def test_the_engine_says_what_the_trained_chain_says_in_pytorch(trained: Path, pack: Path, tmp_path: Path) -> None:
    paths = CheckpointPaths(pack / "base", trained / "out" / "videomind")
    package, trace = tmp_path / "package", tmp_path / "trace.json"
    engine("import", "--base", paths.base, "--adapters", paths.videomind, "--out", package, "--precision", "fp32")
    question = "Which shape moves to the right?"
    video = pack / "videos" / "a.mp4"
    choices = [part for option in options for part in ("--option", option)]
    engine("ask", video, question, "--model", package, *choices, "--trace", trace, "--json")
    chain = Chain(open_checkpoint(paths))
    compare_with_trace(chain.ask(probe_video(video), question, options), json.loads(trace.read_text()))
