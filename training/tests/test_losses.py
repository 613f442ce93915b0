"""The losses, by hand."""

import math

import pytest
import torch

from videomind_training.losses.grounding import (
    GroundingLossSettings,
    GroundingTargets,
    frames_within,
    grounding_losses,
    losses_against,
    point_targets,
)
from videomind_training.losses.language import language_loss
from videomind_training.network.grounding_head import GroundingHead, HeadOutput, HeadSizes, points_of


def test_points_near_the_centre_learn_a_moment_at_the_levels_of_its_length() -> None:
    targets = point_targets(torch.tensor([[2 / 12, 5 / 12]]), frames=12, levels=4)
    places, strides = points_of(12, 4).unbind(1)
    chosen = [(float(places[at]), float(strides[at])) for at in targets.positive.nonzero().flatten()]
    # Centre 3.5: within 1.5 strides and within the moment; stride 4 and more are for longer ones.
    assert chosen == [(3, 1), (4, 1), (2, 2), (4, 2)]
    assert targets.offsets[targets.positive].tolist() == [[1, 2], [2, 1], [0, 1.5], [1, 0.5]]


def test_a_moment_too_long_for_the_finest_level_is_left_to_the_next() -> None:
    targets = point_targets(torch.tensor([[3.6 / 8, 7.05 / 8]]), frames=8, levels=4)
    assert points_of(8, 4)[targets.positive].tolist() == [[4, 2], [6, 2]]


def test_a_long_moment_is_learned_by_the_coarsest_level_alone() -> None:
    targets = point_targets(torch.tensor([[0.0, 1.0]]), frames=64, levels=4)
    assert set(points_of(64, 4)[targets.positive][:, 1].tolist()) == {8.0}


def test_a_moment_between_two_points_still_has_one() -> None:
    targets = point_targets(torch.tensor([[0.51, 0.52]]), frames=10, levels=4)
    assert targets.positive.nonzero().flatten().tolist() == [5]
    assert bool((targets.offsets >= 0).all())


def test_of_two_moments_at_a_point_the_shorter_is_learned() -> None:
    targets = point_targets(torch.tensor([[0.3, 0.7], [0.4, 0.6]]), frames=10, levels=1)
    assert targets.offsets[5].tolist() == pytest.approx([1, 1], abs=1e-5)


def test_losses_of_the_head_are_those_of_their_formulas() -> None:
    settings = GroundingLossSettings()
    moments = torch.tensor([[0.25, 0.75]])
    frames = torch.eye(4)[None]
    output = HeadOutput(
        torch.tensor([[0.0, 2.0, -1.0, 0.5]]), torch.ones(1, 4, 2), frames, torch.tensor([[0.0, 1.0, 0.0, 0.0]])
    )
    losses = grounding_losses(output, [moments], 1, settings)
    targets = point_targets(moments, 4, 1)
    assert targets.positive.tolist() == [False, True, True, True]
    scores = [1 / (1 + math.exp(-logit)) for logit in (0.0, 2.0, -1.0, 0.5)]
    focal = -0.1 * scores[0] ** 2 * math.log(1 - scores[0])
    focal -= sum(0.9 * (1 - score) ** 2 * math.log(score) for score in scores[1:])
    assert float(losses["classification"]) == pytest.approx(focal / 3, rel=1e-5)
    assert targets.offsets[1:].tolist() == [[0, 2], [1, 1], [2, 0]]
    assert float(losses["regression"]) == pytest.approx((2 + 0 + 2) / 6, rel=1e-5)
    # Frames 1 and 2 are inside; the query is frame 1. Similarities 1 and 0, against two frames outside at 0.
    peak = math.exp(1 / settings.temperature)
    expected = (-math.log(peak / (peak + 2)) - math.log(1 / 3)) / 2
    assert float(losses["contrastive"]) == pytest.approx(expected, rel=1e-4)


def test_a_moment_that_fills_the_clip_has_finite_gradients() -> None:
    frames = torch.randn(1, 5, 8, requires_grad=True)
    output = HeadOutput(torch.zeros(1, 5), torch.ones(1, 5, 2), frames, torch.randn(1, 8))
    losses = grounding_losses(output, [torch.tensor([[0.0, 1.0]])], 1, GroundingLossSettings())
    sum(losses.values()).sum().backward()
    assert bool(frames.grad.isfinite().all())
    assert losses["contrastive"].item() == pytest.approx(0, abs=1e-5)
    assert frames_within(torch.tensor([[0.49, 0.5]]), 5).sum() == 1


def test_language_loss_is_the_mean_of_a_samples_own_tokens() -> None:
    logits = torch.tensor([[2.0, 0.0], [0.0, 1.0], [3.0, 0.0]])
    losses = language_loss(logits, torch.tensor([0, 0, 1]), torch.tensor([0, 0, 1]), 3)
    first = (math.log(1 + math.exp(-2)) + math.log(1 + math.exp(1))) / 2
    assert losses.tolist() == pytest.approx([first, math.log(1 + math.exp(3)), 0.0])


def test_a_length_beyond_all_numbers_where_no_moment_is_learned_spoils_nothing() -> None:
    head = GroundingHead(HeadSizes(hidden=8, width=16, intermediate=16, layers=1, levels=2))
    frames, query = torch.randn(1, 12, 8), torch.randn(1, 8)
    # As training from scratch was seen to do at points that no moment is assigned to: an exponent over 88.
    torch.nn.init.constant_(head.coord_head.module["3"].bias, 100.0)
    output = head(frames, query)
    targets = GroundingTargets.of([torch.tensor([[0.2, 0.4]])], 12, 2)
    losses = losses_against(output, targets, GroundingLossSettings())
    sum(loss.sum() for loss in losses.values()).backward()
    assert torch.isfinite(losses["regression"]).all()
    for parameter in head.parameters():
        assert parameter.grad is None or torch.isfinite(parameter.grad).all()
