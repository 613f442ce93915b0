"""How well a network answers held-out questions: each reward's mean over replies drawn as in training."""

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from transformers import PreTrainedModel

from videomind_training.reasoner.configuration import GrpoEntry
from videomind_training.reasoner.data.items import ReasonerItem
from videomind_training.reasoner.learning.material import Material
from videomind_training.reasoner.rewards.scoring import Rewards
from videomind_training.reasoner.shown.prompt import network_inputs

asked_at_once = 16


@dataclass(frozen=True)
class Measured:
    """Replies to held-out questions and what they are worth.

    Attributes:
        replies: one a question, in order.
        rewards: mean of each reward over the questions that it speaks of, by name; `total` is weighed and added.
    """

    replies: tuple[str, ...]
    rewards: dict[str, float]


def measure(
    network: PreTrainedModel, items: list[ReasonerItem], material: Material, rewards: Rewards, drawn: GrpoEntry, seed: int
) -> Measured:
    """Asks every question once, with the run's temperature. Draws are the same at every call, and the run's own random
    numbers are left as they were."""
    replies: list[str] = []
    with _apart(network, seed):
        for start in range(0, len(items), asked_at_once):
            prompts = [material.asked(item) for item in items[start : start + asked_at_once]]
            maker = material.maker
            inputs = network_inputs(prompts, maker.family, maker.pad_id, left=True)
            longest = inputs["input_ids"].shape[1]
            said = network.generate(
                **{name: value.to(network.device) for name, value in inputs.items()},
                max_new_tokens=drawn.max_new_tokens,
                do_sample=True,
                temperature=drawn.temperature,
                top_p=drawn.top_p,
                top_k=0,
                repetition_penalty=1.0,
                suppress_tokens=maker.family.never_said,
                pad_token_id=maker.pad_id,
            )
            replies += [_text(material, row[longest:].tolist()) for row in said]
    return Measured(tuple(replies), _means(replies, items, rewards))


def _text(material: Material, ids: list[int]) -> str:
    maker = material.maker
    ends = [at for at, token in enumerate(ids) if token in (maker.end_id, maker.pad_id)]
    return maker.tokenizer.decode(ids[: ends[0]] if ends else ids, skip_special_tokens=True)


def _means(replies: list[str], items: list[ReasonerItem], rewards: Rewards) -> dict[str, float]:
    means: dict[str, float] = {}
    columns = [rewards.values(at, replies, items) for at in range(len(rewards.entries))]
    for entry, values in zip(rewards.entries, columns, strict=True):
        spoken = [value for value in values if value is not None]
        if spoken:
            means[entry.label] = statistics.fmean(spoken)
    means["total"] = statistics.fmean(rewards.weighed(row) for row in zip(*columns, strict=True))
    return means


@contextmanager
def _apart(network: PreTrainedModel, seed: int) -> Iterator[None]:
    learning = network.training
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(seed)
        network.eval()
        try:
            yield
        finally:
            network.train(learning)
