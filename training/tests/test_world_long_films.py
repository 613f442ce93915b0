"""Long films: as long as they are said to be; what is asked for happens once in all of it."""

import numpy as np
import pytest

from videomind_training.world.film import Film
from videomind_training.world.long_films import ask_long_film, direct_long_film
from videomind_training.world.render import draw_frames

FILMS = [direct_long_film(seed, 20) for seed in range(3)]


def test_a_seed_gives_one_long_film() -> None:
    again = direct_long_film(0, 20)
    assert FILMS[0] == again
    assert np.array_equal(draw_frames(FILMS[0], [0, 5999], 56), draw_frames(again, [0, 5999], 56))


@pytest.mark.parametrize("film", FILMS, ids=lambda film: str(film.seed))
def test_shots_follow_each_other_over_the_whole_length(film: Film) -> None:
    assert film.duration == 1200
    assert len(film.events) > 60
    edges = [0.0, *(shot.end for shot in film.shots)]
    assert [shot.start for shot in film.shots] == edges[:-1]
    assert edges[-1] == film.duration
    for event in film.events:
        assert event.end <= film.shot_at(event.start).end


@pytest.mark.parametrize("film", FILMS, ids=lambda film: str(film.seed))
def test_what_is_asked_for_happens_once_and_lasts_as_events_do(film: Film) -> None:
    queries = ask_long_film(film, 10)
    assert len(queries) == 10
    assert len({query.span for query in queries}) == 10
    for query in queries:
        (about,) = query.about
        alike = [
            event
            for event in film.events
            if any(part.kind == about.kind and about.may_mean(part.thing) for part in event.parts)
            and (event.start, event.end) != query.span
        ]
        # What takes two is told by its partner as well.
        assert not alike or about.kind in ("hit", "follow")
        assert 1 < query.span[1] - query.span[0] < 15


def test_films_of_different_seeds_share_no_reel() -> None:
    assert FILMS[0].events[0] != FILMS[1].events[0]
