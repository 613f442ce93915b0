"""What the grounder finds for texts, and what the verifier is then shown of it: the verifier learns on these."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from videomind_training.chain.spans import Span, verifier_window
from videomind_training.network.grounding_head import HeadOutput
from videomind_training.network.moments import select_moments

from ..candidates import draw_candidate
from ..questions import Interviewer
from .answers import ask
from .feeding import Feeding
from .films import Library
from .learner import Learner
from .lessons import Draw, Lesson, spoken_lesson
from .network import see
from .rows import Row, Words
from .seen import SeenFilm, Window, cells_of, draw_pairs, middles_of, pack, sampled, unpack
from .tasks import Claim, verifying_row
from .words import PROMPTS, REPLY_OF_GROUNDER

CANDIDATES = 5
DRAWN = 2
"""Candidates drawn around the moment and elsewhere, beside the grounder's: its own are rarely a little too long or late."""


RELATED = 0.35
"""Share of the lists for texts that tell something by what comes before or after it: these are hard to judge."""


@dataclass(frozen=True)
class Guess:
    """Candidates for a text that the verifier is asked with: what the grounder found, and drawn ones."""

    seen: SeenFilm
    claim: Claim
    candidates: list[Span]


@dataclass(frozen=True)
class Sight:
    """What the verifier is shown of a candidate, to the frame: its tokens, its labels as bits, its span in seconds, and
    where the middles of its pairs are."""

    tokens: Tensor
    packed: Tensor
    span: Span
    middles: Tensor

    @property
    def window(self) -> Window:
        """The same, unpacked."""
        return Window(self.tokens, unpack(self.packed), self.span, self.middles)


@torch.no_grad()
def guesses_of(learner: Learner, seen: SeenFilm, asked: list[tuple[str, Claim]]) -> list[Guess]:
    """The grounder's best five moments for (query, claim to verify)."""
    if not asked:
        return []
    say = PROMPTS["prompts"]["grounder"]
    segments = [learner.words.segment(say.format(query=query.rstrip(".")), REPLY_OF_GROUNDER) for query, _ in asked]
    answers = ask(learner.network, learner.words, [Row(seen.ground, segments)])
    output = learner.head(answers.frames.expand(len(asked), -1, -1), answers.last)
    logits, offsets, frames, query = (each.cpu() for each in (output.logits, output.offsets, output.frames, output.query))
    guesses = []
    for index, (_, claim) in enumerate(asked):
        here = slice(index, index + 1)
        one = HeadOutput(logits[here], offsets[here], frames[here], query[here])
        rows = select_moments(one, learner.head.sizes.levels, CANDIDATES)[:, :2].clamp(0, 1) * seen.film.duration
        guesses.append(Guess(seen, claim, [(float(min(row)), float(max(row))) for row in rows]))
    return guesses


def collect_guesses(grounder: Learner, library: Library, seed: int) -> list[Guess]:
    """Guesses over films that the grounder has not learned from, as the chain makes them: found by the plan's query, and
    verified by the question."""
    rng = random.Random(seed)
    guesses = []
    for seen in library.films:
        interviewer = Interviewer(seen.film, "train", rng)
        asked = [(each.text, Claim(each.text, each.span, each.about, each.event)) for each in interviewer.queries()]
        questions = [each for each in interviewer.questions() if each.route != 4]
        # What is told by something else is rare, and hard to judge: all of that.
        chosen = [each for each in questions if len(each.about) > 1]
        others = [each for each in questions if len(each.about) <= 1]
        chosen += rng.sample(others, min(6, len(others)))
        asked += [(each.query, Claim(each.text, each.span, each.about, each.event)) for each in chosen]
        for guess in guesses_of(grounder, seen, asked):
            drawn = [draw_candidate(seen.film, guess.claim.truth, rng) for _ in range(DRAWN)]
            guesses.append(replace(guess, candidates=[*guess.candidates, *drawn]))
    return guesses


Found = dict[int, dict[Span, Span]]
"""By a film's seed and a moment, in seconds: what the grounder found in its place."""


def first_found(guesses: list[Guess]) -> Found:
    """The best candidate for each moment that was looked for."""
    found: Found = {}
    for guess in guesses:
        if guess.claim.truth is not None:
            found.setdefault(guess.seen.film.seed, {})[guess.claim.truth] = guess.candidates[0]
    return found


def _draw_windows(guess: Guess) -> list[tuple[Tensor, Tensor, Span, Tensor]]:
    film, drawn = guess.seen.film, []
    for candidate in guess.candidates:
        _, window = verifier_window(candidate, film.duration)
        indices = sampled(film, "verifier", window)
        drawn.append((draw_pairs(film, indices), pack(cells_of(film, indices)), window, middles_of(film, indices)))
    return drawn


@torch.no_grad()
def look_closer(guesses: list[Guess], learner: Learner, feeding: Feeding) -> list[list[Sight]]:
    """What the verifier is shown of each guess's candidates."""
    tower, sights = learner.network.model.visual, []
    for windows in feeding.draws(lambda number, _: _draw_windows(guesses[number]), 0, range(len(guesses))):
        tokens = see(tower, torch.cat([pairs for pairs, *_ in windows]).to(feeding.device)).half().cpu()
        parts = tokens.split([len(pairs) for pairs, *_ in windows])
        told = zip(parts, windows, strict=True)
        sights.append([Sight(part.clone(), packed, span, middles) for part, (_, packed, span, middles) in told])
    return sights


def verifier_lessons(words: Words, guesses: list[Guess], sights: list[list[Sight]], scale: int) -> Draw:
    """Batches of candidates: all of those for a text, to be put in order.

    Args:
        words: to write with.
        guesses: to learn from.
        sights: of the first guesses; what is shown of the others' candidates is cut from what was kept of their films, in
            whole seconds.
        scale: how many times as many texts a batch has as one core can learn from at a time.
    """
    related = [number for number, guess in enumerate(guesses) if len(guess.claim.about) > 1]
    plain = [number for number, guess in enumerate(guesses) if len(guess.claim.about) <= 1]

    def draw(rng: random.Random) -> Lesson:
        rows = []
        for rival in range(6 * scale):
            number = rng.choice(related if related and (not plain or rng.random() < RELATED) else plain)
            guess = guesses[number]
            windows = [each.window for each in sights[number]] if number < len(sights) else [None] * len(guess.candidates)
            for candidate, window in zip(guess.candidates, windows, strict=True):
                rows.append(verifying_row(guess.seen, words, [guess.claim], candidate, window, rival))
        return spoken_lesson("v", rows, words)

    return draw
