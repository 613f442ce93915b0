"""Perfect sight, to practise with before there are eyes: visual tokens made of the ground truth by a fixed code.

The decoder learns on the code while the vision tower still learns to see. Then the tower's last layer is turned so that it
speaks the code (`align_tower`), and the decoder goes on with what the tower really sees.
"""

from __future__ import annotations

from functools import cached_property

import torch
from torch import Tensor
from transformers.models.qwen2_vl.modeling_qwen2_vl import Qwen2VisionTransformerPretrainedModel

from ..direct import direct_film
from ..film import Film
from .eyes import draw_batch, sight_of
from .feeding import Feeding
from .films import Library
from .network import see
from .seen import SeenFilm, cells_of, dense_indices, pack, sampled

_NOISE = 0.03


class ImaginedFilm(SeenFilm):
    """A film as perfect eyes would see it, a little blurred."""

    def __init__(self, film: Film, hidden: int) -> None:
        self.__dict__.update(film=film, hidden=hidden)

    def _tokens(self, cells: Tensor) -> Tensor:
        sight = sight_of(cells, self.hidden)
        return (sight + torch.randn_like(sight) * _NOISE).half()

    @cached_property
    def packed(self) -> dict[str, Tensor]:  # type: ignore[override]
        """What there is to see."""
        film = self.film
        parts = {"ground": sampled(film, "grounder"), "dense": dense_indices(film), "whole": sampled(film, "answerer")}
        return {name: pack(cells_of(film, indices)) for name, indices in parts.items()}

    @cached_property
    def ground(self) -> Tensor:  # type: ignore[override]
        """As the grounder samples the film."""
        return self._tokens(self.ground_cells)

    @cached_property
    def dense(self) -> Tensor:  # type: ignore[override]
        """Two frames a second."""
        return self._tokens(self.dense_cells)

    @cached_property
    def whole(self) -> Tensor:  # type: ignore[override]
        """As the answerer samples a whole film."""
        return self._tokens(self.whole_cells)

    @cached_property
    def plan(self) -> Tensor:  # type: ignore[override]
        """As the planner samples it."""
        return self._tokens(torch.from_numpy(cells_of(self.film, sampled(self.film, "planner"))))


def imagined_library(hidden: int, first_seed: int = 1_000_000, count: int = 800) -> Library:
    """Films that are imagined when they are first asked for, and then kept."""
    return Library([ImaginedFilm(direct_film(first_seed + number), hidden) for number in range(count)])


@torch.no_grad()
def align_tower(tower: Qwen2VisionTransformerPretrainedModel, seed: int, feeding: Feeding, batches: int = 40) -> float:
    """Turns the tower's last layer so that its tokens are the code as nearly as a linear map can; the share of the code's
    variance that it then has."""
    hidden = tower.merger.mlp[2].out_features
    tower.to(feeding.device)
    tokens, codes = [], []
    for frames, labels in feeding.draws(lambda _, rng: draw_batch(rng, 128, range(1_000_000)), seed, range(batches)):
        tokens.append(see(tower, frames.to(feeding.device)).flatten(0, 1).cpu())
        codes.append(sight_of(labels, hidden).flatten(0, 1))
    seen, wanted = torch.cat(tokens).double(), torch.cat(codes).double()
    held = len(seen) // 10
    mean, goal = seen[held:].mean(dim=0), wanted[held:].mean(dim=0)
    centred = seen[held:] - mean
    ridge = 1e-4 * centred.square().sum(dim=0).mean() * torch.eye(hidden, dtype=torch.double)
    turn = torch.linalg.solve(centred.T @ centred + ridge, centred.T @ (wanted[held:] - goal))  # (hidden, hidden)
    last = tower.merger.mlp[2]
    bias = last.bias.double().cpu()
    last.weight.copy_((turn.T @ last.weight.double().cpu()).float())
    last.bias.copy_(((bias - mean) @ turn + goal).float())
    found = (seen[:held] - mean) @ turn + goal
    rest = (found - wanted[:held]).square().sum() / (wanted[:held] - goal).square().sum()
    return float(1 - rest)
