"""What a reasoner is shown, against the numbers of the reference (native-models/fixtures)."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from videomind_training.errors import TrainingError
from videomind_training.reasoner.learning.network import open_network
from videomind_training.reasoner.shown.clip import ClipReader
from videomind_training.reasoner.shown.frame_rule import ReasonerBudget, choose_frames, processor_size, reader_size
from videomind_training.reasoner.shown.positions import timed_positions
from videomind_training.reasoner.shown.prompt import PromptMaker, network_inputs

reasoner_packs = ["pack-qwen2.5", "pack-qwen3"]


def tables(packs: Path, name: str) -> dict[str, list[dict]]:
    return json.loads((packs / name / "expected" / "tables.json").read_text("utf-8"))


@pytest.mark.parametrize("name", reasoner_packs)
def test_frames_are_chosen_as_the_reader_does(packs: Path, name: str) -> None:
    checked = 0
    for row in tables(packs, name)["sampleFrames"]:
        if row["startSec"] is not None or row["endSec"] is not None:
            continue
        budget = ReasonerBudget(row["sampleFps"], row["minFrames"] or 4, row["maxFrames"] or 768)
        if "error" in row["result"]:
            with pytest.raises(TrainingError, match="VIDEO_TOO_SHORT"):
                choose_frames(row["totalFrames"], row["fps"], budget)
        else:
            chosen = choose_frames(row["totalFrames"], row["fps"], budget)
            assert list(chosen.indices) == row["result"]["indices"], row
            assert chosen.effective_fps == pytest.approx(row["result"]["sampleFps"], rel=1e-9)
        checked += 1
    assert checked > 20


@pytest.mark.parametrize("name", reasoner_packs)
def test_frames_get_the_size_that_reader_and_processor_give_them(packs: Path, name: str) -> None:
    found = tables(packs, name)
    checked = 0
    for row in found["frameResize"]:
        if row["imagePatchSize"] != 14 or isinstance(row["result"], dict):
            continue
        budget = ReasonerBudget(min_pixels=row["minPixels"] or 128 * 28**2, max_pixels=row["maxPixels"] or 768 * 28**2)
        if 0 in row["result"]:
            continue
        assert list(reader_size(row["height"], row["width"], row["frames"], budget)) == row["result"], row
        checked += 1
    for row in found["videoResize"]:
        if isinstance(row["result"], dict) or 0 in row["result"]:
            continue
        frames = row["frames"] if name == "pack-qwen3" else 1
        area = (row["shortestEdge"], row["longestEdge"])
        assert list(processor_size(row["height"], row["width"], row["factor"], area, frames)) == row["result"], row
        checked += 1
    assert checked > 100


@pytest.mark.parametrize("name", reasoner_packs)
def test_prompts_and_replies_are_those_of_the_reference(packs: Path, name: str) -> None:
    folder = packs / name
    facts = json.loads((folder / "pack.json").read_text("utf-8"))["budget"]
    maker = PromptMaker(folder / "checkpoint")
    network = open_network(folder / "checkpoint", dtype=torch.float32).eval()
    for run in json.loads((folder / "expected" / "runs.json").read_text("utf-8")):
        ask = run["ask"]
        if ask["video"] is None or "imagePatchSize" in ask:
            continue
        budget = ReasonerBudget(
            ask.get("fps", facts["fps"]),
            4,
            ask.get("maxFrames", facts["maxFrames"]),
            ask.get("minPixels", facts["minPixels"]),
            ask.get("maxPixels", facts["maxPixels"]),
        )
        clip = ClipReader(maker.family, budget).read(folder / "videos" / ask["video"])
        prompt = maker.prompt(run["prompt"], clip)
        assert list(prompt.ids) == run["inputIds"]
        assert list(clip.grid) == run["gridTHW"]
        inputs = network_inputs([prompt], maker.family, maker.pad_id, left=True)
        said = network.generate(**inputs, max_new_tokens=48, do_sample=False, repetition_penalty=1.0)
        expected = run.get("fraction", run)["outputIds"]
        assert said[0, len(prompt.ids) :].tolist()[: len(expected)] == expected, ask


def test_pixels_become_the_patches_of_the_reference(packs: Path) -> None:
    for name in reasoner_packs:
        folder = packs / name
        budget = json.loads((folder / "pack.json").read_text("utf-8"))["budget"]
        maker = PromptMaker(folder / "checkpoint")
        own = ReasonerBudget(budget["fps"], 4, budget["maxFrames"], budget["minPixels"], budget["maxPixels"])
        clip = ClipReader(maker.family, own).read(folder / "videos" / "a.mp4")
        expected = load_file(folder / "expected" / "0.safetensors")["firstPatches"]
        # Decoders differ by a step of 255 here and there.
        assert (clip.patches[: len(expected)] - expected).abs().max() < 0.05


def test_a_video_moves_the_text_behind_it_by_its_seconds() -> None:
    positions, delta = timed_positions([0, 2, 2, 0], [(2, 2, 2)], [10.0], 2.0)
    assert positions.tolist() == [[0, 1, 21, 22], [0, 1, 1, 22], [0, 1, 1, 22]]
    assert delta == 23 - 4
