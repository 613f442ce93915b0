"""What reinforcement is worth on the shapes world: SFT to a stated loss, then GRPO, for some seeds, and one curve of all.

`python -m videomind_training.world.reasoned_curve FOLDER --base CHECKPOINT --seeds 1 2 3`; what is finished stays.
"""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from videomind_training.checkpoint_json import read_config, read_json_object
from videomind_training.checkpoints.durable_files import write_json, write_text
from videomind_training.network.base_family import base_family
from videomind_training.reasoner.configuration import read_reasoner_configuration
from videomind_training.reasoner.learning.material import read_material
from videomind_training.reasoner.rewards.scoring import Rewards
from videomind_training.world.reasoned_films import write_reasoned_split

configs = Path(__file__).parents[2] / "configs" / "reasoner-shapes"

fixed_replies = {
    **{f"always {letter}": f"<think>It is so.</think>\n<answer>{letter}</answer>" for letter in "ABCD"},
    "always 2": "<think>It is so.</think>\n<answer>2</answer>",
    "always the whole film": "<think>It is so.</think>\n<answer>from 0 s to 8 s</answer>",
}
"""Replies that look at nothing."""


def named_base(source: Path, target: Path) -> Path:
    """A copy of a checkpoint whose config.json names its architecture, by which TRL reads the model to stay near."""
    if not target.is_dir():
        shutil.copytree(source, target)
        config = read_json_object(target / "config.json")
        inner = config.get("text_config") or {}
        config["architectures"] = config.get("architectures") or inner["architectures"]
        write_json(target / "config.json", config)
    return target


def run_stage(stage: str, settings: dict[str, object]) -> float:
    """Runs a stage in a process of its own, as a person would; how many minutes it took."""
    begun = time.monotonic()
    changes = [part for name, value in settings.items() for part in ("--set", f"{name}={json.dumps(value)}")]
    config = configs / f"{stage}.yaml"
    command = [sys.executable, "-m", "videomind_training", "train", f"reasoner-{stage}", "--config", str(config), *changes]
    subprocess.run(command, check=True)
    return (time.monotonic() - begun) / 60


def learn(folder: Path, base: Path, seed: int, changes: dict[str, dict[str, object]]) -> list[dict[str, object]]:
    """Both stages with one seed: lines of the curve, each with family and seed. What is finished is only read.

    Args:
        folder: of all seeds; its films are there.
        base: checkpoint to begin with.
        seed: of both stages.
        changes: of each stage's configuration.
    """
    films = folder / "films"
    family = base_family(read_config(base), base).name
    place = folder / f"{family}-{seed}"
    kept = place / "curve.jsonl"
    if kept.is_file():
        return [json.loads(line) for line in kept.read_text("utf-8").splitlines()]
    data = {"data.root": films, "data.cache": folder / "cache", "data.files": [{"path": str(films / "train.jsonl")}]}
    common = {name: value if isinstance(value, list) else str(value) for name, value in data.items()} | {
        "learning.seed": seed
    }
    run_stage("sft", {**common, **changes["sft"], "base": str(base), "output": str(place / "sft")})
    held = {"data.held_out": [{"path": str(films / "held-out.jsonl")}]}
    settings = {**common, **held, **changes["grpo"], "base": str(place / "sft" / "model"), "output": str(place / "grpo")}
    minutes = run_stage("grpo", settings)
    losses = [json.loads(line) for line in (place / "sft" / "run" / "losses.jsonl").read_text("utf-8").splitlines()]
    points = [json.loads(line) for line in (place / "grpo" / "run" / "curve.jsonl").read_text("utf-8").splitlines()]
    begun = {"family": family, "seed": seed}
    lines = [{**begun, "sft_steps": losses[-1]["step"], "sft_loss": losses[-1]["loss"], "grpo_minutes": round(minutes, 1)}]
    lines += [{**begun, **point} for point in points]
    write_text(kept, "".join(json.dumps(line) + "\n" for line in lines))
    return lines


def gamed_table(films: Path) -> list[str]:
    """What replies that look at nothing are worth on the held-out questions, by kind."""
    files = [{"path": str(films / "held-out.jsonl")}]
    changes = [f"data.root={films}", f"data.files={json.dumps(files)}", "data.held_out=[]"]
    config = read_reasoner_configuration(configs / "grpo.yaml", changes)
    items = read_material(config, needs_reasoning=False).train
    rewards = Rewards(config.grpo.rewards[:5], Path())
    rows = []
    for name, reply in fixed_replies.items():
        values = [[rewards.value(at, reply, item) for item in items] for at in range(len(rewards.entries))]
        means = [statistics.fmean(value for value in column if value is not None) for column in values]
        total = statistics.fmean(rewards.total(reply, item) for item in items)
        rows.append(f"| {name} | " + " | ".join(f"{value:.3f}" for value in (*means, total)) + " |")
    heads = [*(entry.label for entry in rewards.entries), "total"]
    return [f"| reply | {' | '.join(heads)} |", "| --- |" + " --- |" * len(heads), *rows]


def summary(lines: list[dict[str, object]]) -> list[str]:
    """A row for each seed: the first and the last measurement."""
    rows = ["| family | seed | SFT loss | reward before | after | rise | minutes |", "| --- |" + " --- |" * 6]
    for start in (line for line in lines if "sft_loss" in line):
        name, seed = start["family"], start["seed"]
        totals = [line["total"] for line in lines if "total" in line and (line["family"], line["seed"]) == (name, seed)]
        numbers = f"{start['sft_loss']:.3f} | {totals[0]:.3f} | {totals[-1]:.3f} | {totals[-1] - totals[0]:+.3f}"
        rows.append(f"| {name} | {seed} | {numbers} | {start['grpo_minutes']} |")
    return rows


def watched_names() -> list[str]:
    """The rewards that only count how often a model says the same whatever is shown, as the curve has them."""
    rewards = read_reasoner_configuration(configs / "grpo.yaml", []).grpo.rewards
    return [entry.label for entry in rewards if entry.function is not None]


def watched_table(lines: list[dict[str, object]]) -> list[str]:
    """A row for each seed: how often a reply says the same whatever is shown, before and after, beside the rewards.

    A way to say the same that paid would be said more often as the rewards rise; one that all replies are right with is said
    as often as it is true.
    """
    watched = watched_names()
    heads = ["family", "seed", "reward", *(name.replace("_", " ") for name in watched)]
    rows = [f"| {' | '.join(heads)} |", "| --- |" + " --- |" * (len(heads) - 1)]
    seeds = dict.fromkeys((line["family"], line["seed"]) for line in lines)
    for family, seed in seeds:
        points = [line for line in lines if "total" in line and (line["family"], line["seed"]) == (family, seed)]
        both = [[point.get(name) for point in (points[0], points[-1])] for name in ("total", *watched)]
        moved = ["–" if None in values else " → ".join(f"{value:.3f}" for value in values) for values in both]
        rows.append(f"| {family} | {seed} | {' | '.join(moved)} |")
    return rows


def main() -> None:
    """Reads the arguments, learns, and prints the tables."""
    parser = argparse.ArgumentParser(prog="videomind_training.world.reasoned_curve", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--base", type=Path, nargs="+", required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--films", type=int, default=400)
    parser.add_argument("--held-out", type=int, default=60)
    for stage in ("sft", "grpo"):
        parser.add_argument(f"--{stage}-steps", type=int, help="instead of the configuration's")
    arguments = parser.parse_args()
    folder: Path = arguments.folder.resolve()
    films = folder / "films"
    films.mkdir(parents=True, exist_ok=True)
    write_reasoned_split(films, "train", arguments.films)
    write_reasoned_split(films, "held-out", arguments.held_out)
    steps = {"sft": arguments.sft_steps, "grpo": arguments.grpo_steps}
    changes = {stage: {} if count is None else {"learning.steps": count} for stage, count in steps.items()}
    lines: list[dict[str, object]] = []
    for place, base in enumerate(arguments.base):
        named = named_base(base.resolve(), folder / f"base-{place}")
        for seed in arguments.seeds:
            lines += learn(folder, named, seed, changes)
            write_text(folder / "curve.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    print("\n".join([*summary(lines), "", *watched_table(lines), "", *gamed_table(films)]))


if __name__ == "__main__":
    main()
