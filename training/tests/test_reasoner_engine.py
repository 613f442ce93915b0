"""A trained reasoner says in the app what it says in PyTorch."""

import json
from pathlib import Path

import pytest
import torch
from asked_engine import engine
from tiny_reasoner import films, instructions, tiny_config

from videomind_training.reasoner.configuration import ReasonerConfig
from videomind_training.reasoner.learning.network import open_network
from videomind_training.reasoner.learning.sft import train_sft
from videomind_training.reasoner.shown.clip import ClipReader
from videomind_training.reasoner.shown.frame_rule import ReasonerBudget
from videomind_training.reasoner.shown.prompt import PromptMaker, network_inputs
from videomind_training.reasoner.shown.words import question_text, read_instructions
from videomind_training.world.reasoned_films import write_reasoned_split

most_tokens = 32


def said_in_pytorch(model: Path, lines: list[dict], folder: Path) -> list[tuple[str, int]]:
    """Replies to questions, and how many tokens each has, its end included."""
    maker, network = PromptMaker(model), open_network(model, torch.float32).eval()
    reader, words = ClipReader(maker.family, ReasonerBudget()), read_instructions(model)
    said = []
    for line in lines:
        asked = question_text(line["question"], tuple(line.get("options", ())), words)
        prompt = maker.prompt(asked, reader.read(folder / line["video_path"]))
        inputs = network_inputs([prompt], maker.family, maker.pad_id, left=True)
        ids = network.generate(**inputs, max_new_tokens=most_tokens, do_sample=False, repetition_penalty=1.0)
        reply = ids[0, len(prompt.ids) :].tolist()
        ends = maker.end_id in reply
        length = reply.index(maker.end_id) if ends else len(reply)
        said.append((maker.tokenizer.decode(reply[:length], skip_special_tokens=True), length + ends))
    return said


def said_in_app(package: Path, batch: Path, answers: Path) -> list[tuple[str, int]]:
    """The same by the engine, from a package."""
    limits = ["--temperature", 0, "--max-tokens", most_tokens]
    engine("ask", "--batch", batch, "--model", package, "--out", answers, *limits)
    records = {line["id"]: line["record"] for line in map(json.loads, answers.read_text("utf-8").splitlines())}
    in_app = [records[str(number)] for number in range(1, 21)]
    return [(each["response"], each["tokens"]["reasoner"]["generated"]) for each in in_app]


@pytest.mark.parametrize("pack_name", ["pack-qwen2.5", "pack-qwen3"])
def test_the_app_answers_as_pytorch_does_merged_and_as_adapter(packs: Path, pack_name: str, tmp_path: Path) -> None:
    learnt = films(tmp_path / "films", 12)
    held = write_reasoned_split(learnt.parent, "held-out", 7)
    config = tiny_config(packs / pack_name, learnt, tmp_path / "out", steps=16, batch_size=12, samples_at_once=12)
    train_sft(ReasonerConfig.model_validate({**config.model_dump(), "lora": {"rank": 8, "alpha": 16}}))
    model, package = tmp_path / "out" / "model", tmp_path / "package"
    assert read_instructions(model) == read_instructions(instructions)
    lines = [json.loads(line) for line in held.read_text("utf-8").splitlines()][:20]
    asked = [
        {"video": str(held.parent / line["video_path"]), "question": line["question"], "options": line.get("options")}
        for line in lines
    ]
    batch = tmp_path / "questions.jsonl"
    text = "".join(json.dumps({name: value for name, value in each.items() if value}) + "\n" for each in asked)
    batch.write_text(text, encoding="utf-8")
    engine("import", "--base", model, "--out", package, "--precision", "fp32")
    said = said_in_pytorch(model, lines, held.parent)
    assert said_in_app(package, batch, tmp_path / "answers.jsonl") == said
    assert len({reply for reply, _ in said}) > 1
    adapted = tmp_path / "adapted"
    alone = ["--base", config.base, "--adapters", tmp_path / "out" / "adapter"]
    engine("import", *alone, "--out", adapted, "--precision", "fp32")
    assert said_in_app(adapted, batch, tmp_path / "adapted.jsonl") == said
