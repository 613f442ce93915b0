"""Moments found, and how the bounds of the best one are settled."""

import math
from dataclasses import dataclass, replace

from videomind_training.chain.spans import Span, overlap

SAME_MOMENT = 0.5
"""From this intersection over union on, two candidates mean the same moment."""


@dataclass(frozen=True)
class Candidate:
    """A moment found: seconds, the head's confidence and, once verified, the verifier's score."""

    span: Span
    confidence: float
    score: float | None = None

    @property
    def log_odds(self) -> float:
        """Of the verifier's score; 0 before it is verified."""
        score = 0.5 if self.score is None else self.score
        return math.log(score / (1 - score))


def settle_bounds(ranked: list[Candidate], sharpness: float) -> list[Candidate]:
    """Settles the best candidate's bounds between all that mean the same moment: each counts by how much surer it is, so
    that errors of single candidates cancel (weighted boxes fusion, Solovyev et al. 2021, in one dimension).

    Args:
        ranked: verified candidates, best first.
        sharpness: of the weights exp(sharpness * (log odds - those of the best)); 0 leaves the bounds as found.
    """
    if not ranked or sharpness == 0:
        return ranked
    best, *others = ranked
    same = [best, *(other for other in others if overlap(best.span, other.span) >= SAME_MOMENT)]
    weights = [math.exp(sharpness * (each.log_odds - best.log_odds)) for each in same]
    start, end = (sum(w * each.span[i] for w, each in zip(weights, same, strict=True)) / sum(weights) for i in (0, 1))
    return [replace(best, span=(start, end)), *others]
