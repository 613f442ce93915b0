"""Scores in between: by the engine's scorers, the best weights kept, patience at an end."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
import torch
import yaml
from accelerate import PartialState
from safetensors.torch import load_file

from videomind_training.chain.ask import Candidate, Chain
from videomind_training.command_line import main
from videomind_training.data.samples import PlanningSample, VerifyingSample
from videomind_training.errors import TrainingError
from videomind_training.media.video import Video
from videomind_training.prompts.role_words import plan_reply
from videomind_training.validation.engine_scores import engine_scores, scorer_command
from videomind_training.validation.predictions import predict
from videomind_training.validation.validator import Validator

scripted = [sys.executable, str(Path(__file__).with_name("scripted_scorer.py"))]


def test_the_engines_scorers_say_what_the_report_of_a_run_says(tmp_path: Path) -> None:
    lines = [
        {"source": "own", "duration": 10, "query": "a", "span": [[0, 5]], "pred": [[0, 4]], "conf": [0.5]},
        {"source": "own", "duration": 10, "query": "b", "span": [[0, 5]], "pred": [[5, 9]], "conf": [0.5]},
        {"source": "own", "duration": 9, "question": "?", "options": ["red", "blue"], "ans": "A", "response": "(A) red"},
    ]
    scores = engine_scores(lines, tmp_path / "scored", scorer_command())
    assert scores == {"R1@0.3": 50, "R1@0.5": 50, "R1@0.7": 50, "mIoU": 40, "Acc": 100}


def test_a_scorer_that_fails_is_told_with_its_words(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no such scorer") as raised:
        engine_scores([], tmp_path / "scored", [sys.executable, "-c", "import sys; sys.exit('no such scorer')"])
    assert raised.value.code == "SCORER_FAILED"


class Scripted:
    """A chain that says what a test lets it say."""

    def __init__(self, replies: list[str], verdicts: list[bool]) -> None:
        self.replies, self.verdicts = iter(replies), iter(verdicts)

    def plan(self, video: Video, question: str) -> tuple[None, str]:
        return None, next(self.replies)

    def verify(self, video: Video, question: str, candidate: Candidate) -> SimpleNamespace:
        yes = next(self.verdicts)
        return SimpleNamespace(yes_logit=float(yes), no_logit=float(not yes))


def test_planner_and_verifier_are_scored_as_choices_the_way_the_chain_follows_them(pack: Path, tmp_path: Path) -> None:
    clip = pack / "videos" / "a.mp4"
    common = ("own", clip, 24.0, "multimodal")
    plans = [(1, "a circle"), (2, ""), (3, "a square"), (4, "")]
    planning = [PlanningSample(*common, f"What is {route}?", route, query) for route, query in plans]
    right = [plan_reply(each.route, each.query or each.question) for each in planning]
    verifying = [VerifyingSample(*common, "a circle moves", (4.0, 10.0), positive) for positive in (True, False)]
    lines = predict(cast(Chain, Scripted(right, [True, False])), [*planning, *verifying])
    assert [line["response"] == line["ans"] for line in lines] == [True] * 6
    # Answers at once where it should look; no plan at all looks for the question, as the chain does; Yes of everything.
    wrong = [right[3], "I see.", right[2], "I see."]
    lines = predict(cast(Chain, Scripted(wrong, [True, True])), [*planning, *verifying])
    assert [line["response"] == line["ans"] for line in lines] == [False, True, True, False, True, False]
    assert engine_scores(lines, tmp_path / "scored", scorer_command()) == {"Acc": 50}


def validated(folder: Path, figures: list[float], patience: int | None = None) -> Validator:
    """A validator every 2 steps, with the figures of its turns."""
    left = iter(figures)
    return Validator(folder, 2, "mIoU", patience, lambda: {"mIoU": next(left)})


def test_the_best_weights_are_kept_and_taken_and_patience_ends(tmp_path: Path) -> None:
    validator = validated(tmp_path, [40, 60, 60, 55], patience=2)
    weight = {"w": torch.zeros(1)}
    for step in range(1, 9):
        weight["w"].fill_(step)
        if not validator.is_over:
            validator.after_step(step, 100, weight)
    assert [(each.step, each.best) for each in validator.scored] == [(2, True), (4, True), (6, False), (8, False)]
    assert validator.is_over
    assert validator.take_best(weight) == 4
    assert weight["w"].item() == 4


def test_a_run_that_goes_on_from_an_earlier_step_scores_the_same_steps_again(tmp_path: Path) -> None:
    weight = {"w": torch.zeros(1)}
    whole = validated(tmp_path, [40, 60, 50])
    for step in range(1, 7):
        whole.after_step(step, 100, weight)
    log = (tmp_path / "validation.jsonl").read_text()
    again = validated(tmp_path, [60, 50])
    again.rewind(3)
    assert [each.step for each in again.scored] == [2]
    for step in range(4, 7):
        again.after_step(step, 100, weight)
    assert (tmp_path / "validation.jsonl").read_text() == log


def test_training_ends_early_and_writes_the_weights_that_scored_best(pack: Path, tmp_path: Path) -> None:
    items = [
        {"video_path": clip, "duration": 24, "query": query, "relevant_windows": [[4, 10]]}
        for clip in ("a.mp4", "b.mp4")
        for query in ("a circle moves", "a square rises")
    ]
    (tmp_path / "grounding.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items))
    (tmp_path / "held-out.jsonl").write_text(json.dumps(items[0]) + "\n")
    (tmp_path / "prompts.json").write_text((pack / "model" / "prompts.json").read_text())
    file = {"path": "grounding.jsonl", "form": "grounding"}
    config = {
        **{"base": str(pack / "base"), "output": "out", "lora": {"rank": 4, "alpha": 8}, "head_width": 32},
        **{"prompts": "prompts.json", "saved_type": "float32"},
        "data": {"root": str(pack / "videos"), "grounder": [file]},
        # Its figures fall from the second on.
        "validation": {"every": 1, "patience": 1, "scorer": scripted, "grounder": [{**file, "path": "held-out.jsonl"}]},
        "trainer": {"steps": 4, "batch_size": 2, "precision": "fp32", "device": "cpu", "workers": 0},
    }
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(config))
    PartialState._reset_state()
    assert main(["train", "grounder", "--config", str(path)]) == 0
    run = tmp_path / "out" / "runs" / "grounder"
    scored = [json.loads(line) for line in (run / "validation.jsonl").read_text().splitlines()]
    assert [(each["step"], each["best"]) for each in scored] == [(1, True), (2, False)]
    assert json.loads((run / "finished.json").read_text())["steps"] == 2
    best = load_file(run / "best" / "trained.safetensors")
    last = load_file(run / "checkpoints" / "step-00000002" / "trained.safetensors")
    assert any(not torch.equal(best[name], last[name]) for name in best)
    written = load_file(tmp_path / "out" / "videomind" / "grounder" / "adapter_model.safetensors")
    kept = [value for name, value in best.items() if "lora" in name]
    assert all(any(torch.equal(value, tensor) for tensor in written.values()) for value in kept)
