"""Greedy generation of one reply."""

from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import DynamicCache

from videomind_training.network.batch import Clip
from videomind_training.network.videomind_network import VideoMindNetwork


@dataclass(frozen=True)
class Prompt:
    """A prompt and its video, ready to be read.

    Attributes:
        token_ids: (sequence), visual tokens expanded.
        positions: (3, sequence).
        rope_delta: position of a generated token minus its index.
        clip: the video.
    """

    token_ids: Tensor
    positions: Tensor
    rope_delta: int
    clip: Clip


@dataclass(frozen=True)
class Prefill:
    """What reading a prompt gives: states (sequence, hidden) before the final norm, and the last position's logits."""

    states: Tensor
    last_logits: Tensor
    cache: DynamicCache


@dataclass(frozen=True)
class Reply:
    """A generated reply.

    Attributes:
        token_ids: generated ids, with the end token if it came.
        prefill: what reading the prompt gave.
        reg_state: (hidden), the state before the final norm at the first step after prefill whose most likely token is
            `<|reg|>`; None when there was none.
    """

    token_ids: list[int]
    prefill: Prefill
    reg_state: Tensor | None


@torch.no_grad()
def prefill(network: VideoMindNetwork, prompt: Prompt) -> Prefill:
    """Reads a prompt with the role that is switched on."""
    device = network.base.device
    cache = DynamicCache(config=network.base.config.get_text_config())
    embeddings = network.embed(prompt.token_ids[None].to(device), network.encode([prompt.clip.to(device)]))
    states = network.decode(embeddings, prompt.positions[:, None].to(device), cache=cache)
    return Prefill(states.before_norm[0], network.logits(states.after_norm[0, -1]), cache)


@torch.no_grad()
def generate(network: VideoMindNetwork, prompt: Prompt, max_new_tokens: int = 256) -> Reply:
    """Generates greedily until the end token or `max_new_tokens`."""
    read = prefill(network, prompt)
    device = network.base.device
    tokens: list[int] = []
    reg_state: Tensor | None = None
    logits = read.last_logits
    while True:
        token = int(logits.argmax())
        tokens.append(token)
        if token in network.tokens.end or len(tokens) == max_new_tokens:
            return Reply(tokens, read, reg_state)
        position = len(prompt.token_ids) + len(tokens) - 1 + prompt.rope_delta
        embeddings = network.embed(torch.tensor([[token]], device=device), [])
        states = network.decode(embeddings, torch.full((3, 1, 1), position, device=device), cache=read.cache)
        logits = network.logits(states.after_norm[0, -1])
        if reg_state is None and int(logits.argmax()) == network.tokens.reg:
            reg_state = states.before_norm[0, -1]
