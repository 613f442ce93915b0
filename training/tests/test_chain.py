"""The whole chain against what the reference computed, for every ask of both packs."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from videomind_training.chain.ask import Chain, Shown
from videomind_training.chain.candidates import Candidate, settle_bounds
from videomind_training.checkpoints.read_checkpoint import CheckpointPaths, open_checkpoint
from videomind_training.media.video import probe_video
from videomind_training.network.generation import prefill
from videomind_training.network.patches import patches_of

fixtures = Path(__file__).parents[2] / "native-models" / "fixtures"
tolerance = 1e-4


@pytest.fixture(scope="module", params=["pack-2b", "pack-7b"])
def pack(request: pytest.FixtureRequest) -> tuple[Path, Chain, list[dict]]:
    """A pack's folder, its chain and what the reference did with it."""
    folder = fixtures / request.param
    checkpoint = open_checkpoint(CheckpointPaths(folder / "base", folder / "model"))
    return folder, Chain(checkpoint), json.loads((folder / "expected" / "runs.json").read_text())


def test_all_asks_are_answered_as_by_the_reference(pack: tuple[Path, Chain, list[dict]]) -> None:
    folder, chain, runs = pack
    for run in runs:
        ask = run["ask"]
        video = probe_video(folder / "videos" / ask["video"])
        assert (video.frames, video.fps) == (run["totalFrames"], run["fps"])
        answer = chain.ask(video, ask["question"], ask["options"], answers="answerer" in run)
        assert answer.plan_reply == run["planner"]["response"]
        assert (answer.plan.query, answer.plan.grounding) == (run["planner"]["query"], run["planner"]["grounding"])
        if "grounder" in run:
            _check_grounding(answer.grounding, run["grounder"])
        if "verifier" in run:
            for judgement, expected in zip(answer.judgements, run["verifier"]["candidates"], strict=True):
                _check_shown(judgement.shown, expected)
                assert judgement.window == pytest.approx(expected["window"], abs=tolerance)
                assert judgement.yes_logit == pytest.approx(expected["yesLogit"], abs=tolerance)
                assert judgement.no_logit == pytest.approx(expected["noLogit"], abs=tolerance)
                assert judgement.score == pytest.approx(expected["score"], abs=tolerance)
        if "answerer" in run:
            assert answer.span == pytest.approx(run["answerer"]["span"], abs=tolerance)
            assert answer.text == run["answerer"]["response"]


def test_the_grounders_confidence_counts_where_a_checkpoint_wants_it(
    pack: tuple[Path, Chain, list[dict]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, chain, runs = pack
    video = probe_video(folder / "videos" / runs[0]["ask"]["video"])
    candidate = Candidate((1.0, 3.0), 0.25)
    alone = chain.verify(video, "Which shape moves?", candidate)
    weighed = chain.writer.prompts.model_copy(update={"confidenceWeight": 2.0})
    monkeypatch.setattr(chain, "writer", replace(chain.writer, prompts=weighed))
    together = chain.verify(video, "Which shape moves?", candidate)
    assert math.log(together.score / (1 - together.score)) == pytest.approx(
        math.log(alone.score / (1 - alone.score)) + 0.5, abs=tolerance
    )


def test_bounds_are_settled_between_candidates_of_the_same_moment() -> None:
    # Log odds 1, 0.5, 1 and 0: weights exp(0), exp(-1), none (another moment) and none (too little in common).
    ranked = [
        Candidate((10.0, 20.0), 0.9, _score(1.0)),
        Candidate((11.0, 22.0), 0.8, _score(0.5)),
        Candidate((40.0, 50.0), 0.7, _score(0.25)),
        Candidate((16.0, 30.0), 0.6, _score(0.0)),
    ]
    settled = settle_bounds(ranked, 2.0)
    weight = math.exp(-1) / (1 + math.exp(-1))
    assert settled[0].span == pytest.approx((10 + weight, 20 + 2 * weight))
    assert (settled[0].score, settled[0].confidence) == (ranked[0].score, 0.9)
    assert settled[1:] == ranked[1:]
    assert settle_bounds(ranked, 0.0) == ranked
    assert settle_bounds([], 4.0) == []


def _score(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


def test_layers_of_the_first_ask_are_the_references(pack: tuple[Path, Chain, list[dict]]) -> None:
    folder, chain, runs = pack
    video = probe_video(folder / "videos" / runs[0]["ask"]["video"])
    grounding = chain.ground(video, runs[0]["planner"]["query"])
    expected = load_file(folder / "expected" / "0-grounder.safetensors")
    shown = grounding.shown
    frames = shown.prompt.clip.frames
    assert (frames.int() - expected["frames"].int()).abs().max() <= 1
    rows = len(expected["firstPatch"])
    found = patches_of(frames, chain.network.normalization).values[:rows]
    assert (found - expected["firstPatch"]).abs().max() < 0.03  # a byte's rounding of one pixel
    assert torch.equal(shown.prompt.positions.int(), expected["positionIds"])
    assert shown.prompt.rope_delta == int(expected["ropeDelta"])
    features = chain.network.encode([shown.prompt.clip])[0]
    assert (features - expected["visionFeatures"]).abs().max() < tolerance
    chain.network.speak_as("grounder")
    read = prefill(chain.network, shown.prompt)
    assert (read.states - expected["preNormState"]).abs().max() < tolerance
    assert (read.last_logits - expected["lastLogits"]).abs().max() < tolerance


def _check_grounding(grounding: object, expected: dict) -> None:
    _check_shown(grounding.shown, expected)
    assert grounding.reply.token_ids == expected["outputIds"]
    assert torch.allclose(grounding.rows, torch.tensor(expected["rows"]).view(-1, 3), atol=tolerance)
    assert torch.allclose(grounding.saliency, torch.tensor(expected["saliency"]), atol=tolerance)
    spans = [candidate.span for candidate in grounding.candidates]
    assert torch.allclose(torch.tensor(spans), torch.tensor(expected["pred"]), atol=1e-3)


def _check_shown(shown: Shown, expected: dict) -> None:
    assert list(shown.plan.indices) == expected["frameIndices"]
    assert [shown.plan.height, shown.plan.width] == expected["frameSize"]
    assert list(shown.prompt.clip.grid) == expected["gridTHW"]
    assert shown.text == expected["text"]
    assert shown.prompt.token_ids.tolist() == expected["inputIds"]
