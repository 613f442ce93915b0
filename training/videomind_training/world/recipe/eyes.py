"""First stage: the vision tower learns single frame pairs, rendered on the fly, with the ground truth of each quarter."""

from __future__ import annotations

import random
import time
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import Qwen2VLForConditionalGeneration

from ..direct import direct_film
from ..film import Film
from ..motion import things_at
from ..questions import About
from ..render import draw_frame
from ..things import ACTIONS, ALL_THINGS, COLOURS, SHAPES, Thing
from .checkpoints import load_stage, save_stage
from .feeding import Feeding
from .network import FRAME_SIZE, see
from .optimizer import Optimizers
from .team import report

DOINGS: tuple[str, ...] = ("still", *ACTIONS)
_THING = {thing: index for index, thing in enumerate(ALL_THINGS)}
_COLOUR = {colour: index for index, colour in enumerate(COLOURS)}
_SHAPE = {shape: index for index, shape in enumerate(SHAPES)}
_DOING = {doing: index for index, doing in enumerate(DOINGS)}
JOINT = len(DOINGS) * (len(ALL_THINGS) + len(COLOURS) + len(SHAPES))
LABELS = JOINT + len(COLOURS) + len(SHAPES) + len(DOINGS)
"""Labels of a quarter: a thing, a colour, a shape, each with what it does; then a colour, a shape, a doing alone."""


CODE_SCALE = 0.06


@lru_cache
def _code(hidden: int) -> Tensor:
    return torch.randn(LABELS, hidden, generator=torch.Generator().manual_seed(7)) * CODE_SCALE


def code_of(labels: Tensor, hidden: int) -> Tensor:
    """A fixed code of labels, in which visual tokens say what there is: (…, LABELS) → (…, hidden)."""
    return labels.float() @ _code(hidden).to(labels.device)


QUARTER_SCALE = 0.03


@lru_cache
def _quarters(hidden: int) -> Tensor:
    return torch.randn(4, hidden, generator=torch.Generator().manual_seed(11)) * QUARTER_SCALE


def sight_of(labels: Tensor, hidden: int) -> Tensor:
    """What visual tokens are to be: the code of what each quarter shows, and of which quarter it is; (…, 4, LABELS) →
    (…, 4, hidden).

    Behind the verifier's marks the decoder could not tell otherwise of which pair a token is: each mark takes a place, so
    that a pair's last tokens stand at the next pair's place.
    """
    return code_of(labels, hidden) + _quarters(hidden).to(labels.device)


def draw_pair(film: Film, time: float, spacing: float, noise: int) -> tuple[np.ndarray, np.ndarray]:
    """A frame pair (2, side, side, 3) and its labels (4, LABELS): which thing does what in which quarter."""
    frames = np.stack([draw_frame(film, time, FRAME_SIZE, noise), draw_frame(film, time + spacing, FRAME_SIZE, noise + 1)])
    return frames, label_quarters(film, time + spacing / 2)


def label_quarters(film: Film, time: float) -> np.ndarray:
    """Which thing does what in which quarter of the frame: (4, LABELS)."""
    labels = np.zeros((4, LABELS), np.uint8)
    colours = len(DOINGS) * len(ALL_THINGS)
    shapes = colours + len(DOINGS) * len(COLOURS)
    for seen in things_at(film, time):
        x, y = seen.state.x, seen.state.y
        if not (-0.06 < x < 1.06 and -0.06 < y < 1.06):
            continue
        cell = 2 * int(y >= 0.5) + int(x >= 0.5)
        doing = _DOING[seen.doing or "still"]
        labels[cell, _THING[seen.thing] * len(DOINGS) + doing] = 1
        labels[cell, colours + _COLOUR[seen.thing.colour] * len(DOINGS) + doing] = 1
        labels[cell, shapes + _SHAPE[seen.thing.shape] * len(DOINGS) + doing] = 1
        labels[cell, JOINT + _COLOUR[seen.thing.colour]] = 1
        labels[cell, JOINT + len(COLOURS) + _SHAPE[seen.thing.shape]] = 1
        labels[cell, JOINT + len(COLOURS) + len(SHAPES) + doing] = 1
    return labels


def label_event(thing: Thing, kind: str) -> np.ndarray:
    """The joint labels of an event: (JOINT,)."""
    labels = np.zeros(JOINT, np.float32)
    colours = len(DOINGS) * len(ALL_THINGS)
    shapes = colours + len(DOINGS) * len(COLOURS)
    labels[_THING[thing] * len(DOINGS) + _DOING[kind]] = 1
    labels[colours + _COLOUR[thing.colour] * len(DOINGS) + _DOING[kind]] = 1
    labels[shapes + _SHAPE[thing.shape] * len(DOINGS) + _DOING[kind]] = 1
    return labels


def labels_of(thing: Thing, kind: str | None) -> list[int]:
    """The labels of a thing that does this, or whatever."""
    first = _THING[thing] * len(DOINGS)
    return list(range(first, first + len(DOINGS))) if kind is None else [first + _DOING[kind]]


def label_words(about: tuple[About, ...]) -> np.ndarray:
    """The labels of what words say, and no more: (LABELS,)."""
    labels = np.zeros(LABELS, np.float32)
    colours = len(DOINGS) * len(ALL_THINGS)
    shapes = colours + len(DOINGS) * len(COLOURS)
    for said in about:
        if said.colour is not None:
            labels[JOINT + _COLOUR[said.colour]] = 1
        if said.shape is not None:
            labels[JOINT + len(COLOURS) + _SHAPE[said.shape]] = 1
        if said.kind is None:
            continue
        doing = _DOING[said.kind]
        labels[JOINT + len(COLOURS) + len(SHAPES) + doing] = 1
        if said.colour is not None:
            labels[colours + _COLOUR[said.colour] * len(DOINGS) + doing] = 1
        if said.shape is not None:
            labels[shapes + _SHAPE[said.shape] * len(DOINGS) + doing] = 1
        if said.colour is not None and said.shape is not None:
            labels[_THING[Thing(said.colour, said.shape)] * len(DOINGS) + doing] = 1
    return labels


def draw_batch(rng: random.Random, pairs: int, seeds: range) -> tuple[Tensor, Tensor]:
    """Pairs of random films, most of them during an event or close to one, and their labels: both as bytes.

    Half of them are half a second apart or nearly so, as the verifier is shown them: what moves has then moved least.
    """
    frames, labels = [], []
    while len(frames) < pairs:
        film = direct_film(rng.choice(seeds))
        for _ in range(8):
            spacing = rng.choice(
                (1.0, 1.0, 0.5, 0.5, 0.5, rng.uniform(0.4, 0.6), rng.uniform(0.3, 2.0), rng.uniform(1.0, 7.0))
            )
            if rng.random() < 0.8:
                event = rng.choice(film.events)
                moment = rng.uniform(event.start - 0.6, event.end + 0.6) - spacing / 2
            else:
                moment = rng.uniform(0, film.duration)
            moment = min(max(0.0, moment), film.duration - spacing - 0.1)
            pair, label = draw_pair(film, moment, spacing, rng.randrange(2**31))
            frames.append(pair)
            labels.append(label)
    return torch.from_numpy(np.stack(frames)), torch.from_numpy(np.stack(labels))


class Probe(nn.Module):
    """Reads off visual tokens what they show and which quarter they are; thrown away after the stage."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(hidden)
        self.probe = nn.Linear(hidden, LABELS)
        nn.init.constant_(self.probe.bias, -4.0)
        self.quarter_probe = nn.Linear(hidden, 4)

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """(pairs, 4, hidden) → logits of labels (pairs, 4, LABELS) and of quarters (pairs, 4, 4)."""
        normed = self.norm(tokens)
        return self.probe(normed), self.quarter_probe(normed)


def train_eyes(
    network: Qwen2VLForConditionalGeneration,
    folder: Path,
    steps: int,
    seed: int,
    feeding: Feeding,
    pairs: int = 128,
    rate: float = 2e-3,
    stop_after: int | None = None,
) -> None:
    """Trains the tower, resuming from `folder`, where it leaves `eyes.pt`; `stop_after` ends it early, to be resumed."""
    torch.manual_seed(seed)
    tower = network.model.visual.to(feeding.device)
    probe = Probe(network.config.text_config.hidden_size).to(feeding.device)
    named = [*tower.named_parameters(), *((f"probe.{name}", value) for name, value in probe.named_parameters())]
    optimizers = Optimizers(named, rate, steps)
    first = load_stage(folder / "eyes.pt", {"tower": tower, "probe": probe, "optimizers": optimizers})
    if first == 0:
        start_with_differences(tower, seed)
    started = time.time()
    last = steps if stop_after is None else min(steps, stop_after)

    def draw(_: int, rng: random.Random) -> tuple[Tensor, Tensor]:
        return draw_batch(rng, pairs, range(1_000_000))

    for step, drawn in enumerate(feeding.draws(draw, seed, range(first, last)), first):
        frames, labels = (each.to(feeding.device, non_blocking=True) for each in drawn)
        (logits, places), labels = probe(see(tower, frames)), labels.float()
        each = functional.binary_cross_entropy_with_logits(logits, labels, reduction="none")
        # What a thing does is the hard part: said plainly, it weighs more.
        loss = (each.sum() + 3 * each[..., -len(DOINGS) :].sum()) / labels.sum()
        quarters = torch.arange(4, device=places.device).expand(len(places), -1)
        loss = loss + functional.cross_entropy(places.flatten(0, 1), quarters.flatten())
        loss.backward()
        optimizers.step(step)
        if step % 50 == 49:
            found = _found(logits, labels)
            report(f"eyes {step + 1}/{steps} loss {loss.item():.3f} {found} {time.time() - started:.0f} s")
        if step % 200 == 199 or step + 1 == last:
            save_stage(folder / "eyes.pt", step + 1, {"tower": tower, "probe": probe, "optimizers": optimizers})


@torch.no_grad()
def start_with_differences(tower: nn.Module, seed: int) -> None:
    """Half of the patch filters begin as smooth differences of the two frames, the others as what they have in common: so
    what moves stands out from the first step."""
    weight = tower.patch_embed.proj.weight  # (width, 3, 2, 14, 14)
    spread = weight.std()
    weight[:] = weight.mean(dim=2, keepdim=True)
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.randn(len(weight) // 2, 3, 4, 4, generator=generator)
    smooth = functional.interpolate(coarse, size=weight.shape[-2:], mode="bilinear") * spread * 2
    weight[1::2, :, 0], weight[1::2, :, 1] = -smooth, smooth


def _found(logits: Tensor, labels: Tensor) -> str:
    """How often the things that are there are the most likely ones, and of those that act, what they do."""
    sizes = [len(DOINGS) * count for count in (len(ALL_THINGS), len(COLOURS), len(SHAPES))]
    logits, truth_all = logits.detach()[..., :JOINT], labels[..., :JOINT]
    words = []
    for name, scores, truth in zip(
        ("thing", "colour", "shape"), logits.split(sizes, dim=2), truth_all.split(sizes, dim=2), strict=True
    ):
        single = truth.sum(dim=2) == 1
        best = scores.argmax(dim=2)[single]
        right = truth[single].argmax(dim=1)
        kinds = (best // len(DOINGS) == right // len(DOINGS)).float().mean().item()
        acting = right % len(DOINGS) > 0
        acts = (best % len(DOINGS) == right % len(DOINGS))[acting].float().mean().item()
        words.append(f"{name} {kinds:.2f}/{acts:.2f}")
    return " ".join(words)
