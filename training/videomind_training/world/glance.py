"""What a single look at a film tells of a question's options: nothing may be gained by not watching."""

from __future__ import annotations

from dataclasses import replace

from .film import Event, Film
from .motion import Seen, things_at
from .questions import Question
from .wording import VERBS

LOOKS = 40
"""Instants, evenly spread over a film, that a look may fall on."""

GIVEN_AWAY = 0.35
"""From this share of right guesses on, an option is given away; chance is a quarter."""


def share_by_glance(film: Film, question: Question) -> float:
    """How often somebody is right who sees one instant of a film and knows which things it shows and what each is doing.

    Of a question about a colour, a shape or what is done next: it is guessed among the options that are to be seen in
    what the question speaks of (the colours of circles, say), and among all of them when none is.
    """
    event = next(each for each in film.events if (each.start, each.end) == question.event)
    right = 0.0
    for look in range(LOOKS):
        shown = [seen for seen in things_at(film, (look + 0.5) * film.duration / LOOKS) if _is_inside(seen)]
        fitting = _shown_of(question.kind, event, shown) & set(question.options)
        if not fitting:
            right += 1 / len(question.options)
        elif question.answer in fitting:
            right += 1 / len(fitting)
    return right / LOOKS


def without_given_away(film: Film, question: Question) -> Question:
    """The question, without its options if a look gives the answer away: it is then asked openly."""
    if question.kind not in ("colour", "shape", "next") or not question.options:
        return question
    return replace(question, options=()) if share_by_glance(film, question) > GIVEN_AWAY else question


def _is_inside(seen: Seen) -> bool:
    return 0 < seen.state.x < 1 and 0 < seen.state.y < 1


def _shown_of(kind: str, event: Event, shown: list[Seen]) -> set[str]:
    """Answers of a kind that are to be seen."""
    if kind == "colour":
        return {seen.thing.colour for seen in shown if seen.thing.shape == event.thing.shape}
    if kind == "shape":
        return {seen.thing.shape for seen in shown if seen.thing.colour == event.thing.colour}
    return {VERBS[seen.doing][0].third for seen in shown if seen.thing == event.thing and seen.doing in VERBS}
