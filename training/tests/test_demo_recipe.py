"""The recipe of the demo model: rows that share a film compute what single questions compute; stages resume as if they
had never stopped; the whole recipe ends in the published layout."""

import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import torch

from videomind_training.chain.spans import Span, bound_span
from videomind_training.world.direct import direct_film
from videomind_training.world.questions import About, Interviewer, Question, about_event
from videomind_training.world.recipe.answers import ask
from videomind_training.world.recipe.batch import Looks, put_together
from videomind_training.world.recipe.demo import Recipe, new_learner
from videomind_training.world.recipe.edges import edges_about, edges_of, running_in
from videomind_training.world.recipe.evidence import evidence_about, evidence_for
from videomind_training.world.recipe.eyes import JOINT, LABELS, label_event, sight_of, train_eyes
from videomind_training.world.recipe.feeding import Feeding
from videomind_training.world.recipe.guesses import guesses_of
from videomind_training.world.recipe.imagined import ImaginedFilm, imagined_library
from videomind_training.world.recipe.lessons import Lesson, draw_lesson
from videomind_training.world.recipe.rows import Row, Words, lay_out
from videomind_training.world.recipe.settings import DemoSettings
from videomind_training.world.recipe.stage_log import StageLog
from videomind_training.world.recipe.tasks import (
    SHORTEST_ANSWER,
    Claim,
    answering_rows,
    grounding_row,
    plan_segment,
    verifying_row,
    with_words_left_out,
)
from videomind_training.world.recipe.words import QUERY_AFTER, REPLY_OF_GROUNDER, build_tokenizer

FEW = {"eyes_steps": 2, "eyes_pairs": 8, "practice_steps": 2, "practice_films": 14, "films": 14, "base_steps": 2}
FEW |= {"planner_steps": 1, "grounder_steps": 1, "verifier_steps": 1, "answerer_steps": 1, "guess_films": 2}
FEW |= {"align_batches": 3, "judging_steps": 2}


@pytest.fixture(scope="module")
def tokenizer():  # noqa: ANN201
    torch.set_num_threads(1)
    return build_tokenizer(1)


def test_words_of_the_world_are_single_tokens(tokenizer) -> None:  # noqa: ANN001
    for text in (" red", " triangle", " moves", "Yes", "No", " before"):
        assert len(tokenizer.encode(text).ids) == 1
    ids = tokenizer.encode(REPLY_OF_GROUNDER).ids
    assert (
        ids.index(tokenizer.token_to_id("<|reg|>")) == QUERY_AFTER
    )  # the state before it is a generated token's, not the prompt's


def test_many_questions_after_one_film_are_as_if_asked_alone(tokenizer) -> None:  # noqa: ANN001
    learner = new_learner(tokenizer, 3)
    seen = ImaginedFilm(direct_film(5), 192)
    row = grounding_row(seen, learner.words, random.Random(1), 5).row
    with torch.no_grad():
        together = ask(learner.network, learner.words, [row])
        for index, segment in enumerate(row.segments):
            alone = ask(learner.network, learner.words, [Row(row.tokens, [segment])])
            assert torch.allclose(together.last[index], alone.last[0], atol=1e-4)
            assert torch.allclose(together.frames, alone.frames, atol=1e-4)


def test_the_eyes_resume_as_if_never_stopped(tokenizer, tmp_path: Path) -> None:  # noqa: ANN001
    def tower(folder: Path, *stops: int) -> torch.Tensor:
        for stop in stops:
            learner = new_learner(tokenizer, 3)
            train_eyes(learner.network, folder, 4, 1, Feeding(torch.device("cpu")), pairs=8, stop_after=stop)
        return learner.network.model.visual.merger.mlp[2].weight

    assert torch.equal(tower(tmp_path / "one", 4), tower(tmp_path / "two", 2, 4))


def test_the_recipe_ends_in_the_published_layout(tmp_path: Path) -> None:
    settings = DemoSettings(output=tmp_path, threads=1, device="cpu", **FEW)
    Recipe(settings).run()
    base, model = tmp_path / "checkpoint" / "base", tmp_path / "checkpoint" / "model"
    assert json.loads((base / "config.json").read_text())["model_type"] == "qwen2_vl"
    for role in ("planner", "grounder", "verifier", "answerer"):
        assert (model / role / "adapter_model.safetensors").stat().st_size > 0
    assert (model / "pytorch_model.safetensors").exists()
    log = [json.loads(line) for line in (tmp_path / "stages.jsonl").read_text().splitlines()]
    assert all(line["machine"] for line in log)
    stages = [line["stage"] for line in log]
    roles = ["planner", "grounder", "verifier", "answerer"]
    assert stages == ["eyes", "practise", "align", "keep", "base", "judge", *roles, "publish"]
    # A second run finds all done.
    before = (base / "model.safetensors").read_bytes()
    Recipe(settings).run()
    assert (base / "model.safetensors").read_bytes() == before


def test_the_log_has_the_time_of_a_stopped_stage_up_to_what_was_kept_of_it(tmp_path: Path) -> None:
    def lines() -> list[dict[str, object]]:
        return [json.loads(line) for line in (tmp_path / "stages.jsonl").read_text().splitlines()]

    StageLog(tmp_path, {"seed": 1}).begin("base")
    began = json.loads((tmp_path / "under-way.json").read_text())["began"]
    (tmp_path / "base.pt").touch()
    os.utime(tmp_path / "base.pt", (began + 90, began + 90))
    again = StageLog(tmp_path, {"seed": 2})
    assert lines() == [{"stage": "base", "seconds": 90, "stopped": True, "seed": 1}]
    again.begin("base")
    again.end("base")
    StageLog(tmp_path, {"seed": 2})
    assert lines()[1:] == [{"stage": "base", "seconds": 0, "seed": 2}]
    (tmp_path / "base.pt").unlink()
    # Stopped before anything was kept.
    again.begin("judge")
    StageLog(tmp_path, {"seed": 2})
    assert lines()[2:] == [{"stage": "judge", "seconds": 0, "stopped": True, "seed": 2}]


def test_a_step_without_finite_gradients_is_left_out_and_many_in_a_row_end_the_stage() -> None:
    from videomind_training.errors import TrainingError
    from videomind_training.world.recipe.optimizer import MOST_LEFT_OUT, Optimizers

    layer = torch.nn.Linear(3, 3)
    optimizers = Optimizers(layer.named_parameters(), 1e-2, 100)

    def steps(factor: float, count: int = 1) -> None:
        for _ in range(count):
            (layer(torch.ones(2, 3)).sum() * factor).backward()
            optimizers.step(0)

    steps(1.0)
    before = layer.weight.clone()
    steps(float("nan"), MOST_LEFT_OUT - 1)
    assert torch.equal(layer.weight, before)
    steps(1.0)
    assert not torch.equal(layer.weight, before)
    assert torch.isfinite(layer.weight).all()
    with pytest.raises(TrainingError, match="were not finite"):
        steps(float("inf"), MOST_LEFT_OUT)


def test_an_unknown_setting_is_refused(tmp_path: Path) -> None:
    from videomind_training.errors import TrainingError
    from videomind_training.world.recipe.settings import read_settings

    config = tmp_path / "demo.yaml"
    config.write_text("sed: 1\n")
    with pytest.raises(TrainingError, match="CONFIG_INVALID"):
        read_settings(config, [])


@pytest.mark.parametrize("line", ["films: 0", "eyes_pairs: 0", "base_steps: -1", "guess_films: many"])
def test_a_count_that_no_stage_can_use_is_refused_before_the_first_stage(tmp_path: Path, line: str) -> None:
    from videomind_training.errors import TrainingError
    from videomind_training.world.recipe.settings import read_settings

    config = tmp_path / "demo.yaml"
    config.write_text(line)
    with pytest.raises(TrainingError, match=line.split(":")[0]) as refused:
        read_settings(config, [])
    assert "\n" not in str(refused.value)


def test_a_configuration_that_is_no_list_of_settings_is_refused(tmp_path: Path) -> None:
    from videomind_training.errors import TrainingError
    from videomind_training.world.recipe.settings import read_settings

    config = tmp_path / "demo.yaml"
    config.write_text("just words")
    with pytest.raises(TrainingError, match="CONFIG_INVALID"):
        read_settings(config, ["seed=2"])


def test_words_know_their_marks(tokenizer) -> None:  # noqa: ANN001
    words = Words(tokenizer)
    assert len({words.start, words.end, words.video_pad, words.seg_start, words.seg_end, words.yes, words.no}) == 7


def test_workers_draw_what_the_learner_would_draw_for_itself(tokenizer) -> None:  # noqa: ANN001
    words, library = Words(tokenizer), imagined_library(192, count=6)
    for film in library.films:  # imagined before the workers are forked, so that all see the same blur
        _ = film.ground, film.dense, film.whole, film.plan

    def draw(step: int, rng: random.Random) -> Lesson:
        return draw_lesson(library, words, rng, "gvapln"[step], 240)

    cpu = torch.device("cpu")
    alone = list(Feeding(cpu).draws(draw, 1, range(6)))
    for own, drawn in zip(alone, Feeding(cpu, workers=2).draws(draw, 1, range(6)), strict=True):
        assert drawn.kind == own.kind
        for name in ("ids", "sight", "truth", "fits", "meanings"):
            assert torch.equal(getattr(drawn.batch, name), getattr(own.batch, name))


def test_a_verifier_is_taught_the_order_of_the_candidates_for_one_text(tokenizer) -> None:  # noqa: ANN001
    learner = new_learner(tokenizer, 3)
    overlap, rivals = torch.tensor([0.9, 0.6, 0.1, 0.8]), torch.tensor([0, 0, 0, 1])
    ordered = learner.ranked(torch.tensor([3.0, 1.0, -2.0, -9.0]), overlap, rivals)
    swapped = learner.ranked(torch.tensor([1.0, 3.0, -2.0, -9.0]), overlap, rivals)
    assert ordered < swapped
    # A candidate for another text has no rank among these.
    other = learner.ranked(torch.tensor([3.0, 1.0, -2.0, 9.0]), overlap, rivals)
    assert torch.equal(ordered, other)
    assert learner.ranked(torch.tensor([1.0]), overlap[:1], torch.tensor([-1])) == 0


def test_a_film_that_nothing_is_asked_about_gives_no_guesses(tokenizer) -> None:  # noqa: ANN001
    assert guesses_of(new_learner(tokenizer, 3), ImaginedFilm(direct_film(5), 192), []) == []


def test_an_answerer_learns_in_the_windows_of_what_the_grounder_found(tokenizer) -> None:  # noqa: ANN001
    words, seen = Words(tokenizer), ImaginedFilm(direct_film(5), 192)
    asked = Interviewer(seen.film, "train", random.Random(1)).questions()
    found = {each.span: (each.span[0] + 3.0, each.span[1] + 3.0) for each in asked if each.span is not None}
    windows = [seen.window(*bound_span(span, seen.film.duration, SHORTEST_ANSWER), 16).tokens for span in found.values()]

    def shown(found: dict[Span, Span] | None) -> list[bool]:
        rows = [row for row in answering_rows(seen, words, random.Random(1), 3, found) if row.tokens is not seen.whole]
        return [any(torch.equal(row.tokens, window) for window in windows) for row in rows]

    assert shown(found)
    assert all(shown(found))
    assert not all(shown(None))


def test_two_processes_learn_one_network_from_the_lessons_of_both(tmp_path: Path) -> None:
    config = tmp_path / "demo.yaml"
    settings = {**FEW, "output": str(tmp_path / "run"), "processes": 2, "threads": 1, "device": "cpu"}
    config.write_text(json.dumps(settings))
    command = [sys.executable, "-m", "videomind_training", "train", "demo", "--config", str(config)]
    run = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    stages = [json.loads(line) for line in (tmp_path / "run" / "stages.jsonl").read_text().splitlines()]
    assert [stage["processes"] for stage in stages] == [2] * 11
    assert (tmp_path / "run" / "checkpoint" / "model" / "verifier" / "adapter_model.safetensors").stat().st_size > 0


def _mean_of_two(folder: str) -> None:
    from videomind_training.world.recipe import team

    layer = torch.nn.Linear(2, 1, bias=False)
    layer.weight.grad = torch.full((1, 2), float(team.rank()))
    team.average_gradients(layer.parameters())
    (Path(folder) / f"{team.rank()}.txt").write_text(str(layer.weight.grad.tolist()))


def _end_early() -> None:
    raise SystemExit(3)


def test_gradients_of_a_team_are_averaged(tmp_path: Path) -> None:
    from videomind_training.world.recipe.team import share_of, size, team_of

    with team_of(2, partial(_mean_of_two, str(tmp_path))):
        assert size() == 2
        assert share_of([1, 2, 3]) == [1, 3]
        _mean_of_two(str(tmp_path))
    assert size() == 1
    assert [(tmp_path / f"{rank}.txt").read_text() for rank in (0, 1)] == ["[[0.5, 0.5]]"] * 2


def test_a_process_that_ends_early_is_told_as_such() -> None:
    from videomind_training.errors import TrainingError
    from videomind_training.world.recipe.team import team_of, wait_for_all

    with pytest.raises(TrainingError, match="PROCESS_LOST"), team_of(2, _end_early):
        wait_for_all()


def test_a_full_disk_is_told_and_the_last_stage_stays_whole(tmp_path: Path) -> None:
    from videomind_training.errors import TrainingError
    from videomind_training.world.recipe.checkpoints import load_stage, save_stage

    layer = torch.nn.Linear(3, 3)
    path = tmp_path / "base.pt"
    save_stage(path, 250, {"layer": layer})
    (tmp_path / "base.pt.partial").symlink_to("/dev/full")
    with pytest.raises(TrainingError, match=r"DISK_FULL.*base\.pt.*Make room"):
        save_stage(path, 500, {"layer": torch.nn.Linear(3, 3)})
    read = torch.nn.Linear(3, 3)
    assert load_stage(path, {"layer": read}) == 250
    assert torch.equal(read.weight, layer.weight)


def test_a_question_that_loses_words_keeps_what_it_speaks_of(tokenizer) -> None:  # noqa: ANN001
    words = Words(tokenizer)
    whole = words.segment("Plan: In the film, does the red circle turn before the blue square grows?", "[]")
    lossy = [words.tokenizer.decode(with_words_left_out(whole, words, random.Random(seed)).prompt) for seed in range(40)]
    assert len(set(lossy)) > 10
    content = ["red", "circle", "turn", "before", "blue", "square", "grows"]
    for text in lossy:
        assert [word for word in text.replace("?", "").split() if word in content] == content


def test_each_word_of_a_plan_is_taken_from_its_own_place_also_when_it_stands_there_twice(tokenizer) -> None:  # noqa: ANN001
    words = Words(tokenizer)
    text, query = "Before the white star chases the white square, what happens to the purple star?", "the purple star before"
    query += " the white star follows the white square"
    about = (About("purple", "star"), About("white", "star", "follow"))
    question = Question(text, "next", 1, query, "turns", (), (1.0, 9.0), about, (1.0, 4.0))
    whole = plan_segment(question, words)
    for segment in (whole, *(with_words_left_out(whole, words, random.Random(seed)) for seed in range(20))):
        read = [words.tokenizer.decode([token]).strip() for token in segment.prompt]
        taken = [read[places[0]] for _, places in segment.sources if len(places) == 1]
        said = " ".join(word for word in taken if word not in ("what", "happens"))
        assert said == "purple star Before white star chases white square"
        whites = [places[0] for _, places in segment.sources if read[places[0]] == "white"]
        assert [read[place + 1] for place in whites] == ["star", "square"]


class _CannotBegin:
    """What no other process can take over: reading it fails there, before anything is run."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return _refuse, ("not here",)

    def __call__(self) -> None:
        """Is never called."""


def _refuse(reason: str) -> None:
    raise ImportError(reason)


def test_a_process_that_cannot_begin_is_not_waited_for() -> None:
    from videomind_training.errors import TrainingError
    from videomind_training.world.recipe.team import team_of

    with pytest.raises(TrainingError, match="PROCESS_LOST"), team_of(2, _CannotBegin()):
        pass


def test_visual_tokens_and_marks_are_numbered_by_their_pair(tokenizer) -> None:  # noqa: ANN001
    words = Words(tokenizer)
    evidence = torch.zeros(12, dtype=torch.bool)
    evidence[[5, 8]] = True
    segment = words.segment("Check: the red circle grows", "Yes", evidence=evidence)
    unseen = words.segment("Check: the blue star turns", "No", evidence=torch.zeros(12, dtype=torch.bool))
    batch = put_together([Row(torch.zeros(3, 4, 192), [segment, unseen], (1 / 3, 2 / 3))], words)
    ids = batch.ids.flatten()[batch.numbered_at].tolist()
    numbered = list(zip(ids, batch.numbers.tolist(), strict=True))
    pad = words.video_pad
    assert numbered == [
        *[(pad, 0)] * 4,
        (words.seg_start, 1),
        *[(pad, 1)] * 4,
        (words.seg_end, 2),
        *[(pad, 2)] * 4,
    ]
    assert (batch.bounds_of.tolist(), batch.bounds.tolist()) == ([0], [[1, 2]])


def test_a_query_is_held_against_what_it_is_told_by_and_then_aims_at_the_event(tokenizer) -> None:  # noqa: ANN001
    words = Words(tokenizer)
    shown = torch.tensor([False] * 4 + [True] * 4 + [False] * 8)
    aimed = torch.tensor([False] * 12 + [True] * 4)
    query = replace(words.segment("Find: it", REPLY_OF_GROUNDER, evidence=shown), aim=aimed, aim_after=QUERY_AFTER)
    plain = words.segment("Tell: what?", "Yes", evidence=shown)
    row = Row(torch.zeros(4, 4, 192), [query, plain])
    layout, batch = lay_out(row, words), put_together([row], words)

    def looked_at(looks: Looks) -> list[tuple[int, list[int]]]:
        return [(int(place), row.nonzero()[:, 0].tolist()) for place, row in zip(looks.places, looks.wanted, strict=True)]

    pair = layout.pads.view(4, 4).tolist()
    asks, regresses, other = layout.starts[0], layout.queries[0], layout.starts[1]
    assert looked_at(batch.evidence) == [(asks, pair[1]), (regresses, pair[1]), (other, pair[1])]
    assert looked_at(batch.aims) == [(regresses, pair[3])]


def test_a_claim_is_held_against_what_it_is_told_by_and_then_aims_at_the_event(tokenizer) -> None:  # noqa: ANN001
    words, seen = Words(tokenizer), ImaginedFilm(direct_film(5), 192)
    told = Interviewer(seen.film, "train", random.Random(1)).next_to()[0]
    whole = seen.window(*told.span, 64)
    claim = Claim(told.text, told.span, told.about, told.event)
    (segment,) = verifying_row(seen, words, [claim], told.span, whole).segments
    event, told_by = evidence_for(seen, whole.cells, told.event), evidence_about(whole.cells, told.about[1:])
    assert event.any()
    assert told_by.any()
    assert torch.equal(segment.aim, event)
    assert torch.equal(segment.evidence, told_by)
    # What the other event looks like is no answer.
    assert segment.found is None


def test_edges_are_the_first_pair_of_an_event_and_the_first_behind_it() -> None:
    middles = torch.arange(8) + 0.25  # of pairs half a second apart: at 0 and 0.5 s, 1 and 1.5 s, and so on
    assert edges_of((2.2, 4.3), middles) == (2, 5)
    assert edges_of((2.3, 4.2), middles) == (3, 4)
    # What goes beyond the window begins with its first pair, and is over behind its last.
    assert edges_of((-3.0, 30.0), middles) == (0, 8)
    assert edges_of((9.0, 12.0), middles) is None
    assert edges_of((2.3, 2.9), middles) is None


def test_a_question_is_held_against_where_its_event_begins_and_is_over(tokenizer) -> None:  # noqa: ANN001
    words = Words(tokenizer)
    shown = torch.tensor([False] * 4 + [True] * 4 + [False] * 8)
    segment = words.segment("Check: it", "Yes", evidence=shown)
    claims = [replace(segment, edges=(1, 2), aim=shown, aim_edges=(3, 4)), segment]
    row = Row(torch.zeros(4, 4, 192), claims, (0.25, 0.5))
    layout, batch = lay_out(row, words), put_together([row], words)
    start, lasts = layout.starts[0], layout.pads.view(4, 4)[:, 3].tolist()

    def looked_at(looks: tuple[Looks, Looks]) -> list[list[tuple[int, list[int]]]]:
        return [
            [(int(place), row.nonzero()[:, 0].tolist()) for place, row in zip(each.places, each.wanted, strict=True)]
            for each in looks
        ]

    assert looked_at(batch.edges) == [[(start, [lasts[1]])], [(start, [lasts[2]])]]
    behind = layout.ids.index(words.vision_end)
    assert looked_at(batch.aim_edges) == [[(start, [lasts[3]])], [(start, [behind])]]
    # The second claim has no edges: its evidence stands in for them.
    assert batch.bounds.tolist() == [[1, 1], [1, 1]]


def test_words_that_may_mean_several_events_have_no_edges() -> None:
    film = direct_film(5)
    middles = torch.arange(int(film.duration)) + 0.25
    event = film.events[0]
    assert edges_about(film, about_event(event), middles) == edges_of((event.start, event.end), middles)
    assert edges_about(film, About(), middles) is None


def test_what_is_on_in_a_pair_is_known_from_the_film_also_where_nothing_of_it_is_to_be_seen() -> None:
    film = direct_film(5)
    event = film.events[0]
    middles = torch.arange(int(film.duration)) + 0.25
    first, behind = edges_of((event.start, event.end), middles)
    now, before = running_in(film, middles).split(JOINT, dim=1)
    named = torch.from_numpy(label_event(event.thing, event.kind)).bool()
    on = now[:, named].all(dim=1)
    assert on[first:behind].all()
    assert not on[first - 1]
    assert torch.equal(before[1:], now[:-1])
    assert not before[0].any()


def test_muon_steps_are_as_good_as_orthogonal(monkeypatch) -> None:  # noqa: ANN001
    from videomind_training.world.recipe import optimizer

    updates = torch.randn(3, 24, 48, generator=torch.Generator().manual_seed(1))
    for working in (torch.float32, torch.bfloat16):
        monkeypatch.setattr(optimizer, "_working_type", lambda _, working=working: working)
        stretches = torch.linalg.svdvals(optimizer._orthogonal(updates))
        assert 0.6 < stretches.min() < stretches.max() < 1.3


def test_tokens_of_a_pair_are_told_apart_also_where_there_is_nothing_to_see() -> None:
    nothing = sight_of(torch.zeros(2, 4, LABELS, dtype=torch.bool), 192)
    assert torch.equal(nothing[0], nothing[1])
    assert torch.pdist(nothing[0]).min() > 0.3  # the blur of imagined sight is 0.03 in each of 192 directions: 0.4 in all
