"""What the roles are asked while they learn: rows for the decoder, with their truth."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from videomind_training.chain.spans import Span, bound_span, overlap, place_in_window, verifier_window

from ..candidates import POSITIVE, draw_candidate
from ..motion import things_at
from ..questions import About, Interviewer, Query, Question, about_event
from ..things import COLOURS, SHAPES
from ..wording import VERBS, the, verb_with
from .edges import edges_of, running_in
from .evidence import evidence_about, evidence_for, evidence_of, found_of, meaning_of, relation_of, two_looks
from .eyes import JOINT, label_event
from .rows import Row, Segment, Words
from .seen import SeenFilm, Window
from .words import PROMPTS, QUERY_AFTER, REPLY_OF_GROUNDER, choice_question

_SAY = PROMPTS["prompts"]
SHORTEST_ANSWER = float(PROMPTS["minAnswerSec"])


MOST_PAIRS = {role: PROMPTS["budgets"][role]["maxFrames"] // 2 for role in ("verifier", "answerer")}
"""Frame pairs that a role is shown at most."""

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
    cells, meaning = seen.dense_cells[second : second + 1], meaning_of((About(thing.colour, thing.shape),))
    shown, acts = evidence_of(cells, thing, None), kinds[thing] if kinds[thing] in VERBS else None
    found, put = meaning_of((About(thing.colour, thing.shape, acts),)), f"Tell: What does {the(thing)} do?"
    segments.append(words.segment(put, verbs[thing], meaning=meaning, evidence=shown, found=found))
    other, doing = rng.choice(list(verbs.items())) if rng.random() < 0.5 else (thing, rng.choice(list(VERBS)))
    asked = verb_with(rng.choice(VERBS[doing]), None).third if doing in VERBS else doing
    right = verbs.get(other) == (VERBS[doing][0].third.format(other="another") if doing in VERBS else doing)
    meaning = meaning_of((About(other.colour, other.shape, doing if doing in VERBS else None),))
    put, shown_other = f"Tell: {the(other)} {asked}?", evidence_of(cells, other, None)
    segments.append(words.segment(put, "Yes" if right else "No", meaning=meaning, evidence=shown_other))
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
            meaning = meaning_of((About(None if colour_asked else key, key if colour_asked else None, acts),))
            put = f"Answer: {question}"
            segments.append(words.segment(put, answer, meaning=meaning, evidence=shown, found=found))
            segments.append(choice_segment(question, tuple(options), answer, words, meaning, shown, found))
    return Row(seen.pair(second), segments)


def choice_segment(
    question: str,
    options: tuple[str, ...],
    answer: str,
    words: Words,
    meaning: Tensor | None,
    evidence: Tensor,
    found: Tensor | None,
) -> Segment:
    """A multiple-choice question with its answer: the text of the right option."""
    put = choice_question(question, options)
    return words.segment(put, answer, meaning=meaning, evidence=evidence, found=found)


@dataclass(frozen=True)
class GroundingRow:
    """A film with queries.

    Attributes:
        row: the film, and what is asked.
        moments: shares of the film; (queries, 2).
        events: what each query is to be named; (queries, JOINT).
        shown: whether a pair shows what a query speaks of, of the asked event or of what it is told by; (queries, pairs).
        labels: what the film's pairs are to be named; (pairs, JOINT).
    """

    row: Row
    moments: Tensor
    events: Tensor
    shown: Tensor
    labels: Tensor


def grounding_row(seen: SeenFilm, words: Words, rng: random.Random, most: int = 10) -> GroundingRow:
    """A film and what can be looked for in it: descriptions, and questions as plans pass them on.

    About half of them, where the film allows, are told by something else that happens: that is hard.
    """
    interviewer = Interviewer(seen.film, "train", rng)
    plain, related = [], interviewer.next_to()
    for query in interviewer.queries():
        (plain if len(query.about) == 1 else related).append(query)
    for question in interviewer.questions():
        if question.span is not None:
            text = question.query if rng.random() < 0.7 else question.text
            query = Query(text, question.span, question.about, question.within)
            (plain if len(query.about) == 1 else related).append(query)
    chosen = rng.sample(related, min(most // 2, len(related)))
    chosen += rng.sample(plain, min(most - len(chosen), len(plain)))
    rng.shuffle(chosen)
    film, window = seen.film, seen.throughout("grounder")
    cells = window.cells
    segments, events, shows = [], [], []
    for query in chosen:
        put, meaning = _SAY["grounder"].format(query=query.text.rstrip(".")), meaning_of(query.about)
        looks = two_looks(seen, window, query.event, query.about)
        shows.append((looks.aim | looks.shown).view(len(cells), -1).any(dim=1))
        segment = words.segment(
            put,
            REPLY_OF_GROUNDER,
            meaning=meaning,
            evidence=looks.shown,
            found=looks.found,
            relation=relation_of(query.text, query.about),
        )
        aims = {"edges": looks.edges, "aim": looks.aim, "aim_edges": looks.aim_edges, "aim_after": QUERY_AFTER}
        segments.append(replace(segment, **aims))
        events.append(_names_of(seen, query))
    return GroundingRow(
        row=Row(seen.ground, segments, running=running_in(film, window.middles)),
        moments=torch.tensor([query.span for query in chosen]) / film.duration,
        events=torch.from_numpy(np.stack(events)) if events else torch.zeros(0, JOINT),
        shown=torch.stack(shows) if shows else torch.zeros(0, len(cells), dtype=torch.bool),
        labels=cells[..., :JOINT].any(dim=1),
    )


def _names_of(seen: SeenFilm, query: Query) -> np.ndarray:
    """What a query can be named without watching the order of things: its event; of one that is told by another, that too,
    and all that its thing ever does."""
    event = next(each for each in seen.film.events if (each.start, each.end) == query.event)
    if len(query.about) == 1:
        return label_event(event.thing, event.kind)
    named = [each for each in seen.film.events if about_event(each) == query.about[1]]
    named += [event] if query.about[0].kind else [each for each in seen.film.events if each.thing == event.thing]
    return np.max([label_event(each.thing, each.kind) for each in named], axis=0)


@dataclass(frozen=True)
class Claim:
    """A text that a verifier may be given, with the moment that it means, what it speaks of, and the event itself."""

    text: str
    truth: Span | None
    about: tuple[About, ...] = ()
    event: Span | None = None


def claims_about(seen: SeenFilm, rng: random.Random) -> list[Claim]:
    """Queries and questions of a film."""
    interviewer = Interviewer(seen.film, "train", rng)
    claims = [Claim(query.text, query.span, query.about, query.event) for query in interviewer.queries()]
    asked = interviewer.questions()
    return claims + [Claim(each.text, each.span, each.about, each.event) for each in asked if each.route != 4]


def shares_of(candidate: Span, truth: Span | None) -> tuple[float, float, float]:
    """What a candidate and a truth have in common, as a share of both, of the truth, and of the candidate."""
    if truth is None:
        return 0.0, 0.0, 0.0
    both = max(0.0, min(candidate[1], truth[1]) - max(candidate[0], truth[0]))
    return overlap(candidate, truth), both / (truth[1] - truth[0]), min(1.0, both / max(0.1, candidate[1] - candidate[0]))


def verifying_row(
    seen: SeenFilm, words: Words, claims: list[Claim], candidate: Span, window: Window | None = None, rival: int = -1
) -> Row:
    """A candidate in its window, and whether it is right for each claim.

    Args:
        seen: the film.
        words: to write with.
        claims: to judge it for.
        candidate: in seconds.
        window: what is shown of it; by default whole seconds.
        rival: number of the first claim, where other candidates are judged for it too.
    """
    span, shown_span = verifier_window(candidate, seen.film.duration)
    window = window or seen.window(*shown_span, MOST_PAIRS["verifier"])
    marks = (place_in_window(span[0], window.span), place_in_window(span[1], window.span))
    segments = []
    for number, claim in enumerate(claims):
        agreement, recall, precision = shares_of(candidate, claim.truth)
        looks = two_looks(seen, window, claim.event, claim.about)
        segment = words.segment(
            _SAY["verifier"].format(query=claim.text),
            "Yes" if agreement >= POSITIVE else "No",
            learned=1,
            meaning=meaning_of(claim.about),
            evidence=looks.shown,
            found=looks.found,
            fit=torch.tensor([agreement, recall, precision]),
        )
        rival_of = rival if number == 0 else -1
        segments.append(replace(segment, edges=looks.edges, aim=looks.aim, aim_edges=looks.aim_edges, rival=rival_of))
    return Row(window.tokens, segments, marks, running_in(seen.film, window.middles))


def verifying_rows(seen: SeenFilm, words: Words, rng: random.Random, count: int) -> list[Row]:
    """Candidates of all kinds, two for a claim, and to the same window other claims."""
    claims = claims_about(seen, rng)
    rng.shuffle(claims)
    rows = []
    for number in range(count):
        claim = claims[number // 2 % len(claims)]
        candidate = draw_candidate(seen.film, claim.truth, rng)
        alike = [other for other in claims if other.truth == claim.truth and other is not claim]
        others = [other for other in claims if other.truth != claim.truth]
        more = [*rng.sample(alike, min(1, len(alike))), *rng.sample(others, min(1, len(others)))]
        rival = seen.film.seed * count + number // 2
        rows.append(verifying_row(seen, words, [claim, *more], candidate, rival=rival))
    return rows


def planning_row(seen: SeenFilm, words: Words, rng: random.Random, most: int = 8) -> Row:
    """Questions of all routes, each with its plan."""
    questions = Interviewer(seen.film, "train", rng).questions()
    by_route = {route: [each for each in questions if each.route == route] for route in (1, 2, 3, 4)}
    chosen = [rng.choice(by_route[route]) for route in (1, 1, 2, 3, 3, 4) if by_route[route]][:most]
    return Row(seen.plan, [plan_segment(each, words) for each in chosen])


_TELLING = {
    "when": "When when time moment part Where where Find Show Look",
    "colour": "colour",
    "shape": "shape",
    "next": "what What happens",
    "many": "many Count",
    "order": "before Is Does does Can can true happen",
}
"""Words by which a question of a kind is known, if there are any."""


def plan_segment(question: Question, words: Words) -> Segment:
    """A question with its plan, and where in the question each word of the rephrased query comes from."""
    put, meaning = _SAY["planner"].format(question=question.text), meaning_of(question.about)
    segment = words.segment(put, question.plan, meaning=meaning)
    asked, sources, telling = words.ids(put), [], words.telling(_TELLING.get(question.kind, ""))
    for number, token in enumerate(segment.reply):
        alike = telling if number in words.decisions(segment.reply) else words.alike.get(token, ())
        places = tuple(place for place, other in enumerate(asked) if other in alike)
        if alike is not telling:
            places = _among_alike(places, asked, segment.reply, number)
        # Of a word that still stands there twice, it is not said which is meant.
        if (alike is telling and places) or len({asked[place] for place in places}) == len(places) > 0:
            sources.append((number, places))
    return replace(segment, sources=tuple(sources))


def _among_alike(places: tuple[int, ...], asked: list[int], reply: list[int], number: int) -> tuple[int, ...]:
    """Those of the places of a word whose neighbours are the reply's: of two that are white, the white star."""

    def agreement(place: int) -> int:
        before = place > 0 and number > 0 and asked[place - 1] == reply[number - 1]
        after = place + 1 < len(asked) and number + 1 < len(reply) and asked[place + 1] == reply[number + 1]
        return before + after

    best = max(map(agreement, places), default=0)
    return tuple(place for place in places if agreement(place) == best)


LEFT_OUT = 0.15
"""Share of the words that a question may lose."""


def with_words_left_out(segment: Segment, words: Words, rng: random.Random) -> Segment:
    """A question that has lost some of the words around what it speaks of: a plan must not hang on how a sentence begins.

    Learned from whole sentences alone, `In the film, does …` was one route, whatever followed.
    """
    kept = words.content_tokens | {words.start, words.end}
    stays = [place for place, token in enumerate(segment.prompt) if place < 2 or token in kept or rng.random() > LEFT_OUT]
    moved = {place: number for number, place in enumerate(stays)}
    decisions = words.decisions(segment.reply)
    # What tells the route may be among the words that are lost; what the query is made of never is.
    copied = ((number, places) for number, places in segment.sources if number not in decisions)
    sources = tuple((number, tuple(moved[place] for place in places)) for number, places in copied)
    return replace(segment, prompt=[segment.prompt[place] for place in stays], sources=sources)


def naming_row(seen: SeenFilm, words: Words, rng: random.Random, most: int = 24) -> Row:
    """All that the roles are asked, to be understood without a film to look through."""
    interviewer = Interviewer(seen.film, "train", rng)
    segments = []
    for query in interviewer.next_to():
        put, meaning, related = query.text, meaning_of(query.about), relation_of(query.text, query.about)
        prompt = _SAY["grounder"].format(query=put)
        segments.append(words.segment(prompt, REPLY_OF_GROUNDER, learned=0, meaning=meaning, relation=related))
    for query in interviewer.queries():
        prompt = _SAY[rng.choice(("grounder", "verifier"))].format(query=query.text)
        segments.append(words.segment(prompt, "Yes", learned=0, meaning=meaning_of(query.about)))
    for question in interviewer.questions():
        meaning = meaning_of(question.about)
        if question.options and rng.random() < 0.6:
            put = choice_question(question.text, question.options)
            segments.append(words.segment(put, "Yes", learned=0, meaning=meaning))
        else:
            role = rng.choice(("answerer", "answerer", "verifier", "planner", "grounder"))
            prompt = _SAY[role].format(query=question.text, question=question.text)
            segments.append(words.segment(prompt, "Yes", learned=0, meaning=meaning))
    rng.shuffle(segments)
    return Row(seen.plan, segments[:most])


def answer_segment(seen: SeenFilm, question: Question, words: Words, choice: bool, window: Window) -> Segment:
    """A question with its answer, as multiple choice if asked for and possible."""
    segment = _answer_segment(seen, question, words, choice, window.cells)
    if question.route == 4 or question.event is None:
        return segment
    return replace(segment, edges=edges_of(question.event, window.middles))


def _answer_segment(seen: SeenFilm, question: Question, words: Words, choice: bool, cells: Tensor) -> Segment:
    meaning, put = meaning_of(question.about), _SAY["answerer"].format(question=question.text)
    shown = evidence_for(seen, cells, question.event) if question.route != 4 else evidence_about(cells, question.about)
    found = found_of(seen, question.event, shown)
    if question.kind == "when":
        # The moment is the answer; words can only point at it.
        return words.segment(put, ANSWER_TO_WHEN, meaning=meaning, evidence=shown, found=found)
    if choice and question.options:
        return choice_segment(question.text, question.options, question.answer, words, meaning, shown, found)
    return words.segment(put, question.answer, meaning=meaning, evidence=shown, found=found)


def answering_rows(
    seen: SeenFilm, words: Words, rng: random.Random, windows: int, found: Mapping[Span, Span] | None = None
) -> list[Row]:
    """The whole film with questions of all kinds, and windows with what they show: around what was `found` in a moment's
    place, or else a little beside the moment."""
    film = seen.film
    questions = Interviewer(film, "train", rng).questions()
    whole = [each for each in questions if each.route == 4 or rng.random() < 0.15][:6]
    rows = []
    if whole:
        sight = seen.throughout("answerer")
        rows.append(Row(seen.whole, [answer_segment(seen, each, words, rng.random() < 0.5, sight) for each in whole]))
    grounded = [each for each in questions if each.span is not None]
    for anchor in rng.sample(grounded, min(windows, len(grounded))):
        span = anchor.span or (0.0, film.duration)
        length = span[1] - span[0]
        beside = (span[0] + rng.gauss(0, 0.12) * length, span[1] + rng.gauss(0, 0.12) * length)
        guess = (found or {}).get(span, beside)
        window = seen.window(*bound_span(guess, film.duration, SHORTEST_ANSWER), MOST_PAIRS["answerer"])
        inside = [
            each
            for each in grounded
            if each.span is not None and each.span[0] >= window.span[0] - 0.7 and each.span[1] <= window.span[1] + 0.7
        ]
        # Pointing at a moment is no answer to practise often.
        inside = [each for each in inside if each.kind != "when" or rng.random() < 0.15]
        inside += [each for each in questions if each.kind == "does" and each.answer == "no" and rng.random() < 0.4]
        if inside:
            chosen = rng.sample(inside, min(8, len(inside)))
            asked = [answer_segment(seen, each, words, rng.random() < 0.6, window) for each in chosen]
            rows.append(Row(window.tokens, asked, running=running_in(film, window.middles)))
    return rows
