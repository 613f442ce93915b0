"""Learns to say what is said in made conversations, and counts how much of others it would say word for word."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional
from transformers import AutoModelForImageTextToText, PreTrainedModel

from videomind_training.reasoner.shown.clip import cut_patches
from videomind_training.reasoner.shown.family import read_family
from videomind_training.world.direct import HELD_OUT_SEEDS, direct_film
from videomind_training.world.recipe.optimizer import Optimizers
from videomind_training.world.render import draw_frame
from videomind_training.world.tool_caller.conversations import converse
from videomind_training.world.tool_caller.written import Writer, Written

FRAME_SIDE = 56
"""Frames of films as wide as they are high come in this size, as small as the family reads them: four tokens."""
_DRAWN_FRAMES = 64
_NOT_LEARNT = -100


@dataclass(frozen=True)
class Lessons:
    """How long and how fast is learnt; of one seed always the same."""

    steps: int
    conversations: int = 4
    rate: float = 2e-3
    seed: int = 1


class Learner:
    """A network and what it is shown.

    Args:
        base: checkpoint to begin with, a tiny one of Qwen2.5-VL.
        protocol: tools file of the app.
    """

    def __init__(self, base: Path, protocol: Path) -> None:
        self.network: PreTrainedModel = AutoModelForImageTextToText.from_pretrained(base, dtype=torch.float32)
        self.network.model.visual.requires_grad_(requires_grad=False)
        family = read_family(base)
        self._pad = self.network.config.image_token_id
        side = FRAME_SIDE // family.patch
        self._grid = (1, side, side)
        self.writer = Writer(base, protocol, side * side // 4)
        self._frames = [cut_patches(frame.repeat(2, 1, 1, 1), family)[0] for frame in _drawn()]

    def learn(self, lessons: Lessons) -> Iterator[float]:
        """Takes the steps; the loss of each."""
        optimizers = Optimizers(self.network.named_parameters(), lessons.rate, lessons.steps)
        self.network.train()
        for step in range(lessons.steps):
            rng = random.Random(lessons.seed * HELD_OUT_SEEDS + step)
            loss = self._loss([self.writer.write(converse(rng)) for _ in range(lessons.conversations)], rng)[0]
            loss.backward()
            optimizers.step(step)
            yield float(loss.detach())

    @torch.no_grad()
    def share_word_for_word(self, conversations: int) -> float:
        """Share of the replies in conversations that were never learnt which the network would give in the very words."""
        self.network.eval()
        # No number: -1 draws what 1 draws, and every number is some lesson's.
        rng = random.Random("never learnt")
        right = counted = 0
        for _ in range(conversations):
            written = self.writer.write(converse(rng))
            likeliest, wanted = self._loss([written], rng)[1:]
            for reply in _replies(written):
                right += int(torch.equal(likeliest[0, reply], wanted[0, reply]))
                counted += 1
        return right / counted

    def _loss(self, batch: list[Written], rng: random.Random) -> tuple[Tensor, Tensor, Tensor]:
        """The loss of a token; the likeliest tokens and those wanted, each at the place before it."""
        longest = max(len(written.ids) for written in batch)
        ids = torch.zeros(len(batch), longest, dtype=torch.long)
        shown = torch.zeros_like(ids)
        wanted = torch.full_like(ids, _NOT_LEARNT)
        for row, written in enumerate(batch):
            length = len(written.ids)
            ids[row, :length] = torch.tensor(written.ids)
            shown[row, :length] = 1
            learnt = torch.tensor(written.learnt)
            wanted[row, :length][learnt] = ids[row, :length][learnt]
        images = sum(written.images for written in batch)
        logits = self.network(
            input_ids=ids,
            attention_mask=shown,
            mm_token_type_ids=(ids == self._pad).long(),
            pixel_values=torch.cat([rng.choice(self._frames) for _ in range(images)]),
            image_grid_thw=torch.tensor([self._grid] * images),
        ).logits[:, :-1]
        following = wanted[:, 1:]
        loss = functional.cross_entropy(logits.flatten(0, 1), following.flatten(), ignore_index=_NOT_LEARNT)
        return loss, logits.argmax(-1), following


def _drawn() -> list[Tensor]:
    """Frames of films of the world, (3, side, side)."""
    frames = []
    for seed in range(_DRAWN_FRAMES):
        film = direct_film(seed)
        time = random.Random(seed).uniform(0, film.duration - 1)
        frames.append(torch.from_numpy(draw_frame(film, time, FRAME_SIDE, seed)).permute(2, 0, 1).float())
    return frames


def _replies(written: Written) -> list[slice]:
    """Where each reply stands, counted at the place before each token."""
    turns = [at for at, (before, now) in enumerate(pairwise(written.learnt)) if before != now]
    return [slice(begun, ended) for begun, ended in zip(turns[::2], turns[1::2], strict=True)]
