"""What the frozen eyes see of training films, kept in files: the decoder then learns without decoding or looking again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from transformers.models.qwen2_vl.modeling_qwen2_vl import Qwen2VisionTransformerPretrainedModel

from ..direct import direct_film
from ..film import Film
from ..render import draw_frames
from .eyes import JOINT, label_quarters
from .network import FRAME_SIZE, see
from .words import PROMPTS

FILMS_A_FILE = 25


@dataclass(frozen=True)
class SeenFilm:
    """A film with its visual tokens, each (pairs, 4, hidden), float16.

    Attributes:
        ground: as the grounder samples the film.
        dense: two frames a second, a pair at each whole second, from which windows are cut.
        whole: as the answerer samples a whole film.
        plan: as the planner samples it.
    """

    film: Film
    ground: Tensor
    dense: Tensor
    whole: Tensor
    plan: Tensor

    def pair(self, second: int) -> Tensor:
        """The pair at a whole second: (1, 4, hidden)."""
        return self.dense[second : second + 1]

    @cached_property
    def ground_labels(self) -> Tensor:
        """What there is to name in each pair that the grounder sees: (pairs, JOINT)."""
        return self.ground_cells[..., :JOINT].any(dim=1)

    @cached_property
    def ground_cells(self) -> Tensor:
        """What each visual token of the grounder shows: (pairs, 4, LABELS)."""
        return _cells(self.film, sampled(self.film, "grounder"))

    @cached_property
    def dense_cells(self) -> Tensor:
        """What each token of `dense` shows."""
        return _cells(self.film, dense_indices(self.film))

    @cached_property
    def whole_cells(self) -> Tensor:
        """What each token of `whole` shows."""
        return _cells(self.film, sampled(self.film, "answerer"))

    def window(self, start: float, end: float) -> tuple[Tensor, tuple[float, float]]:
        """About what a role at two frames a second sees of a span, and the whole seconds that it covers."""
        first = min(max(0, round(start)), len(self.dense) - 2)
        last = min(max(first + 2, round(end)), len(self.dense))
        return self.dense[first:last], (float(first), float(last))


def _cells(film: Film, indices: list[int]) -> Tensor:
    times = [(indices[at] + indices[at + 1]) / 2 / film.fps for at in range(0, len(indices), 2)]
    return torch.from_numpy(np.stack([label_quarters(film, time) for time in times]).astype(np.uint8)).bool()


def sampled(film: Film, role: str) -> list[int]:
    """Frame indices of the whole film by a role's budget, as the engine chooses them."""
    budget = PROMPTS["budgets"][role]
    total = film.frame_count
    wanted = total / film.fps * budget["fps"]
    count = round(min(max(wanted, 4), budget["maxFrames"]) / 2) * 2
    return torch.linspace(0, total - 1, count).round().int().tolist()


def dense_indices(film: Film) -> list[int]:
    """A pair at each whole second, its frames half a second apart."""
    last = film.frame_count - 1
    indices: list[int] = []
    for second in range(int(film.duration)):
        # Half a second falls between the frames of a film with an odd rate: now the earlier, now the later one.
        first = round(second * film.fps)
        indices += [min(first, last), min(first + int(film.fps // 2) + second % 2, last)]
    return indices


def _pairs(film: Film, indices: list[int]) -> np.ndarray:
    frames = draw_frames(film, indices, FRAME_SIZE)
    return frames.reshape(-1, 2, *frames.shape[1:])


@torch.no_grad()
def look_at(film: Film, tower: Qwen2VisionTransformerPretrainedModel) -> SeenFilm:
    """Renders a film and encodes it."""
    chosen = (sampled(film, "grounder"), dense_indices(film), sampled(film, "answerer"), sampled(film, "planner"))
    parts = [_pairs(film, indices) for indices in chosen]
    tokens = see(tower, torch.from_numpy(np.concatenate(parts))).half()
    ground, dense_tokens, whole, plan = tokens.split([len(part) for part in parts])
    return SeenFilm(film, ground.clone(), dense_tokens.clone(), whole.clone(), plan.clone())


def keep_films(folder: Path, tower: Qwen2VisionTransformerPretrainedModel, first_seed: int, count: int) -> None:
    """Looks at films by seed and keeps them in `folder`; files that are there are left as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    for first in range(first_seed, first_seed + count, FILMS_A_FILE):
        path = folder / f"films-{first}.pt"
        if path.exists():
            continue
        kept = []
        for seed in range(first, min(first + FILMS_A_FILE, first_seed + count)):
            seen = look_at(direct_film(seed), tower)
            kept.append({"seed": seed, "ground": seen.ground, "dense": seen.dense, "whole": seen.whole, "plan": seen.plan})
        draft = path.with_suffix(".part")
        torch.save(kept, draft)
        draft.replace(path)


def kept_films(folder: Path, but: set[str] | None = None) -> dict[str, list[SeenFilm]]:
    """The films kept so far, by file, without the files in `but`."""
    return {
        path.name: [
            SeenFilm(direct_film(each["seed"]), each["ground"], each["dense"], each["whole"], each["plan"])
            for each in torch.load(path, weights_only=True)
        ]
        for path in sorted(folder.glob("films-*.pt"))
        if path.name not in (but or set())
    }
