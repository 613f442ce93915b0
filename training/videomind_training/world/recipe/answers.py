"""What the decoder computes of a batch of rows. Nothing here waits for the device."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional
from transformers import Qwen2VLForConditionalGeneration

from .batch import Batch, put_together
from .looking import AIM_EDGE_HEADS, AIM_HEADS, EDGE_HEADS, EVIDENCE_HEADS, SOURCE_HEADS, edging_loss, looking_loss
from .rows import Row, Words


@dataclass(frozen=True)
class Answers:
    """What the decoder computed.

    Attributes:
        loss: of each learned token, in order of rows and segments.
        hits: whether each was the most likely one.
        scores: (learned tokens, vocabulary).
        frames: (rows, most pairs, hidden), mean state of each pair before the final norm; of no meaning beyond a row's end.
        last: (segments, hidden), the state before the reply's third token: where `<|reg|>` is predicted from.
        ends: (segments, hidden), the state where the reply begins.
        halfway: (places, hidden), halfway through the layers.
        looked: (places, hidden), one layer later: what words speak of has then been looked at.
        looking: of each segment with evidence, how far attention is from it.
        aiming: of each segment with an aim, how far attention is from it.
        edging, aim_edging: of each segment with edges, how far attention is from them.
        taking: of each reply's token with a source, how far attention is from it.
    """

    loss: Tensor
    hits: Tensor
    scores: Tensor
    frames: Tensor
    last: Tensor
    ends: Tensor
    halfway: Tensor
    looked: Tensor
    looking: Tensor
    aiming: Tensor
    edging: Tensor
    aim_edging: Tensor
    taking: Tensor


def answer_batch(network: Qwen2VLForConditionalGeneration, batch: Batch) -> Answers:
    """Runs the decoder over a batch on the network's device."""
    rows, length = batch.ids.shape
    decoder = network.model.language_model
    causal = torch.ones(length, length, dtype=torch.bool, device=batch.ids.device).tril()
    same = batch.owner[:, :, None] == batch.owner[:, None, :]
    mask = (causal & (same | (batch.owner == 0)[:, None, :]))[:, None]  # (rows, 1, length, length)
    states = decoder.embed_tokens(batch.ids)
    hidden = states.shape[-1]
    states = states.flatten(0, 1).index_copy(0, batch.sight_at, batch.sight.to(states.dtype)).view(rows, length, hidden)
    rotary = decoder.rotary_emb(states, batch.positions)
    halfway, looked = states, states
    nowhere = states.new_zeros(0)
    looking, aiming, edging, aim_edging, taking = nowhere, nowhere, nowhere, nowhere, nowhere
    for number, layer in enumerate(decoder.layers):
        if number == len(decoder.layers) // 2:
            halfway = states
            if len(batch.evidence.rows) > 0:
                looking = looking_loss(layer, states, rotary, mask, batch.evidence, EVIDENCE_HEADS)
            if len(batch.edges[0].rows) > 0:
                edging = edging_loss(layer, states, rotary, mask, batch.edges, EDGE_HEADS)
        if number == len(decoder.layers) - 1 and len(batch.aims.rows) > 0:
            aiming = looking_loss(layer, states, rotary, mask, batch.aims, AIM_HEADS)
        if number == len(decoder.layers) - 1 and len(batch.aim_edges[0].rows) > 0:
            aim_edging = edging_loss(layer, states, rotary, mask, batch.aim_edges, AIM_EDGE_HEADS)
        if number == len(decoder.layers) - 1 and len(batch.sources.rows) > 0:
            taking = looking_loss(layer, states, rotary, mask, batch.sources, SOURCE_HEADS)
        states = layer(states, attention_mask=mask, position_embeddings=rotary, position_ids=batch.positions)
        states = states[0] if isinstance(states, tuple) else states
        if number == len(decoder.layers) // 2:
            looked = states
    flat = states.flatten(0, 1)
    scores = network.lm_head(decoder.norm(flat[batch.learned_at]))
    return Answers(
        loss=functional.cross_entropy(scores, batch.truth, reduction="none"),
        hits=scores.argmax(dim=1) == batch.truth,
        scores=scores,
        frames=flat[batch.frames_at].mean(dim=2),
        last=flat[batch.queries_at],
        ends=flat[batch.starts_at],
        halfway=halfway.flatten(0, 1),
        looked=looked.flatten(0, 1),
        looking=looking,
        aiming=aiming,
        edging=edging,
        aim_edging=aim_edging,
        taking=taking,
    )


def ask(network: Qwen2VLForConditionalGeneration, words: Words, rows: list[Row]) -> Answers:
    """Runs the decoder over rows."""
    return answer_batch(network, put_together(rows, words).to(network.device))
