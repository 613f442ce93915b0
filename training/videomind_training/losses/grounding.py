"""Losses of the grounding head: focal classification, L1 regression, contrastive saliency (VideoMind, section 3.3)."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from videomind_training.network.grounding_head import HeadOutput, points_of

positive_radius_strides = 1.5
"""A point learns a moment when it lies within the moment and this near to its centre."""

longest_reach_strides = 2
"""A level learns moments that reach up to this far from the point; coarser levels learn longer ones. (The scores of
checkpoints trained with the published method show it: native-models/fixtures, saliency.)"""


@dataclass(frozen=True)
class GroundingLossSettings:
    """Weights and constants, with the published values.

    Attributes:
        classification, regression, contrastive: weights of the three losses.
        focal_alpha, focal_gamma: of the focal loss.
        temperature: of the contrastive loss.
    """

    classification: float = 5.0
    regression: float = 1.0
    contrastive: float = 0.05
    focal_alpha: float = 0.9
    focal_gamma: float = 2.0
    temperature: float = 0.07


@dataclass(frozen=True)
class PointTargets:
    """What the points of a clip are to say.

    Attributes:
        positive: (points), whether a moment is at the point.
        offsets: (points, 2), distances to its start and end in strides; 0 where there is none.
    """

    positive: Tensor
    offsets: Tensor


def point_targets(moments: Tensor, frames: int, levels: int) -> PointTargets:
    """Assigns moments to points.

    A point is positive when it lies within a moment, within 1.5 strides of its centre, and the moment reaches from one
    stride (none at the finest level) to two (any length at the coarsest that the clip has). Where moments overlap the
    shorter one is learned. A moment that no point would learn is given to the finest point nearest to its centre.

    Args:
        moments: (count, 2), start and end in shares of the clip.
        frames: frame pairs of the clip.
        levels: of the head's pyramid.
    """
    points = points_of(frames, levels)
    places, strides = points[:, 0, None], points[:, 1, None]  # (points, 1)
    starts, ends = (moments.float().cpu() * frames).unbind(1)  # (count), in frames
    before, after = places - starts, ends - places  # (points, count)
    reach = torch.maximum(before, after) / strides
    centred = (places - (starts + ends) / 2).abs() < positive_radius_strides * strides
    long_enough = (reach >= 1) | (strides == 1)
    short_enough = (reach <= longest_reach_strides) | (strides == strides.max())
    learns = (before >= 0) & (after >= 0) & centred & long_enough & short_enough
    finest = places[strides == 1]
    for moment in (~learns.any(dim=0)).nonzero().flatten().tolist():
        nearest = (finest - (starts[moment] + ends[moment]) / 2).abs().argmin()
        learns[nearest, moment] = True
    lengths = torch.where(learns, ends - starts, torch.inf)
    chosen = lengths.argmin(dim=1, keepdim=True)  # (points, 1)
    positive = learns.any(dim=1)
    offsets = torch.cat([before.gather(1, chosen), after.gather(1, chosen)], dim=1).clamp(min=0) / strides
    return PointTargets(positive, torch.where(positive[:, None], offsets, 0.0))


@dataclass(frozen=True)
class GroundingTargets:
    """What a batch of clips of equal length is to say.

    Attributes:
        positive: (batch, points), whether a moment is at the point.
        offsets: (batch, points, 2), distances to its start and end in strides; 0 where there is none.
        inside: (batch, frames), whether a frame pair lies within a moment.
    """

    positive: Tensor
    offsets: Tensor
    inside: Tensor

    @staticmethod
    def of(moments: list[Tensor], frames: int, levels: int) -> "GroundingTargets":
        """Targets of clips with these moments, each (count, 2) in shares of the clip, at least one."""
        points = [point_targets(each, frames, levels) for each in moments]
        return GroundingTargets(
            torch.stack([each.positive for each in points]),
            torch.stack([each.offsets for each in points]),
            torch.stack([frames_within(each, frames) for each in moments]),
        )


def grounding_losses(
    output: HeadOutput, moments: list[Tensor], levels: int, settings: GroundingLossSettings
) -> dict[str, Tensor]:
    """Unweighted losses of clips of equal length, each (batch): classification, regression, contrastive.

    Args:
        output: of the head.
        moments: per clip (count, 2), start and end in shares of the clip, at least one.
        levels: of the head's pyramid.
        settings: constants of the losses.
    """
    targets, device = GroundingTargets.of(moments, output.frames.shape[1], levels), output.logits.device
    moved = (each.to(device) for each in (targets.positive, targets.offsets, targets.inside))
    return losses_against(output, GroundingTargets(*moved), settings)


def losses_against(output: HeadOutput, targets: GroundingTargets, settings: GroundingLossSettings) -> dict[str, Tensor]:
    """The same against targets on the output's device."""
    counts = targets.positive.sum(dim=1)
    focal = _focal(output.logits, targets.positive.float(), settings)
    distances = (output.offsets - targets.offsets).abs().sum(dim=2)
    return {
        "classification": focal.sum(dim=1) / counts,
        "regression": (distances * targets.positive).sum(dim=1) / (2 * counts),
        "contrastive": _contrastive(output.frames, output.query, targets.inside, settings.temperature),
    }


def frames_within(moments: Tensor, frames: int) -> Tensor:
    """Whether the middle of each frame pair lies within a moment; at least one is: (frames)."""
    middles = (torch.arange(frames) + 0.5)[:, None] / frames
    starts, ends = moments.float().cpu().unbind(1)
    within = ((middles >= starts) & (middles <= ends)).any(dim=1)
    if not within.any():
        within[(middles[:, 0] - (starts[0] + ends[0]) / 2).abs().argmin()] = True
    return within


def _focal(logits: Tensor, targets: Tensor, settings: GroundingLossSettings) -> Tensor:
    """Focal loss of each point (Lin et al. 2017)."""
    entropy = functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    scores = logits.sigmoid()
    missed = torch.where(targets > 0, 1 - scores, scores)
    weights = torch.where(targets > 0, settings.focal_alpha, 1 - settings.focal_alpha)
    return weights * missed**settings.focal_gamma * entropy


def _contrastive(frames: Tensor, query: Tensor, inside: Tensor, temperature: float) -> Tensor:
    """How much more the query is like a frame of its moment than like the frames outside: (batch).

    The published method draws one frame of the moment at random; the mean over all of them is what that draw amounts to,
    without its noise.
    """
    similarity = functional.cosine_similarity(frames, query[:, None], dim=2) / temperature  # (batch, frames)
    outside = similarity.masked_fill(inside, -1e4)  # finite: a moment may fill the clip
    against = torch.logaddexp(similarity, outside.logsumexp(dim=1, keepdim=True))
    losses = torch.where(inside, against - similarity, 0.0)
    return losses.sum(dim=1) / inside.sum(dim=1)
