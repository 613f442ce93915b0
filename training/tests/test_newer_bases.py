"""The chain of roles on Qwen2.5-VL and Qwen3-VL bases: trained by its command, imported and asked by the engine."""

import json
import shutil
from pathlib import Path

import pytest
import torch
import yaml
from accelerate import PartialState
from asked_engine import compare_rounded, compare_with_trace, engine
from safetensors.torch import load_file
from tokenizers import AddedToken, Tokenizer

from videomind_training.chain.ask import Chain
from videomind_training.checkpoints.read_checkpoint import CheckpointPaths, open_checkpoint
from videomind_training.command_line import main
from videomind_training.media.video import probe_video
from videomind_training.network.base_family import base_family
from videomind_training.network.positions import rotary_positions

steps = 12


def base_with_words(pack: Path, folder: Path) -> Path:
    """A pack's base whose tokenizer has the verifier's two words, as published ones do."""
    base = shutil.copytree(pack / "checkpoint", folder / "base")
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.add_tokens([AddedToken(word, normalized=False) for word in ("Yes", "No")])
    tokenizer.save(str(base / "tokenizer.json"))
    return base


def write_data(folder: Path) -> None:
    """A few annotations for each role, all alike, so that a few steps teach what has to be said."""
    common = [{"video_path": name, "duration": 24} for name in ("a.mp4", "b.mp4")]
    grounding = [each | {"query": "a circle moves", "relevant_windows": [[4, 10]]} for each in common]
    planning = [each | {"question": "When does a circle move?", "route": 2} for each in common]
    answers = {"answer": "red", "options": ["red", "blue"], "ans": "A", "span": [[4, 10]], "question": "Which colour?"}
    answering = [each | answers for each in common]
    for name, items in (("grounding", grounding), ("planning", planning), ("answering", answering)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items))


def train(pack: Path, videos: Path, folder: Path) -> CheckpointPaths:
    """Trains all roles on a pack's base for a few steps."""
    base = base_with_words(pack, folder)
    write_data(folder)
    role = {"path": "grounding.jsonl", "form": "grounding"}
    budget = {"fps": 1.0, "maxFrames": 8, "minTokens": 4, "maxTokens": 16}
    prompts = json.loads((videos.parent / "model" / "prompts.json").read_text())
    prompts["budgets"] = dict.fromkeys(prompts["budgets"], budget)
    (folder / "prompts.json").write_text(json.dumps(prompts))
    config = {
        **{"base": str(base), "output": "out", "prompts": "prompts.json", "lora": {"rank": 4, "alpha": 8}, "head_width": 32},
        "grounder_reply": "It is <|reg|>",
        "data": {
            "root": str(videos),
            "cache": {"folder": "cache", "frames": True},
            "planner": [{"path": "planning.jsonl", "form": "planning"}],
            "grounder": [role],
            "answerer": [{"path": "answering.jsonl", "form": "answering-crop"}],
        },
        "verification": {"files": [role], "most": 2},
        "trainer": {
            **{"steps": steps, "batch_size": 2, "samples_at_once": 2, "precision": "fp32", "device": "cpu", "workers": 0},
            "learning_rates": {"adapters": 0.01, "head": 0.0005},
        },
        "roles": {"verifier": {"trainer": {"steps": 2}}, "answerer": {"trainer": {"steps": 4}}},
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    PartialState._reset_state()
    torch.manual_seed(1)
    assert main(["train", "chain", "--config", str(folder / "config.yaml")]) == 0
    return CheckpointPaths(base, folder / "out" / "videomind")


@pytest.mark.parametrize(("pack_name", "family"), [("pack-qwen2.5", "qwen2_5_vl"), ("pack-qwen3", "qwen3_vl")])
def test_the_engine_says_what_a_chain_on_a_newer_base_says_in_pytorch(
    packs: Path, pack: Path, pack_name: str, family: str, tmp_path: Path
) -> None:
    paths = train(packs / pack_name, pack / "videos", tmp_path)
    assert json.loads((paths.videomind / "config.json").read_text())["model_type"] == f"agent_{family}"
    video, question = pack / "videos" / "a.mp4", "When does a circle move?"

    def in_engine(precision: str) -> dict:
        package, trace = tmp_path / precision, tmp_path / f"{precision}.json"
        engine("import", "--base", paths.base, "--adapters", paths.videomind, "--out", package, "--precision", precision)
        choices = ["--option", "red", "--option", "blue", "--max-tokens", 16]
        engine("ask", video, question, "--model", package, *choices, "--trace", trace, "--json")
        return json.loads(trace.read_text())

    trace = in_engine("fp32")
    chain = Chain(open_checkpoint(paths), max_new_tokens=16)
    assert chain.roles == ("planner", "grounder", "verifier", "answerer")
    answer = chain.ask(probe_video(video), question, ["red", "blue"])
    assert trace["grounder"]["inputIds"] == answer.grounding.shown.prompt.token_ids.tolist()
    marked = [each["inputIds"] for each in trace["verifier"]["candidates"]]
    assert marked == [each.shown.prompt.token_ids.tolist() for each in answer.judgements]
    compare_with_trace(answer, trace)
    compare_rounded(in_engine("int8"), trace)


@pytest.mark.parametrize("pack_name", ["pack-qwen2.5", "pack-qwen3"])
def test_positions_are_those_of_the_reference(packs: Path, pack_name: str) -> None:
    checkpoint, expected = packs / pack_name / "checkpoint", packs / pack_name / "expected"
    config = json.loads((checkpoint / "config.json").read_text())
    family = base_family(config, checkpoint)
    runs = json.loads((expected / "runs.json").read_text())
    for file in sorted(expected.glob("[0-9].safetensors")):
        run, tensors = runs[int(file.stem)], load_file(file)
        pair_sec = tuple(run.get("secondPerGrid", 1.0) * pair for pair in range(run["gridTHW"][0]))
        ids = (config["vision_start_token_id"], config["video_token_id"])
        found, delta = rotary_positions(run["inputIds"], tuple(run["gridTHW"]), *ids, family, pair_sec)
        wanted = tensors.get("positionIdsFraction", tensors["positionIds"])
        assert torch.equal(found, wanted.view(3, -1).long())
        assert delta == run.get("fraction", run)["ropeDelta"]
