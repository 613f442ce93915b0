"""What can be asked about a film, with the truth: queries for moments, questions with answers, and plans for them."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import dataclass

from . import wording
from .film import Event, Film
from .things import ACTIONS, ALL_THINGS, COLOURS, SHAPES, Thing
from .wording import VERBS, Split, say, the, verb_of, verb_with

Span = tuple[float, float]
NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight")
LONGEST_STRETCH = 40.0
"""Seconds that an event and what it is told by may span: more is no moment to watch."""

BOUNDARY = 0.5
"""An event is after another when it starts no more than this before the other's end."""


@dataclass(frozen=True)
class About:
    """What words say of something that happens, and no more: `something red` has no shape, `a circle` no colour."""

    colour: str | None = None
    shape: str | None = None
    kind: str | None = None

    def may_mean(self, thing: Thing) -> bool:
        """Whether the words fit a thing, whatever it does."""
        return self.colour in (None, thing.colour) and self.shape in (None, thing.shape)


@dataclass(frozen=True)
class Query:
    """A description that fits exactly one event of the film.

    Attributes:
        text: the description.
        span: when that is, in seconds.
        about: what its words say: of the event, then of what comes before or after it, if they speak of that.
        within: the event itself, where the moment takes in what it is told by.
    """

    text: str
    span: Span
    about: tuple[About, ...] = ()
    within: Span | None = None

    @property
    def event(self) -> Span:
        """The event itself."""
        return self.within or self.span


@dataclass(frozen=True)
class Question:
    """A question with its truth.

    Attributes:
        kind: colour, shape, next, does, many, order, there or when.
        route: 1 rephrase, ground, answer; 2 ground with the question, answer; 3 rephrase, ground; 4 answer.
        query: what a plan asks the grounder for.
        answer: a word or two; empty for `when`.
        options: for multiple choice, the answer among them; empty for open questions.
        span: the moment that shows it, if one does: of what comes before or after something else, both.
        about: what its words speak of.
        within: the event that is asked about, where the moment takes in what it is told by.
    """

    text: str
    kind: str
    route: int
    query: str
    answer: str
    options: tuple[str, ...]
    span: Span | None
    about: tuple[About, ...] = ()
    within: Span | None = None

    @property
    def event(self) -> Span | None:
        """The event itself."""
        return self.within or self.span

    @property
    def plan(self) -> str:
        """The planner's reply."""
        steps: list[dict[str, str]] = []
        if self.route != 4:
            # Without a value, the question itself is grounded.
            value = {} if self.route == 2 else {"value": self.query}
            steps += [{"type": "grounder", **value}, {"type": "verifier"}]
        if self.route != 3:
            steps.append({"type": "answerer"})
        return json.dumps(steps)


class Interviewer:
    """Asks about one film in the sentences of one split."""

    def __init__(self, film: Film, split: Split, rng: random.Random) -> None:
        self.film, self.split, self.rng = film, split, rng

    def queries(self) -> list[Query]:
        """A description of each event that can be told apart, some by less than colour and shape, some by order."""
        queries = []
        for event in self.film.events:
            named = self._named(event)
            if named is not None:
                who, about = named
                queries.append(Query(self._statement(who, event), (event.start, event.end), (about,)))
                continue
            ordered = self._by_order(event)
            if ordered is not None:
                text, reference = ordered
                queries.append(Query(text, (event.start, event.end), (about_event(event), about_event(reference))))
        return queries

    def next_to(self) -> list[Query]:
        """`the red circle after the blue square grows`: what a thing does next to something else, for each event where that
        can be said."""
        found = filter(None, map(self._next, self.film.events))
        return [Query(each.query, each.span, each.about, each.within) for each in found if each.span is not None]

    def questions(self) -> list[Question]:
        """Questions of all kinds that this film allows, each kind about as often as films allow it."""
        asked: list[Question] = []
        for event in self.film.events:
            asked += filter(None, (self._when(event), self._colour(event), self._shape(event), self._next(event)))
        asked += [self._does(True), self._does(False)]
        asked += filter(None, (self._many(), self._order(), self._there(True), self._there(False)))
        return asked

    def _statement(self, who: str, event: Event) -> str:
        verb = verb_of(event, self.rng)
        return say(wording.STATEMENTS, self.split, self.rng, who=who, third=verb.third, going=verb.going)

    def _fits(self, colour: str | None, shape: str | None, kind: str, partner: Thing | None = None) -> list[Event]:
        """Events that a description fits; what a thing does on the side (fleeing from a follower, say) counts too."""
        found = []
        for event in self.film.events:
            for part in event.parts:
                alike = colour in (None, part.thing.colour) and shape in (None, part.thing.shape)
                same_partner = partner is None or part.thing != event.thing or event.partner == partner
                if alike and part.kind == kind and same_partner:
                    found.append(event)
        return found

    def _named(self, event: Event) -> tuple[str, About] | None:
        """Words for who does it that fit this event alone, and what they say."""
        thing, rng = event.thing, self.rng
        candidates = [(thing.colour, thing.shape, the(thing))]
        if rng.random() < 0.25:
            candidates.insert(0, (thing.colour, None, f"something {thing.colour}"))
            candidates.insert(0, (None, thing.shape, rng.choice((f"the {thing.shape}", f"a {thing.shape}"))))
        for colour, shape, words in candidates:
            if self._fits(colour, shape, event.kind, event.partner) == [event]:
                return words, About(colour, shape, event.kind)
        return None

    def _by_order(self, event: Event) -> tuple[str, Event] | None:
        """`the red circle turns after the blue square grows`, for one of two events that are otherwise alike; with the event
        that it is told by."""
        alike = self._fits(event.thing.colour, event.thing.shape, event.kind, event.partner)
        if len(alike) != 2:
            return None
        other = alike[1] if alike[0] == event else alike[0]
        between = [
            reference
            for reference in self.film.events
            if self._fits(reference.thing.colour, reference.thing.shape, reference.kind, reference.partner) == [reference]
            and reference.thing != event.thing
            and min(event.end, other.end) <= reference.start + BOUNDARY
            and reference.end <= max(event.start, other.start) + BOUNDARY
        ]
        if not between:
            return None
        reference = self.rng.choice(between)
        order = "after" if event.start > other.start else "before"
        first, second = verb_of(event, self.rng), verb_of(reference, self.rng)
        return f"{the(event.thing)} {first.third} {order} {the(reference.thing)} {second.third}", reference

    def _when(self, event: Event) -> Question | None:
        named = self._named(event)
        if named is None:
            return None
        who, about = named
        verb = verb_of(event, self.rng)
        text = say(wording.WHEN, self.split, self.rng, who=who, third=verb.third, plain=verb.plain, going=verb.going)
        query = f"{who} {verb_of(event).third}"
        return Question(text, "when", 3, query, "", (), (event.start, event.end), (about,))

    def _colour(self, event: Event) -> Question | None:
        shape = event.thing.shape
        if event.partner is not None or self._fits(None, shape, event.kind) != [event]:
            return None
        verb = verb_of(event, self.rng)
        text = say(wording.COLOUR_OF, self.split, self.rng, shape=shape, third=verb.third, going=verb.going)
        query = f"a {shape} {verb_of(event).third}"
        options = self._options(event.thing.colour, list(COLOURS), [part.colour for part in self._all_things()])
        about = (About(None, shape, event.kind),)
        return Question(text, "colour", 1, query, event.thing.colour, options, (event.start, event.end), about)

    def _shape(self, event: Event) -> Question | None:
        colour = event.thing.colour
        if event.partner is not None or self._fits(colour, None, event.kind) != [event]:
            return None
        verb = verb_of(event, self.rng)
        text = say(wording.SHAPE_OF, self.split, self.rng, colour=colour, third=verb.third, going=verb.going)
        query = f"something {colour} {verb_of(event).third}"
        options = self._options(event.thing.shape, list(SHAPES), [])
        about = (About(colour, None, event.kind),)
        return Question(text, "shape", 1, query, event.thing.shape, options, (event.start, event.end), about)

    def _next(self, event: Event) -> Question | None:
        """What the thing of this event does right after, or before, something else not far from it.

        The moment takes in both: the event alone would not show what it comes after.
        """
        rng = self.rng
        if event.partner is not None:
            return None
        own = [other for other in self.film.events if any(part.thing == event.thing for part in other.parts)]
        for reference in rng.sample(self.film.events, len(self.film.events)):
            if reference.thing == event.thing or reference.partner == event.thing:
                continue
            if self._fits(reference.thing.colour, reference.thing.shape, reference.kind) != [reference]:
                continue
            span = (min(event.start, reference.start), max(event.end, reference.end))
            if span[1] - span[0] > LONGEST_STRETCH:
                continue
            later = [other for other in own if other.start >= reference.end - BOUNDARY]
            sooner = [other for other in own if other.end <= reference.start + BOUNDARY]
            order = "after" if later and later[0] == event else "before" if sooner and sooner[-1] == event else None
            if order is None or len(later) + len(sooner) != len(own):
                continue
            verb = verb_of(reference, rng)
            words = {"who": the(event.thing), "ref": the(reference.thing), "third": verb.third}
            text = say(wording.NEXT, self.split, rng, order=order, Order=order.capitalize(), **words)
            query = f"{the(event.thing)} {order} {the(reference.thing)} {verb_of(reference).third}"
            answer = VERBS[event.kind][0].third
            thirds = [VERBS[kind][0].third for kind in ACTIONS]
            others = [third for third in thirds if third != answer and "{" not in third]
            options = self._options(answer, others, [])
            about = (About(event.thing.colour, event.thing.shape), about_event(reference))
            return Question(text, "next", 1, query, answer, options, span, about, (event.start, event.end))
        return None

    def _does(self, happens: bool) -> Question:
        rng = self.rng
        event = rng.choice(self.film.events)
        thing, kind, partner = event.thing, event.kind, event.partner
        named = self._fits(thing.colour, thing.shape, kind, partner) == [event]
        if not happens or not named:
            happens = False
            present = self._all_things()
            while self._fits(thing.colour, thing.shape, kind):
                # Mostly things and actions that the film does have, in another combination.
                thing = rng.choice(present if rng.random() < 0.8 else list(ALL_THINGS))
                kind = rng.choice([other.kind for other in self.film.events] if rng.random() < 0.5 else list(ACTIONS))
            partner = rng.choice([other for other in ALL_THINGS if other != thing])
        verb = verb_with(rng.choice(VERBS[kind]), partner)
        text = say(wording.DOES, self.split, rng, who=the(thing), third=verb.third, plain=verb.plain, going=verb.going)
        span = (event.start, event.end) if happens else None
        about = (About(thing.colour, thing.shape, kind),)
        return Question(text, "does", 2, text, "yes" if happens else "no", (), span, about)

    def _many(self) -> Question | None:
        counts = Counter(part.kind for event in self.film.events for part in event.parts)
        by_count = {count: [kind for kind in counts if counts[kind] == count] for count in sorted(counts.values())}
        # Each count that the film offers is as likely, or nearly all answers would be "one".
        count = self.rng.choice(sorted(by_count))
        kind = self.rng.choice(by_count[count])
        if kind in ("hit", "follow"):
            return None
        verb = self.rng.choice(VERBS[kind])
        text = say(wording.HOW_MANY, self.split, self.rng, plain=verb.plain)
        options = self._options(NUMBERS[count], list(NUMBERS[1:5]), [])
        return Question(text, "many", 4, text, NUMBERS[count], options, None, (About(kind=kind),))

    def _order(self) -> Question | None:
        single = [
            event
            for event in self.film.events
            if event.partner is None and self._fits(event.thing.colour, event.thing.shape, event.kind) == [event]
        ]
        if len(single) < 2:
            return None
        first, second = self.rng.sample(single, 2)
        if abs(first.start - second.start) < 2 * BOUNDARY or first.thing == second.thing:
            return None
        verb, reference = verb_of(first, self.rng), verb_of(second, self.rng)
        text = say(
            wording.ORDER,
            self.split,
            self.rng,
            who=the(first.thing),
            plain=verb.plain,
            who_third=verb.third,
            ref=the(second.thing),
            third=reference.third,
        )
        answer, about = "yes" if first.start < second.start else "no", (about_event(first), about_event(second))
        return Question(text, "order", 4, text, answer, (), None, about)

    def _there(self, present: bool) -> Question | None:
        things = self._all_things()
        choices = things if present else [thing for thing in ALL_THINGS if thing not in things]
        thing = self.rng.choice(choices)
        text = say(wording.THERE, self.split, self.rng, a_thing=f"a {thing}")
        about = (About(thing.colour, thing.shape),)
        return Question(text, "there", 4, text, "yes" if present else "no", (), None, about)

    def _all_things(self) -> list[Thing]:
        """The things that are ever seen, in a fixed order."""
        shown = {thing for shot in self.film.shots for thing, state in shot.cast.items() if state.present}
        shown |= {part.thing for event in self.film.events for part in event.parts}
        return sorted(shown)

    def _options(self, answer: str, pool: list[str], likely: list[str]) -> tuple[str, ...]:
        """Four options in random order: the answer, what the film also shows, then any."""
        rng = self.rng
        near = sorted({word for word in likely if word != answer})
        rest = [word for word in pool if word != answer and word not in near]
        chosen = [answer, *rng.sample(near, min(3, len(near)))]
        chosen += rng.sample(rest, min(len(rest), 4 - len(chosen)))
        rng.shuffle(chosen)
        return tuple(chosen)


def about_event(event: Event) -> About:
    """All that words can say of who does what."""
    return About(event.thing.colour, event.thing.shape, event.kind)
