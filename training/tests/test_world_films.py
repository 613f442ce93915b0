"""Films: the same seed gives the same film; what happens keeps the rules of the world."""

import numpy as np
import pytest

from videomind_training.world.direct import direct_film
from videomind_training.world.film import Film
from videomind_training.world.motion import things_at
from videomind_training.world.render import draw_frames
from videomind_training.world.things import ACTIONS, COLOURS, SHAPES

FILMS = [direct_film(seed) for seed in range(150)]


def test_a_seed_gives_one_film_and_its_pixels() -> None:
    first, again = direct_film(7), direct_film(7)
    assert first == again
    assert np.array_equal(draw_frames(first, [0, 30, 60], 56), draw_frames(again, [0, 30, 60], 56))
    assert direct_film(8) != first


def test_the_world_is_as_large_as_promised() -> None:
    assert len(COLOURS) >= 6
    assert len(SHAPES) >= 4
    assert len(ACTIONS) >= 5
    assert {event.kind for film in FILMS for event in film.events} == set(ACTIONS)


@pytest.mark.parametrize("film", FILMS[:40], ids=lambda film: str(film.seed))
def test_events_keep_to_their_film_and_their_shot(film: Film) -> None:
    assert 20 <= film.duration <= 240
    assert 3 <= len(film.events) <= 8
    for event in film.events:
        assert 0 <= event.start < event.end <= film.duration
        shot = film.shot_at(event.start)
        assert event.end <= shot.end


@pytest.mark.parametrize("film", FILMS[:40], ids=lambda film: str(film.seed))
def test_no_thing_is_in_two_events_at_once(film: Film) -> None:
    for index, event in enumerate(film.events):
        busy = {part.thing for part in event.parts}
        for other in film.events[index + 1 :]:
            if other.start < event.end:
                assert busy.isdisjoint({part.thing for part in other.parts})


def test_most_films_show_several_things_and_distractors() -> None:
    several = [max(len(things_at(film, time)) for time in np.arange(0, film.duration, 1.0)) >= 2 for film in FILMS]
    assert np.mean(several) > 0.9
    sharing = []
    for film in FILMS:
        things = {event.thing for event in film.events} | {thing for shot in film.shots for thing in shot.cast}
        colours, shapes = [thing.colour for thing in things], [thing.shape for thing in things]
        sharing.append(len(set(colours)) < len(colours) or len(set(shapes)) < len(shapes))
    assert np.mean(sharing) > 0.95


def test_a_thing_moves_the_way_its_event_says() -> None:
    ways = {"left": (-1, 0), "right": (1, 0), "rise": (0, -1), "sink": (0, 1)}
    seen = 0
    for film in FILMS:
        for event in film.events:
            if event.kind not in ways:
                continue
            first, last = (
                next(thing.state for thing in things_at(film, time) if thing.thing == event.thing)
                for time in (event.start + 0.05, event.end - 0.05)
            )
            across, down = ways[event.kind]
            assert (last.x - first.x) * across + (last.y - first.y) * down > 0.3
            seen += 1
    assert seen > 20


def test_things_that_left_are_gone_and_those_that_came_are_there() -> None:
    for film in FILMS:
        for event in film.events:
            if event.kind not in ("enter", "leave"):
                continue
            present = {seen.thing for seen in things_at(film, event.end + 0.01)}
            if film.shot_at(event.end + 0.01) is film.shot_at(event.start):
                assert (event.thing in present) == (event.kind == "enter")
