"""What the roles are asked while they learn: rows for the decoder, with their truth."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from videomind_training.chain.spans import bound_span, place_in_window, verifier_window

from ..candidates import POSITIVE, Span, draw_candidate, overlap
from ..motion import things_at
from ..questions import Interviewer, Question
from ..things import COLOURS, SHAPES
from ..wording import VERBS, the, verb_with
from .eyes import JOINT, label_event
from .rows import Row, Segment, Words
from .seen import SeenFilm
from .words import PROMPTS, REPLY_OF_GROUNDER, choice_question

_SAY = PROMPTS["prompts"]
SHORTEST_ANSWER = float(PROMPTS["minAnswerSec"])


ANSWER_TO_WHEN = "here"
RESTS = "rests"
"""What a thing does that is in no event."""


def looking_row(seen: SeenFilm, words: Words, rng: random.Random) -> Row | None:
    """A single frame pair, and what there is to see: the first and easiest lesson of reading visual tokens.

    Nothing to see is no lesson.
    """
    film = seen.film
    event = rng.choice(film.events)
    moment = rng.uniform(event.start, event.end) if rng.random() < 0.85 else rng.uniform(0, film.duration)
    second = min(int(moment), int(film.duration) - 1)
    visible = [each for each in things_at(film, second + 0.25) if 0 < each.state.x < 1 and 0 < each.state.y < 1]
    if not visible:
        return None
    visible.sort(key=lambda each: (each.state.y >= 0.5, each.state.x >= 0.5, each.state.x))
    verbs = {each.thing: VERBS[each.doing][0].third.format(other="another") if each.doing else RESTS for each in visible}
    said = ", ".join(f"{thing} {verb}" for thing, verb in verbs.items())
    segments = [words.segment("Tell: all", said)]
    thing = rng.choice(list(verbs))
    kinds = {each.thing: each.doing or "still" for each in visible}
    meant = torch.from_numpy(label_event(thing, kinds[thing]))
    segments.append(words.segment(f"Tell: What does {the(thing)} do?", verbs[thing]))
    other, doing = rng.choice(list(verbs.items())) if rng.random() < 0.5 else (thing, rng.choice(list(VERBS)))
    asked = verb_with(rng.choice(VERBS[doing]), None).third if doing in VERBS else doing
    right = verbs.get(other) == (VERBS[doing][0].third.format(other="another") if doing in VERBS else doing)
    segments.append(words.segment(f"Tell: {the(other)} {asked}?", "Yes" if right else "No"))
    for colour_asked in (True, False):
        key = thing.shape if colour_asked else thing.colour
        same = [each for each in verbs if key in (each.shape, each.colour)]
        by_verb = [each for each in same if verbs[each] == verbs[thing]]
        answer = thing.colour if colour_asked else thing.shape
        what = f"What colour is the {key}" if colour_asked else f"What shape is the {key} thing"
        if len(by_verb) == 1:
            question = f"{what} that {verbs[thing]}?"
            pool = [word for word in (COLOURS if colour_asked else SHAPES) if word != answer]
            options = [answer, *rng.sample(pool, 3)]
            rng.shuffle(options)
            segments.append(words.segment(f"Answer: {question}", answer, event=meant))
            letter = "ABCD"[options.index(answer)]
            started = PROMPTS["choices"]["replyStart"]
            put = choice_question(question, tuple(options))
            segments.append(words.segment(put, f"{letter})", started=started, event=meant))
    return Row(seen.pair(second), segments)


@dataclass(frozen=True)
class GroundingRow:
    """A film with queries, their moments as shares of the film (queries, 2), and what they and the pairs are to be named:
    (queries, JOINT), (pairs, JOINT)."""

    row: Row
    moments: Tensor
    events: Tensor
    labels: Tensor


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
    by_span = {(event.start, event.end): event for event in film.events}
    events = [label_event(by_span[span].thing, by_span[span].kind) for _, span in asked]
    named = torch.from_numpy(np.stack(events)) if events else torch.zeros(0, JOINT)
    return GroundingRow(Row(seen.ground, segments), moments, named, seen.ground_labels.float())


def event_at(seen: SeenFilm, span: Span | None) -> Tensor | None:
    """Joint labels of the event with this span."""
    for event in seen.film.events:
        if span == (event.start, event.end):
            return torch.from_numpy(label_event(event.thing, event.kind))
    return None


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
    reply, event = "Yes" if right else "No", event_at(seen, truth)
    segment = words.segment(_SAY["verifier"].format(query=text), reply, learned=1, event=event)
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


def answer_segment(seen: SeenFilm, question: Question, words: Words, choice: bool) -> Segment:
    """A question with its answer, as multiple choice if asked for and possible."""
    event = event_at(seen, question.span)
    if question.kind == "when":
        # The moment is the answer; words can only point at it.
        return words.segment(_SAY["answerer"].format(question=question.text), ANSWER_TO_WHEN, event=event)
    if choice and question.options:
        letter = "ABCDEFGH"[question.options.index(question.answer)]
        put, started = choice_question(question.text, question.options), PROMPTS["choices"]["replyStart"]
        return words.segment(put, f"{letter})", started=started, event=event)
    return words.segment(_SAY["answerer"].format(question=question.text), question.answer, event=event)


def answering_rows(seen: SeenFilm, words: Words, rng: random.Random, windows: int) -> list[Row]:
    """The whole film with questions of all kinds, and windows around moments with what they show."""
    film = seen.film
    questions = Interviewer(film, "train", rng).questions()
    whole = [each for each in questions if each.route == 4 or rng.random() < 0.25][:6]
    rows = [Row(seen.whole, [answer_segment(seen, each, words, rng.random() < 0.5) for each in whole])] if whole else []
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
            chosen = rng.sample(inside, min(6, len(inside)))
            segments = [answer_segment(seen, each, words, rng.random() < 0.6) for each in chosen]
            rows.append(Row(tokens, segments))
    return rows
