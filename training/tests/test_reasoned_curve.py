"""The curve of reinforcement on the shapes world: what looks at nothing gains little, and a seed's rise is told."""

import json
from pathlib import Path

import pytest

from videomind_training.world.direct import HELD_OUT_SEEDS
from videomind_training.world.reasoned_curve import gamed_table, summary, watched_table
from videomind_training.world.reasoned_films import reasoned_film, write_reasoned_split

count = 6


def test_replies_that_look_at_nothing_have_the_reward_of_chance(tmp_path: Path) -> None:
    write_reasoned_split(tmp_path, "held-out", count)
    films = [reasoned_film(HELD_OUT_SEEDS + number) for number in range(count)]
    table = {row.split(" | ")[0].strip("| "): row.strip("| ").split(" | ")[1:] for row in gamed_table(tmp_path)[2:]}
    _, form, choice, _, moments, _ = map(float, table["always the whole film"])
    assert form == 1
    assert choice == 0
    assert moments == pytest.approx(sum((end - start) / 8 for *_, (start, end) in films) / count, abs=5e-4)
    letters = [float(table[f"always {letter}"][2]) for letter in "ABCD"]
    assert sum(letters) == pytest.approx(1, abs=2e-3)
    assert letters[2] == pytest.approx(sum(thing.colour == "red" for _, thing, *_ in films) / count, abs=5e-4)


def test_a_seeds_rise_is_from_its_first_measurement_to_its_last() -> None:
    begun = [{"family": "qwen3-vl", "seed": seed} for seed in (1, 2)]
    lines = [{**each, "sft_steps": 40, "sft_loss": 0.06, "grpo_minutes": 3.5} for each in begun]
    lines += [{**begun[0], "step": step, "total": total} for step, total in ((0, 0.4), (50, 0.7), (100, 0.6))]
    lines += [{**begun[1], "step": step, "total": total} for step, total in ((0, 0.5), (100, 0.45))]
    assert summary(lines)[2:] == [
        "| qwen3-vl | 1 | 0.060 | 0.400 | 0.600 | +0.200 | 3.5 |",
        "| qwen3-vl | 2 | 0.060 | 0.500 | 0.450 | -0.050 | 3.5 |",
    ]


def test_how_often_the_same_is_said_stands_beside_the_rewards() -> None:
    begun = {"family": "qwen3-vl", "seed": 1}
    lines = [{**begun, "sft_steps": 40, "sft_loss": 0.06, "grpo_minutes": 3.5}]
    lines += [{**begun, "step": 0, "total": 0.4, "letter_a": 0.3, "whole_film": 0.2}]
    lines += [{**begun, "step": 50, "total": 0.7, "letter_a": 0.25, "whole_film": 0.1}]
    lines += [{**begun, "seed": 2, "step": 0, "total": 0.4}]
    assert watched_table(lines) == [
        "| family | seed | reward | letter a | letter b | letter c | letter d | whole film |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        "| qwen3-vl | 1 | 0.400 → 0.700 | 0.300 → 0.250 | – | – | – | 0.200 → 0.100 |",
        "| qwen3-vl | 2 | 0.400 → 0.400 | – | – | – | – | – |",
    ]


def test_what_is_written_of_the_curve_is_what_it_says() -> None:
    training = Path(__file__).parents[1]
    lines = (training / "configs" / "reasoner-shapes" / "curve.jsonl").read_text("utf-8").splitlines()
    written = [cells(row) for row in (training / "reasoners.md").read_text("utf-8").splitlines()]
    points = [json.loads(line) for line in lines]
    for row in [*summary(points), *watched_table(points)]:
        assert row.startswith("| ---") or cells(row) in written


def cells(row: str) -> list[str]:
    """Of a table's row, however wide it is written."""
    return [cell.strip() for cell in row.split("|")]
