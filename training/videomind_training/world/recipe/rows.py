"""Many questions after one video: rows of a shared prefix and segments that see the prefix and themselves alone.

A decoder is causal and the video comes first, so what it computes of the video does not depend on the question. A row
therefore costs one video however many questions follow, and each is computed as if it stood alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from transformers import Qwen2VLForConditionalGeneration

from videomind_training.network.positions import rotary_positions

from ..things import COLOURS, SHAPES
from ..wording import VERBS
from .looking import EVIDENCE_HEADS, SOURCE_HEADS, Look, looking_loss
from .network import TOKENS_PER_PAIR

IGNORED = -100


@dataclass(frozen=True)
class Segment:
    """A prompt and its reply as token ids.

    Attributes:
        learned: how many of the reply's tokens are learned, from its start.
        meaning: what its words speak of, as labels (LABELS,).
        evidence: which visual tokens of the row show it (pairs × 4,); none of them: it is not to be seen.
        found: what there is to be seen there, as labels (LABELS,).
        sources: for tokens of the reply, by number, the places in the prompt where they are to be taken from.
        fit: what marked part and moment have in common, where that is asked: intersection over union, recall, precision.
    """

    prompt: list[int]
    reply: list[int]
    learned: int
    meaning: Tensor | None = None
    evidence: Tensor | None = None
    found: Tensor | None = None
    sources: tuple[tuple[int, tuple[int, ...]], ...] = ()
    fit: Tensor | None = None


@dataclass(frozen=True)
class Row:
    """A video as tokens (pairs, 4, hidden), places of the verifier's marks if it has any, and what is asked."""

    tokens: Tensor
    segments: list[Segment]
    marks: tuple[float, float] | None = None


@dataclass(frozen=True)
class Answers:
    """What the decoder computed of rows.

    Attributes:
        loss: of each learned token, in order of rows and segments.
        hits: whether each was the most likely one.
        frames: (rows, most pairs, hidden), mean state of each pair before the final norm; zero beyond a row's end.
        last: per row (segments, hidden), the state before the reply's third token: where `<|reg|>` is predicted from.
        scores: (learned tokens, vocabulary).
        meant: (segments with a meaning, hidden), halfway through the layers where the reply begins.
        meanings: their labels.
        seen: (segments with something found, hidden), one layer later: what their words speak of has then been looked at.
        founds: their labels.
        looking: of each segment with evidence, how far attention is from it.
        taking: of each reply's token with a source, how far attention is from it.
        ends: (segments, hidden), the state where the reply begins.
        marked: (visual tokens of rows with marks, hidden), halfway through the layers.
        parts: of each of these: 0 before the marks, 1 between, 2 after.
    """

    loss: Tensor
    hits: Tensor
    frames: Tensor
    last: list[Tensor]
    scores: Tensor
    meant: Tensor
    meanings: Tensor
    seen: Tensor
    founds: Tensor
    looking: Tensor
    taking: Tensor
    ends: Tensor
    marked: Tensor
    parts: Tensor


class Words:
    """Text to ids, with the ids that matter."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        known = {name: tokenizer.token_to_id(f"<|{name}|>") for name in ("im_start", "im_end", "vision_start", "vision_end")}
        self.start, self.end = known["im_start"], known["im_end"]
        self.vision_start, self.vision_end = known["vision_start"], known["vision_end"]
        self.video_pad = tokenizer.token_to_id("<|video_pad|>")
        self.seg_start = tokenizer.token_to_id("<|seg_start|>")
        self.seg_end = tokenizer.token_to_id("<|seg_end|>")
        self.yes, self.no = tokenizer.token_to_id("Yes"), tokenizer.token_to_id("No")
        self._known: dict[str, list[int]] = {}
        self.alike = self._alike()

    def ids(self, text: str) -> list[int]:
        """Token ids of a text."""
        if text not in self._known:
            self._known[text] = self.tokenizer.encode(text).ids
        return self._known[text]

    def _alike(self) -> dict[int, set[int]]:
        """For each token that a plan's query may be made of, the tokens that a question may have in its place."""
        kept = [*COLOURS, *SHAPES, "something", "before", "after"]
        alike = {token: {token} for word in kept for token in self.ids(f" {word}")}
        for word in ("before", "after"):
            alike[self.ids(f" {word}")[0]].add(self.ids(f" {word.capitalize()}")[0])
        words = {kind: {word for verb in verbs for word in verb.words} for kind, verbs in VERBS.items()}
        for kind, verbs in VERBS.items():
            # `goes` may be any of several; `left` tells which.
            others = {word for other, known in words.items() if other != kind for word in known}
            telling = {token for word in words[kind] - others for token in self.ids(f" {word}")}
            for word in verbs[0].third.removesuffix(" {other}").split():
                for token in self.ids(f" {word}"):
                    alike[token] = alike.get(token, set()) | telling
        return alike

    def telling(self, words: str) -> set[int]:
        """Tokens of words, as they stand at the beginning of a text and within."""
        return {token for word in words.split() for put in (word, f" {word}") for token in self.ids(put)[:1]}

    def decisions(self, plan: list[int]) -> set[int]:
        """Which tokens of a plan decide its route: who comes first, whether with a query, and what follows the verifier."""
        first = len(self.ids('[{"type": "'))
        verifier = self.ids("verifier")[0]
        return {first, first + 1} | {place + 1 for place, token in enumerate(plan) if token == verifier}

    def segment(
        self,
        prompt: str,
        reply: str,
        started: str = "",
        learned: int | None = None,
        meaning: Tensor | None = None,
        evidence: Tensor | None = None,
        found: Tensor | None = None,
        sources: tuple[tuple[int, tuple[int, ...]], ...] = (),
        fit: Tensor | None = None,
    ) -> Segment:
        """A prompt with its reply; `started` is put into the assistant's mouth and not learned."""
        ids = [*self.ids(prompt), self.end, self.start, *(self.ids(started) if started else [])]
        spoken = [*self.ids(reply), self.end]
        return Segment(ids, spoken, len(spoken) if learned is None else learned, meaning, evidence, found, sources, fit)


def ask(network: Qwen2VLForConditionalGeneration, words: Words, rows: list[Row]) -> Answers:
    """Runs the decoder over rows."""
    built = [_layout(row, words) for row in rows]
    length = max(len(each.ids) for each in built)
    hidden = network.config.text_config.hidden_size
    ids = torch.full((len(rows), length), words.end)
    positions = torch.zeros(3, len(rows), length, dtype=torch.long)
    owner = torch.full((len(rows), length), -1)
    labels = torch.full((len(rows), length), IGNORED)
    for index, each in enumerate(built):
        size = len(each.ids)
        ids[index, :size] = torch.tensor(each.ids)
        positions[:, index, :size] = each.positions
        owner[index, :size] = each.owner
        labels[index, :size] = each.labels
    causal = torch.ones(length, length, dtype=torch.bool).tril()
    same = owner[:, :, None] == owner[:, None, :]
    mask = (causal & (same | (owner == 0)[:, None, :]))[:, None]  # (rows, 1, length, length)
    states = network.model.language_model.embed_tokens(ids)
    seen = torch.cat([row.tokens.flatten(0, 1) for row in rows]).to(states)
    states = states.masked_scatter((ids == words.video_pad)[..., None], seen)
    decoder = network.model.language_model
    rotary = decoder.rotary_emb(states, positions)
    halfway, looked, looking, taking = states, states, torch.zeros(0), torch.zeros(0)
    evidence, sources = _looks(rows, built)
    for number, layer in enumerate(decoder.layers):
        if number == len(decoder.layers) // 2:
            halfway = states
            if evidence:
                looking = looking_loss(layer, states, rotary, mask, evidence, EVIDENCE_HEADS)
        if number == len(decoder.layers) - 1 and sources:
            taking = looking_loss(layer, states, rotary, mask, sources, SOURCE_HEADS)
        states = layer(states, attention_mask=mask, position_embeddings=rotary, position_ids=positions)
        states = states[0] if isinstance(states, tuple) else states
        if number == len(decoder.layers) // 2:
            looked = states
    learned = labels != IGNORED
    scores = network.lm_head(decoder.norm(states[learned]))
    truth = labels[learned]
    frames = torch.zeros(len(rows), max(len(row.tokens) for row in rows), hidden)
    last = []
    for index, (row, each) in enumerate(zip(rows, built, strict=True)):
        pairs = len(row.tokens)
        frames[index, :pairs] = states[index, each.pads].view(pairs, TOKENS_PER_PAIR, hidden).mean(dim=1)
        last.append(states[index, each.queries])
    starts = [
        (index, place, segment)
        for index, (row, each) in enumerate(zip(rows, built, strict=True))
        for place, segment in zip(each.starts, row.segments, strict=True)
    ]
    named = [(index, place) for index, place, segment in starts if segment.meaning is not None]
    meanings = [segment.meaning for _, _, segment in starts if segment.meaning is not None]
    meant = halfway[[index for index, _ in named], [place for _, place in named]]
    finding = [(index, place, segment.found) for index, place, segment in starts if segment.found is not None]
    ends = states[[index for index, _, _ in starts], [place for _, place, _ in starts]]
    marked, parts = _marked(halfway, ids, rows, words)
    losses = functional.cross_entropy(scores, truth, reduction="none")
    return Answers(
        losses,
        scores.argmax(dim=1) == truth,
        frames,
        last,
        scores,
        meant,
        torch.stack(meanings) if meanings else torch.zeros(0, 0),
        looked[[index for index, _, _ in finding], [place for _, place, _ in finding]],
        torch.stack([labels for _, _, labels in finding]) if finding else torch.zeros(0, 0),
        looking,
        taking,
        ends,
        marked,
        parts,
    )


def _looks(rows: list[Row], built: list[_Layout]) -> tuple[list[Look], list[Look]]:
    """Where segments are to look: at their evidence, or at the row's first token without any; replies at their sources."""
    evidence, sources = [], []
    for index, (row, each) in enumerate(zip(rows, built, strict=True)):
        for place, segment in zip(each.starts, row.segments, strict=True):
            if segment.evidence is not None:
                at = torch.zeros(len(each.ids), dtype=torch.bool)
                at[each.pads[segment.evidence]] = True
                at[0] = not bool(segment.evidence.any())
                evidence.append(Look(index, place, at))
            for number, offsets in segment.sources:
                at = torch.zeros(len(each.ids), dtype=torch.bool)
                at[[place - len(segment.prompt) + 1 + offset for offset in offsets]] = True
                sources.append(Look(index, place + number, at))
    return evidence, sources


def _marked(halfway: Tensor, ids: Tensor, rows: list[Row], words: Words) -> tuple[Tensor, Tensor]:
    with_marks = torch.tensor([row.marks is not None for row in rows])
    visual = (ids == words.video_pad) & with_marks[:, None]
    part = (ids == words.seg_start).cumsum(dim=1) + (ids == words.seg_end).cumsum(dim=1)
    return halfway[visual], part[visual]


@dataclass(frozen=True)
class _Layout:
    ids: list[int]
    positions: Tensor
    owner: Tensor
    labels: Tensor
    queries: list[int]
    starts: list[int]
    pads: Tensor


def _layout(row: Row, words: Words) -> _Layout:
    pairs = len(row.tokens)
    pads = [words.video_pad] * (pairs * TOKENS_PER_PAIR)
    if row.marks is not None:
        start, end = (round(place * pairs) * TOKENS_PER_PAIR for place in row.marks)
        pads = [*pads[:start], words.seg_start, *pads[start:end], words.seg_end, *pads[end:]]
    ids = [words.start, words.vision_start, *pads, words.vision_end]
    grid = (pairs, 4, 4)
    places, delta = rotary_positions(ids, grid, words.vision_start, words.video_pad)
    following = len(ids) + delta
    seen = (torch.tensor(ids) == words.video_pad).nonzero()[:, 0]
    positions, owner, labels = [places], [0] * len(ids), [IGNORED] * len(ids)
    queries: list[int] = []
    starts: list[int] = []
    for number, segment in enumerate(row.segments, 1):
        spoken = segment.prompt + segment.reply
        first = len(ids) + len(segment.prompt) - 1  # predicts the reply's first token
        starts.append(first)
        queries.append(min(first + 2, len(ids) + len(spoken) - 2))
        ids += spoken[:-1]  # nothing is predicted from the last one
        size = len(spoken) - 1
        positions.append((torch.arange(size) + following).expand(3, -1))
        owner += [number] * size
        marked = [IGNORED] * (len(segment.prompt) - 1) + segment.reply
        for extra in range(len(segment.prompt) - 1 + segment.learned, len(marked)):
            marked[extra] = IGNORED
        labels += marked
    return _Layout(ids, torch.cat(positions, dim=1), torch.tensor(owner), torch.tensor(labels), queries, starts, seen)
