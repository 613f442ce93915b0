"""What the roles are asked while they learn: rows for the decoder, with their truth."""

from __future__ import annotations

import random
from dataclasses import dataclass

import torch
from torch import Tensor

from videomind_training.chain.spans import bound_span, place_in_window, verifier_window

from ..candidates import POSITIVE, Span, draw_candidate, overlap
from ..questions import Interviewer, Question
from .rows import Row, Segment, Words
from .seen import SeenFilm
from .words import PROMPTS, REPLY_OF_GROUNDER, choice_question

_SAY = PROMPTS["prompts"]
SHORTEST_ANSWER = float(PROMPTS["minAnswerSec"])


@dataclass(frozen=True)
class GroundingRow:
    """A film with queries, and their moments as shares of the film: (queries, 2)."""

    row: Row
    moments: Tensor


def grounding_row(seen: SeenFilm, words: Words, rng: random.Random, most: int = 10) -> GroundingRow:
    """A film and what can be looked for in it: descriptions, and questions as plans pass them on."""
    film = seen.film
    asked: list[tuple[str, Span]] = []
    interviewer = Interviewer(film, "train", rng)
    for query in interviewer.queries():
        asked.append((query.text, query.span))
    for question in interviewer.questions():
        if question.span is not None:
            asked.append((question.query if rng.random() < 0.7 else question.text, question.span))
    rng.shuffle(asked)
    asked = asked[:most]
    segments = [words.segment(_SAY["grounder"].format(query=text.rstrip(".")), REPLY_OF_GROUNDER) for text, _ in asked]
    moments = torch.tensor([span for _, span in asked]) / film.duration
    return GroundingRow(Row(seen.ground, segments), moments)


def asked_about(seen: SeenFilm, rng: random.Random) -> list[tuple[str, Span | None]]:
    """Texts that a verifier may be given, with the moment that each means."""
    interviewer = Interviewer(seen.film, "train", rng)
    texts: list[tuple[str, Span | None]] = [(query.text, query.span) for query in interviewer.queries()]
    texts += [(question.text, question.span) for question in interviewer.questions() if question.route != 4]
    return texts


def verifying_row(seen: SeenFilm, words: Words, text: str, truth: Span | None, candidate: Span) -> Row:
    """A candidate in its window, and whether it is right."""
    span, window = verifier_window(candidate, seen.film.duration)
    tokens, shown = seen.window(*window)
    marks = (place_in_window(span[0], shown), place_in_window(span[1], shown))
    right = truth is not None and overlap(candidate, truth) >= POSITIVE
    segment = words.segment(_SAY["verifier"].format(query=text), "Yes" if right else "No", learned=1)
    return Row(tokens, [segment], marks)


def verifying_rows(seen: SeenFilm, words: Words, rng: random.Random, count: int) -> list[Row]:
    """Candidates of all kinds."""
    texts = asked_about(seen, rng)
    rows = []
    for _ in range(count):
        text, truth = rng.choice(texts)
        rows.append(verifying_row(seen, words, text, truth, draw_candidate(seen.film, truth, rng)))
    return rows


def planning_row(seen: SeenFilm, words: Words, rng: random.Random, most: int = 8) -> Row:
    """Questions of all routes, each with its plan."""
    questions = Interviewer(seen.film, "train", rng).questions()
    by_route = {route: [each for each in questions if each.route == route] for route in (1, 2, 3, 4)}
    chosen = [rng.choice(by_route[route]) for route in (1, 1, 2, 3, 3, 4) if by_route[route]][:most]
    return Row(seen.plan, [words.segment(_SAY["planner"].format(question=each.text), each.plan) for each in chosen])


def answer_segment(question: Question, words: Words, choice: bool) -> Segment:
    """A question with its answer, as multiple choice if asked for and possible."""
    if choice and question.options:
        letter = "ABCDEFGH"[question.options.index(question.answer)]
        return words.segment(
            choice_question(question.text, question.options), f"{letter})", started=PROMPTS["choices"]["replyStart"]
        )
    return words.segment(_SAY["answerer"].format(question=question.text), question.answer)


def answering_rows(seen: SeenFilm, words: Words, rng: random.Random, windows: int) -> list[Row]:
    """The whole film with questions of all kinds, and windows around moments with what they show."""
    film = seen.film
    questions = [each for each in Interviewer(film, "train", rng).questions() if each.route != 3]
    whole = [each for each in questions if each.route == 4 or rng.random() < 0.25][:6]
    rows = [Row(seen.whole, [answer_segment(each, words, rng.random() < 0.5) for each in whole])] if whole else []
    grounded = [each for each in questions if each.span is not None]
    for anchor in rng.sample(grounded, min(windows, len(grounded))):
        span = anchor.span or (0.0, film.duration)
        length = span[1] - span[0]
        guess = (span[0] + rng.gauss(0, 0.12) * length, span[1] + rng.gauss(0, 0.12) * length)
        tokens, shown = seen.window(*bound_span(guess, film.duration, SHORTEST_ANSWER))
        inside = [
            each
            for each in grounded
            if each.span is not None and each.span[0] >= shown[0] - 0.7 and each.span[1] <= shown[1] + 0.7
        ]
        inside += [each for each in questions if each.kind == "does" and each.answer == "no"]
        if inside:
            segments = [answer_segment(each, words, rng.random() < 0.6) for each in rng.sample(inside, min(6, len(inside)))]
            rows.append(Row(tokens, segments))
    return rows
