"""Perfect sight, to practise with before there are eyes: visual tokens made of the ground truth by a fixed code.

The decoder learns on the code while the vision tower still learns to see. Then the tower's last layer is turned so that it
speaks the code (`align_tower`), and the decoder goes on with what the tower really sees.
"""

from __future__ import annotations

import random
from functools import cached_property

import numpy as np
import torch
from torch import Tensor
from transformers.models.qwen2_vl.modeling_qwen2_vl import Qwen2VisionTransformerPretrainedModel

from ..direct import direct_film
from ..film import Film
from .eyes import code_of, draw_batch, label_quarters
from .network import see
from .seen import SeenFilm, dense_indices, sampled

_NOISE = 0.03


class ImaginedFilm(SeenFilm):
    """A film as perfect eyes would see it, a little blurred."""

    def __init__(self, film: Film, hidden: int) -> None:
        self.__dict__.update(film=film, hidden=hidden)

    def _tokens(self, indices: list[int]) -> Tensor:
        film = self.film
        times = [(indices[at] + indices[at + 1]) / 2 / film.fps for at in range(0, len(indices), 2)]
        code = code_of(torch.from_numpy(np.stack([label_quarters(film, time) for time in times])), self.hidden)
        return code + torch.randn_like(code) * _NOISE

    def pair(self, second: int) -> Tensor:
        """The pair at a whole second alone."""
        return self._tokens(dense_indices(self.film)[2 * second : 2 * second + 2])

    @cached_property
    def ground(self) -> Tensor:  # type: ignore[override]
        """As the grounder samples the film."""
        return self._tokens(sampled(self.film, "grounder"))

    @cached_property
    def dense(self) -> Tensor:  # type: ignore[override]
        """Two frames a second."""
        return self._tokens(dense_indices(self.film))

    @cached_property
    def whole(self) -> Tensor:  # type: ignore[override]
        """As the answerer samples a whole film."""
        return self._tokens(sampled(self.film, "answerer"))

    @cached_property
    def plan(self) -> Tensor:  # type: ignore[override]
        """As the planner samples it."""
        return self._tokens(sampled(self.film, "planner"))


class ImaginedLibrary:
    """Films that are imagined when they are first asked for, and then kept."""

    def __init__(self, hidden: int, first_seed: int = 1_000_000, count: int = 800) -> None:
        films = [ImaginedFilm(direct_film(first_seed + number), hidden) for number in range(count)]
        self.films: list[SeenFilm] = sorted(films, key=lambda seen: seen.film.duration)

    def refresh(self) -> None:
        """All are there from the start."""

    def alike(self, rng: random.Random, count: int, longest: float) -> list[SeenFilm]:
        """Films of about the same length, none longer than `longest` seconds."""
        within = [seen for seen in self.films if seen.film.duration <= longest]
        start = rng.randrange(max(1, len(within) - count))
        return within[start : start + count]


@torch.no_grad()
def align_tower(tower: Qwen2VisionTransformerPretrainedModel, seed: int, batches: int = 40) -> float:
    """Turns the tower's last layer so that its tokens are the code as nearly as a linear map can; the share of the code's
    variance that it then has."""
    hidden = tower.merger.mlp[2].out_features
    rng = random.Random(seed)
    tokens, codes = [], []
    for _ in range(batches):
        frames, labels = draw_batch(rng, 128, range(1_000_000))
        tokens.append(see(tower, frames).flatten(0, 1))
        codes.append(code_of(labels, hidden).flatten(0, 1))
    seen, wanted = torch.cat(tokens).double(), torch.cat(codes).double()
    held = len(seen) // 10
    mean, goal = seen[held:].mean(dim=0), wanted[held:].mean(dim=0)
    centred = seen[held:] - mean
    ridge = 1e-4 * centred.square().sum(dim=0).mean() * torch.eye(hidden, dtype=torch.double)
    turn = torch.linalg.solve(centred.T @ centred + ridge, centred.T @ (wanted[held:] - goal))  # (hidden, hidden)
    last = tower.merger.mlp[2]
    bias = last.bias.double()
    last.weight.copy_((turn.T @ last.weight.double()).float())
    last.bias.copy_(((bias - mean) @ turn + goal).float())
    found = (seen[:held] - mean) @ turn + goal
    rest = (found - wanted[:held]).square().sum() / (wanted[:held] - goal).square().sum()
    return float(1 - rest)
