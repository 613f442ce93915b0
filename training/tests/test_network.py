"""The network against the library and against the reference's numbers."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from videomind_training.checkpoints.read_checkpoint import CheckpointPaths, load_head, open_checkpoint
from videomind_training.network.base_family import grid_of
from videomind_training.network.batch import Clip, Example, collate
from videomind_training.network.moments import select_moments
from videomind_training.network.patches import PixelNormalization, patches_of
from videomind_training.network.positions import rotary_positions
from videomind_training.network.vision_tower import encode_clips

tolerance = 1e-4


@pytest.mark.parametrize("name", ["pack-2b", "pack-7b"])
def test_the_head_gives_the_references_numbers_at_every_length(packs: Path, name: str) -> None:
    head = load_head(packs / name / "model")
    expected = load_file(packs / name / "expected" / "grounding-head.safetensors")
    lengths = sorted({key.split(".")[0] for key in expected}, key=int)
    assert lengths[0] == "1"
    assert len(lengths) > 5
    for length in lengths:
        with torch.no_grad():
            output = head(expected[f"{length}.frames"][None], expected[f"{length}.reg"])
        assert torch.allclose(output.logits[0].sigmoid(), expected[f"{length}.saliency"], atol=tolerance)
        assert torch.allclose(select_moments(output, 4), expected[f"{length}.rows"], atol=tolerance)


def test_pairs_on_the_batch_axis_are_what_the_library_computes(paths: CheckpointPaths) -> None:
    tower = open_checkpoint(paths, roles=()).network.base.model.visual
    random = torch.Generator().manual_seed(0)
    clips = [
        patches_of(
            torch.randint(0, 256, (frames, 3, height, width), dtype=torch.uint8, generator=random), PixelNormalization()
        )
        for frames, height, width in ((6, 56, 84), (2, 28, 28), (4, 56, 84), (2, 84, 56))
    ]
    found = encode_clips(tower, clips, pairs_at_once=3)
    grids = torch.tensor([clip.grid for clip in clips])
    expected = tower(torch.cat([clip.values for clip in clips]), grid_thw=grids).pooler_output
    assert torch.allclose(torch.cat(found), expected, atol=1e-5)
    clips[0].values.requires_grad_()
    (ours,) = torch.autograd.grad(encode_clips(tower, clips[:1])[0].square().sum(), clips[0].values)
    theirs = tower(clips[0].values, grid_thw=grids[:1]).pooler_output.square().sum()
    assert torch.allclose(ours, torch.autograd.grad(theirs, clips[0].values)[0], atol=1e-3)


def test_positions_are_those_of_the_references_table(pack: Path) -> None:
    rows = json.loads((pack / "expected" / "tables.json").read_text())["ropeIndex"]
    single = [row for row in rows if len(row["gridsTHW"]) == 1]
    assert len(single) >= 5
    for row in single:
        positions, delta = rotary_positions(row["inputIds"], tuple(row["gridsTHW"][0]), vision_start=593, video_pad=597)
        assert positions.tolist() == row["positions"]
        assert delta == row["delta"]


def test_a_padded_batch_has_the_losses_of_its_samples_alone(paths: CheckpointPaths) -> None:
    network = open_checkpoint(paths).network
    network.speak_as("grounder")
    examples = [_example(network.tokens, frames, words) for frames, words in ((8, 5), (4, 19), (8, 11))]
    with torch.no_grad():
        together = network(collate(examples))
        alone = [network(collate([example])) for example in examples]
    for name, losses in together.items():
        assert losses.tolist() == pytest.approx([float(each[name]) for each in alone], rel=1e-4, abs=1e-5)


def _example(tokens: object, frames: int, words: int) -> Example:
    """A made-up grounder's sample."""
    random = torch.Generator().manual_seed(words)
    pixels = torch.randint(0, 256, (frames, 3, 28, 56), dtype=torch.uint8, generator=random)
    grid = grid_of(frames, 28, 56)
    prompt = [5, tokens.vision_start, *[tokens.video_pad] * frames, tokens.vision_end, *range(20, 20 + words)]
    ids = [*prompt, 7, 8, tokens.reg, tokens.end[0]]
    positions, _ = rotary_positions(ids, grid, tokens.vision_start, tokens.video_pad)
    labels = [-100] * len(prompt) + ids[len(prompt) :]
    moments = torch.tensor([[0.2, 0.7]])
    return Example(torch.tensor(ids), torch.tensor(labels), positions, Clip(grid, pixels), moments)
