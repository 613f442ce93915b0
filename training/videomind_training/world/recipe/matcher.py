"""Throw-away readers of the decoder's states, which teach it what is to be known where."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from .edges import RUNNING
from .evidence import RELATION
from .eyes import JOINT, LABELS, code_of

NUMBERS = 128
"""Pairs that are told apart by their number."""


class Matcher(nn.Module):
    """A throw-away teacher of the decoder: is the asked event on in this frame? Straight from its states."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.frame_probe = nn.Sequential(nn.LayerNorm(hidden), nn.Linear(hidden, hidden))
        self.query_probe = nn.Sequential(nn.LayerNorm(hidden), nn.Linear(hidden, hidden))
        self.bias_probe = nn.Parameter(torch.tensor(-2.0))
        self.name_probe = nn.Sequential(nn.LayerNorm(hidden), nn.Linear(hidden, JOINT))
        self.meaning_probe = nn.Sequential(nn.LayerNorm(hidden), nn.Linear(hidden, LABELS))
        self.found_probe = nn.Sequential(nn.LayerNorm(hidden), nn.Linear(hidden, LABELS))
        self.relation_probe = nn.Sequential(nn.LayerNorm(hidden), nn.Linear(hidden, RELATION))
        nn.init.constant_(self.relation_probe[1].bias, -4.0)
        self.running_probe = nn.Sequential(nn.LayerNorm(hidden), nn.Linear(hidden, RUNNING))
        nn.init.constant_(self.running_probe[1].bias, -4.0)
        self.part_probe = nn.Sequential(nn.LayerNorm(hidden), nn.Linear(hidden, 3))
        self.number_probe = nn.Sequential(nn.LayerNorm(hidden), nn.Linear(hidden, NUMBERS))
        self.bound_probe = nn.Sequential(nn.LayerNorm(hidden), nn.Linear(hidden, 2 * NUMBERS))
        self.moment_probe = nn.Sequential(nn.LayerNorm(hidden), nn.Linear(hidden, 2 * NUMBERS))
        self.fit_probe = nn.Sequential(nn.LayerNorm(hidden), nn.Linear(hidden, 3))
        # Frames enter the decoder in the code, and much of it comes out again: the teacher starts by reading that, and by
        # holding frames and queries against each other as they are.
        code = code_of(torch.eye(LABELS), hidden)[:JOINT]
        with torch.no_grad():
            self.name_probe[1].weight.copy_(functional.normalize(code, dim=1) * 0.5)
            self.name_probe[1].bias.fill_(-3.0)
            full = code_of(torch.eye(LABELS), hidden)
            for probe in (self.meaning_probe, self.found_probe):
                probe[1].weight.copy_(functional.normalize(full, dim=1) * 0.5)
                probe[1].bias.fill_(-3.0)
            for side in (self.frame_probe, self.query_probe):
                side[1].weight.copy_(torch.eye(hidden))

    def forward(self, films: Tensor, queries: Tensor, owners: Tensor) -> Tensor:
        """(films, pairs, hidden), (queries, hidden) and which film each is about → logits (queries, pairs)."""
        scale = films.shape[-1] ** -0.5
        frames = self.frame_probe(films)[owners]
        return (frames @ self.query_probe(queries)[..., None])[..., 0] * scale + self.bias_probe

    def names(self, states: Tensor, truth: Tensor) -> Tensor:
        """Loss of naming who does what, by one reader for frames and queries: so both come to speak alike."""
        return _missed(self.name_probe(states), truth)

    def meanings(self, states: Tensor, truth: Tensor) -> Tensor:
        """Loss of naming, halfway through the decoder, what words speak of, to be looked for then."""
        return _missed(self.meaning_probe(states), truth)

    def relations(self, states: Tensor, truth: Tensor) -> Tensor:
        """Loss of telling apart what is asked for and what it is told by: the head has to put them in order."""
        return _missed(self.relation_probe(states), truth)

    def founds(self, states: Tensor, truth: Tensor) -> Tensor:
        """Loss of naming, once the layer has looked, all that there is to know of the event: also what was not said."""
        return _missed(self.found_probe(states), truth)

    def running(self, states: Tensor, truth: Tensor) -> Tensor:
        """Loss of knowing, halfway, what is on in a pair and what was in the one before: so what has begun and what is over.

        One look at a pair may not tell; those before it do.
        """
        return _missed(self.running_probe(states), truth)

    def parts(self, states: Tensor, parts: Tensor) -> Tensor:
        """Loss of knowing, halfway, whether a visual token stands before, between or after the verifier's marks."""
        return functional.cross_entropy(self.part_probe(states), parts)

    def numbers(self, states: Tensor, numbers: Tensor) -> Tensor:
        """Loss of knowing, halfway, the number of the pair that a visual token is of, and where the verifier's marks stand.

        Untaught, the decoder had no idea of it, and could not tell what comes after what, or how far a mark is off.
        """
        return functional.cross_entropy(self.number_probe(states), numbers.clamp(max=NUMBERS - 1))

    def bounds(self, states: Tensor, bounds: Tensor) -> Tensor:
        """Loss of knowing, once the layer has looked, the pairs with which what words speak of begins and ends."""
        return _first_and_last(self.bound_probe(states), bounds)

    def moments(self, states: Tensor, bounds: Tensor) -> Tensor:
        """Loss of knowing, in the end, the pairs with which the moment that is asked for begins and ends."""
        return _first_and_last(self.moment_probe(states), bounds)

    def fits(self, states: Tensor, fits: Tensor) -> Tensor:
        """Loss of knowing how well what is between the marks fits: more than a yes or a no says."""
        return 1.5 * functional.binary_cross_entropy_with_logits(self.fit_probe(states), fits)


def _missed(logits: Tensor, truth: Tensor) -> Tensor:
    """Loss of naming labels, for each that is true."""
    return functional.binary_cross_entropy_with_logits(logits, truth, reduction="sum") / truth.sum().clamp(min=1)


def _first_and_last(logits: Tensor, bounds: Tensor) -> Tensor:
    firsts, lasts = logits.split(NUMBERS, dim=1)
    first, last = bounds.clamp(0, NUMBERS - 1).unbind(1)
    return functional.cross_entropy(firsts, first) + functional.cross_entropy(lasts, last)
