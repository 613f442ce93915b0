"""What the frozen eyes see of training films, kept in files: the decoder then learns without decoding or looking again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from transformers.models.qwen2_vl.modeling_qwen2_vl import Qwen2VisionTransformerPretrainedModel

from videomind_training.checkpoints.durable_files import make_folder, write_state
from videomind_training.media.frames import Budget, choose_frames

from ..direct import direct_film
from ..film import Film
from ..render import draw_frames
from .eyes import LABELS, label_quarters
from .feeding import Feeding
from .network import FRAME_SIZE, see
from .team import share_of, wait_for_all
from .words import PROMPTS

FILMS_A_FILE = 25


@dataclass(frozen=True)
class Window:
    """What a role is shown of a span.

    Attributes:
        tokens: (pairs, 4, hidden).
        cells: (pairs, 4, LABELS), what each of them shows.
        span: in seconds.
        middles: (pairs,), where in the film each pair's middle is, in seconds.
    """

    tokens: Tensor
    cells: Tensor
    span: tuple[float, float]
    middles: Tensor


@dataclass(frozen=True)
class SeenFilm:
    """A film with its visual tokens, each (pairs, 4, hidden), float16.

    Attributes:
        ground: as the grounder samples the film.
        dense: two frames a second, a pair at each whole second, from which windows are cut.
        whole: as the answerer samples a whole film.
        plan: as the planner samples it.
        packed: of ground, dense and whole, what each token shows: (pairs, 4, bytes of LABELS bits).
    """

    film: Film
    ground: Tensor
    dense: Tensor
    whole: Tensor
    plan: Tensor
    packed: dict[str, Tensor]

    def pair(self, second: int) -> Tensor:
        """The pair at a whole second: (1, 4, hidden)."""
        return self.dense[second : second + 1]

    @property
    def ground_cells(self) -> Tensor:
        """What each visual token of the grounder shows: (pairs, 4, LABELS)."""
        return unpack(self.packed["ground"])

    @property
    def dense_cells(self) -> Tensor:
        """What each token of `dense` shows."""
        return unpack(self.packed["dense"])

    @property
    def whole_cells(self) -> Tensor:
        """What each token of `whole` shows."""
        return unpack(self.packed["whole"])

    def window(self, start: float, end: float, most: int) -> Window:
        """About what a role at two frames a second sees of a span: whole seconds, `most` of them evenly spread."""
        first = min(max(0, round(start)), len(self.dense) - 2)
        last = min(max(first + 2, round(end)), len(self.dense))
        chosen = torch.linspace(first, last - 1, min(most, last - first)).round().long()
        cells, span = unpack(self.packed["dense"][chosen]), (float(first), float(last))
        return Window(self.dense[chosen], cells, span, chosen + 0.25)

    def throughout(self, role: str) -> Window:
        """What the grounder, or the answerer, sees of the whole film."""
        tokens, cells = (self.ground, self.ground_cells) if role == "grounder" else (self.whole, self.whole_cells)
        return Window(tokens, cells, (0.0, self.film.duration), middles_of(self.film, sampled(self.film, role)))


def pack(cells: np.ndarray) -> Tensor:
    """Labels (…, LABELS) to bits."""
    return torch.from_numpy(np.packbits(cells, axis=-1))


def unpack(packed: Tensor) -> Tensor:
    """Bits to labels (…, LABELS)."""
    return torch.from_numpy(np.unpackbits(packed.numpy(), axis=-1, count=LABELS)).bool()


def cells_of(film: Film, indices: list[int]) -> np.ndarray:
    """What pairs of these frames show: (pairs, 4, LABELS)."""
    return np.stack([label_quarters(film, time) for time in middles_of(film, indices).tolist()])


def middles_of(film: Film, indices: list[int]) -> Tensor:
    """Where in the film pairs of these frames have their middles, in seconds: (pairs,)."""
    return torch.tensor(indices, dtype=torch.float64).view(-1, 2).mean(dim=1) / film.fps


def sampled(film: Film, role: str, span: tuple[float, float] | None = None) -> list[int]:
    """Frame indices of a span (default: the whole film) by a role's budget, as the engine chooses them."""
    told = PROMPTS["budgets"][role]
    budget = Budget(told["fps"], told["maxFrames"], told["minTokens"], told["maxTokens"])
    start, end = (0.0, film.duration) if span is None else span
    return choose_frames(film.frame_count, film.fps, start * film.fps, end * film.fps, budget)


def dense_indices(film: Film) -> list[int]:
    """A pair at each whole second, its frames half a second apart."""
    last = film.frame_count - 1
    indices: list[int] = []
    for second in range(int(film.duration)):
        # Half a second falls between the frames of a film with an odd rate: now the earlier, now the later one.
        first = round(second * film.fps)
        indices += [min(first, last), min(first + int(film.fps // 2) + second % 2, last)]
    return indices


def draw_pairs(film: Film, indices: list[int]) -> Tensor:
    """Frames as pairs: (pairs, 2, side, side, 3)."""
    frames = draw_frames(film, indices, FRAME_SIZE)
    return torch.from_numpy(frames.reshape(-1, 2, *frames.shape[1:]))


_PARTS = ("ground", "dense", "whole", "plan")


def _draw_film(seed: int) -> tuple[int, Tensor, list[int], dict[str, Tensor]]:
    """A film's pairs for all parts, how many there are in each, and what they show."""
    film = direct_film(seed)
    chosen = (sampled(film, "grounder"), dense_indices(film), sampled(film, "answerer"), sampled(film, "planner"))
    pairs = torch.cat([draw_pairs(film, indices) for indices in chosen])
    packed = {name: pack(cells_of(film, indices)) for name, indices in zip(_PARTS[:3], chosen, strict=False)}
    return seed, pairs, [len(indices) // 2 for indices in chosen], packed


@torch.no_grad()
def keep_films(folder: Path, tower: Qwen2VisionTransformerPretrainedModel, seeds: range, feeding: Feeding) -> None:
    """Looks at films by seed and keeps them in `folder`; files that are there stay as they are. A team shares the work."""
    make_folder(folder)
    tower.to(feeding.device)
    firsts = [first for first in share_of(list(seeds[::FILMS_A_FILE])) if not (folder / f"films-{first}.pt").exists()]
    wanted = [seed for first in firsts for seed in range(first, min(first + FILMS_A_FILE, seeds.stop))]
    kept: list[dict[str, object]] = []
    for seed, pairs, counts, packed in feeding.draws(lambda seed, _: _draw_film(seed), 0, wanted):
        tokens = see(tower, pairs.to(feeding.device)).half().cpu()
        parts = {name: part.clone() for name, part in zip(_PARTS, tokens.split(counts), strict=True)}
        kept.append({"seed": seed, "packed": packed, **parts})
        if len(kept) == FILMS_A_FILE or seed == wanted[-1]:
            write_state(folder / f"films-{kept[0]['seed']}.pt", kept)
            kept = []
    wait_for_all()


def kept_films(folder: Path, seeds: range) -> list[SeenFilm]:
    """The kept films with these seeds."""
    films = []
    for first in seeds[::FILMS_A_FILE]:
        for each in torch.load(folder / f"films-{first}.pt", weights_only=True):
            films.append(SeenFilm(direct_film(each.pop("seed")), **each))
    return films
