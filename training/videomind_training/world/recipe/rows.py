"""Many questions after one video: rows of a shared prefix and segments that see the prefix and themselves alone.

A decoder is causal and the video comes first, so what it computes of the video does not depend on the question. A row
therefore costs one video however many questions follow, and each is computed as if it stood alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from videomind_training.network.positions import rotary_positions

from ..things import COLOURS, SHAPES
from ..wording import VERBS
from .edges import Edges
from .network import TOKENS_PER_PAIR
from .words import QUERY_AFTER

IGNORED = -100


@dataclass(frozen=True)
class Segment:
    """A prompt and its reply as token ids.

    Attributes:
        learned: how many of the reply's tokens are learned, from its start.
        meaning: what its words speak of, as labels (LABELS,).
        evidence: which visual tokens of the row show it (pairs × 4,); none of them: it is not to be seen.
        edges: of what the evidence is of.
        aim: which visual tokens show the event that is asked for, where evidence may be of what it is told by; `aim_edges`,
            the event's.
        aim_after: how many of the reply's tokens stand before the place where that is to be known.
        found: what there is to be seen there, as labels (LABELS,).
        relation: what the words ask for, by what else, and in which order (RELATION,).
        sources: for tokens of the reply, by number, the places in the prompt where they are to be taken from.
        fit: what marked part and moment have in common, where that is asked: intersection over union, recall, precision.
        rival: number of the text that this and other candidates of a batch are judged for; -1 for none.
    """

    prompt: list[int]
    reply: list[int]
    learned: int
    meaning: Tensor | None = None
    evidence: Tensor | None = None
    found: Tensor | None = None
    relation: Tensor | None = None
    sources: tuple[tuple[int, tuple[int, ...]], ...] = ()
    fit: Tensor | None = None
    rival: int = -1
    edges: Edges | None = None
    aim: Tensor | None = None
    aim_edges: Edges | None = None
    aim_after: int = 0


@dataclass(frozen=True)
class Row:
    """A video as tokens (pairs, 4, hidden), places of the verifier's marks if it has any, and what is asked.

    `running`: what is on in each pair and in the one before, (pairs, RUNNING), where that is to be known.
    """

    tokens: Tensor
    segments: list[Segment]
    marks: tuple[float, float] | None = None
    running: Tensor | None = None


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
        self.content_tokens = set(self.alike).union(*self.alike.values())

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
        relation: Tensor | None = None,
        fit: Tensor | None = None,
    ) -> Segment:
        """A prompt with its reply; `started` is put into the assistant's mouth and not learned."""
        ids = [*self.ids(prompt), self.end, self.start, *(self.ids(started) if started else [])]
        spoken = [*self.ids(reply), self.end]
        return Segment(ids, spoken, len(spoken) if learned is None else learned, meaning, evidence, found, relation, fit=fit)


@dataclass(frozen=True)
class Layout:
    """A row as the decoder reads it.

    Attributes:
        ids: token ids.
        positions: (3, tokens).
        owner: of each token: 0 for the video, then the number of its segment.
        labels: what each token predicts; IGNORED where nothing is learned.
        queries: of each segment, where the reply's third token is predicted from.
        starts: of each segment, where the reply is predicted from.
        pads: places of the visual tokens.
    """

    ids: list[int]
    positions: Tensor
    owner: Tensor
    labels: Tensor
    queries: list[int]
    starts: list[int]
    pads: Tensor


def lay_out(row: Row, words: Words) -> Layout:
    """Writes a row's tokens one after another; the segments all go on from where the video ends."""
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
        queries.append(min(first + QUERY_AFTER, len(ids) + len(spoken) - 2))
        ids += spoken[:-1]  # nothing is predicted from the last one
        size = len(spoken) - 1
        positions.append((torch.arange(size) + following).expand(3, -1))
        owner += [number] * size
        marked = [IGNORED] * (len(segment.prompt) - 1) + segment.reply
        for extra in range(len(segment.prompt) - 1 + segment.learned, len(marked)):
            marked[extra] = IGNORED
        labels += marked
    return Layout(ids, torch.cat(positions, dim=1), torch.tensor(owner), torch.tensor(labels), queries, starts, seen)
