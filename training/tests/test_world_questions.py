"""Questions: their truth follows from the film, and the splits share words but no sentences with a place to fill."""

import json
import random
import re
from dataclasses import astuple, replace

import pytest

from videomind_training.chain.spans import overlap
from videomind_training.world.candidates import draw_candidate
from videomind_training.world.direct import HELD_OUT_SEEDS, direct_film
from videomind_training.world.film import Background, Event, Film, Part, Shot, State
from videomind_training.world.glance import GIVEN_AWAY, share_by_glance, without_given_away
from videomind_training.world.questions import LONGEST_STRETCH, Interviewer, Question
from videomind_training.world.things import Thing
from videomind_training.world.wording import COLOUR_OF, DOES, HOW_MANY, NEXT, ORDER, SHAPE_OF, STATEMENTS, THERE, WHEN
from videomind_training.world.write_films import ask_film

TEMPLATES = (COLOUR_OF, DOES, HOW_MANY, NEXT, ORDER, SHAPE_OF, THERE, WHEN)


def _interviewers(split: str = "train") -> list[Interviewer]:
    first = HELD_OUT_SEEDS if split == "held-out" else 0
    return [Interviewer(direct_film(first + seed), split, random.Random(seed)) for seed in range(100)]


@pytest.mark.parametrize("split", ["train", "held-out"])
def test_a_query_names_one_event(split: str) -> None:
    count = 0
    for interviewer in _interviewers(split):
        spans = [(event.start, event.end) for event in interviewer.film.events]
        for query in interviewer.queries():
            assert spans.count(query.span) == 1
            count += 1
    assert count > 250


def test_questions_are_repeatable() -> None:
    film = direct_film(3)
    assert (
        Interviewer(film, "train", random.Random(1)).questions() == Interviewer(film, "train", random.Random(1)).questions()
    )


def test_the_answer_is_among_the_options_once() -> None:
    for interviewer in _interviewers():
        for question in interviewer.questions():
            if question.options:
                assert question.options.count(question.answer) == 1
                assert len(set(question.options)) == len(question.options) == 4


def test_all_routes_and_their_plans() -> None:
    seen = set()
    for interviewer in _interviewers():
        for question in interviewer.questions():
            steps = json.loads(question.plan)
            kinds = [step["type"] for step in steps]
            expected = {
                1: ["grounder", "verifier", "answerer"],
                2: ["grounder", "verifier", "answerer"],
                3: ["grounder", "verifier"],
                4: ["answerer"],
            }
            assert kinds == expected[question.route]
            if question.route == 2:
                assert "value" not in steps[0]  # the question itself is then grounded
            seen.add((question.route, question.kind))
    assert {route for route, _ in seen} == {1, 2, 3, 4}
    assert {kind for _, kind in seen} == {"when", "colour", "shape", "next", "does", "many", "order", "there"}


def test_yes_and_no_and_letters_are_balanced() -> None:
    answers, letters = [], []
    for interviewer in _interviewers():
        for question in interviewer.questions():
            if question.kind in ("does", "order", "there"):
                answers.append(question.answer == "yes")
            elif question.options:
                letters.append(question.options.index(question.answer))
    assert 0.4 < sum(answers) / len(answers) < 0.6
    for letter in range(4):
        assert 0.2 < letters.count(letter) / len(letters) < 0.3


def test_splits_differ_in_seeds_and_sentences_but_not_in_words() -> None:
    for templates in TEMPLATES:
        assert not set(templates["train"]) & set(templates["held-out"])
    shared = set(STATEMENTS["train"]) & set(STATEMENTS["held-out"])
    assert shared == {"{who} {third}"}  # the plain statement is what plans say
    words = {split: set(re.findall(r"[a-z]+", " ".join(_all_texts(split)).lower())) for split in ("train", "held-out")}
    assert words["held-out"] <= words["train"]


def _all_texts(split: str) -> list[str]:
    return [
        text
        for interviewer in _interviewers(split)
        for asked in (interviewer.queries(), interviewer.questions())
        for text in [each.text for each in asked]
    ]


def test_candidates_are_right_and_wrong_by_about_the_same_number() -> None:
    rng = random.Random(2)
    right = []
    for seed in range(60):
        film = direct_film(seed)
        for event in film.events:
            candidate = draw_candidate(film, (event.start, event.end), rng)
            assert 0 <= candidate[0] < candidate[1] <= film.duration
            right.append(overlap(candidate, (event.start, event.end)) >= 0.5)
    assert 0.4 < sum(right) / len(right) < 0.65


def test_written_choices_are_not_given_away_by_a_single_look() -> None:
    shares, openly = [], 0
    for seed in range(HELD_OUT_SEEDS, HELD_OUT_SEEDS + 60):
        film = direct_film(seed)
        written = {each["question"]: each for each in ask_film(film, "held-out")["questions"]}
        interviewer = Interviewer(film, "held-out", random.Random(seed * 31 + 7))
        interviewer.queries()
        for question in interviewer.questions():
            if question.kind not in ("colour", "shape", "next"):
                continue
            if written[question.text]["options"]:
                shares.append(share_by_glance(film, question))
            else:
                openly += 1
    assert max(shares) <= GIVEN_AWAY
    assert abs(sum(shares) / len(shares) - 0.25) < 0.05
    # Most colours and shapes can be told from a look, and are asked openly.
    assert openly > len(shares) / 2 > 50


def test_the_moment_of_what_comes_next_takes_in_what_it_is_told_by() -> None:
    orders = set()
    for interviewer in _interviewers("held-out"):
        events = {(event.start, event.end): event for event in interviewer.film.events}
        for query in interviewer.next_to():
            told_by = next(
                event
                for event in events.values()
                if (event.thing.colour, event.thing.shape, event.kind) == astuple(query.about[1])
            )
            event = events[query.event]
            assert query.span == (min(event.start, told_by.start), max(event.end, told_by.end))
            assert query.span[1] - query.span[0] <= LONGEST_STRETCH
            orders.add((" after " in query.text, event.start > told_by.start))
    assert orders == {(True, True), (False, False)}


def test_a_look_gives_away_what_is_always_to_be_seen_and_nothing_of_what_is_not() -> None:
    rest = State(x=0.3, y=0.3, radius=0.15)
    red, blue, away = Thing("red", "circle"), Thing("blue", "circle"), replace(rest, present=False)
    event = Event("turn", red, 10.0, 12.0, (Part(red, "turn", rest, rest),))
    options = ("red", "blue", "green", "white")
    asked = Question("What colour is the circle that turns?", "colour", 1, "", "red", options, (10.0, 12.0))

    def film(cast: dict[Thing, State]) -> Film:
        shot = Shot(0.0, 100.0, Background(1, ("plain", "plain"), ((90, 90, 90), (90, 90, 90)), 20.0), cast)
        return Film(seed=1, duration=100.0, fps=5.0, noise=2.0, shots=(shot,), events=(event,))

    assert share_by_glance(film({red: rest, blue: away}), asked) == 1.0
    assert share_by_glance(film({red: rest, blue: rest}), asked) == 0.5
    assert without_given_away(film({red: rest, blue: rest}), asked).options == ()
    # The red one is gone after 12 s, the blue one stays.
    gone = Event("leave", red, 10.0, 12.0, (Part(red, "leave", rest, away),))
    left = replace(film({red: rest, blue: rest}), events=(gone,))
    assert share_by_glance(left, asked) < 0.1
    assert without_given_away(left, asked) == asked
