"""The command line: `python -m videomind_training …`."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

# Waiting threads give way: on a busy machine OpenMP's usual spinning costs ten times as much. Read as torch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # workers are forked

from videomind_training.errors import TrainingError

if TYPE_CHECKING:
    from videomind_training.commands.check_data import CheckedData

trained_things = (
    *("base", "planner", "grounder", "verifier", "answerer", "chain", "demo"),
    *("reasoner-sft", "reasoner-grpo"),
)
failed, wrong_usage, doubtful, interrupted = 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command.

    Returns:
        0 done, 1 failed (stderr says why and what to do), 2 wrong usage, 3 checked data is to be looked into,
        130 interrupted.
    """
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except TrainingError as error:
        print(error, file=sys.stderr)
        return failed
    except KeyboardInterrupt:
        print("Interrupted; a new start goes on from the last checkpoint.", file=sys.stderr)
        return interrupted


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="videomind_training", description="Fine-tunes the roles of VideoMind.")
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="train a role, the base, the whole chain, the demo model, or a reasoner")
    train.add_argument("what", choices=trained_things)
    verification = commands.add_parser("verification", help="make the verifier's data with a trained grounder")
    data = commands.add_parser("check-data", help="read all annotations, probe their videos, say what would be trained with")
    for command in (train, verification, data):
        command.add_argument("--config", type=Path, required=True, help="YAML file")
        command.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="changes an entry")
    recipe = commands.add_parser("export-recipe", help="write data, configuration and launch lines for another trainer")
    recipe.add_argument("recipe", choices=["trl", "llamafactory", "verl"])
    recipe.add_argument("--config", type=Path, required=True, help="YAML file of a reasoner")
    recipe.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="changes an entry")
    recipe.add_argument("--out", type=Path, required=True, help="folder that is written")
    recipe.add_argument("--nodes", type=int, default=1)
    recipe.add_argument("--gpus", type=int, default=8, help="of each node")
    ask = commands.add_parser("ask", help="ask a checkpoint about a video, in PyTorch")
    ask.add_argument("video", type=Path)
    ask.add_argument("question")
    ask.add_argument("--base", type=Path, required=True)
    ask.add_argument("--adapters", type=Path)
    ask.add_argument("--prompts", type=Path)
    ask.add_argument("--option", action="append")
    ask.add_argument("--cpu", action="store_true")
    merge = commands.add_parser("merge", help="write the base with a role's adapter in its weights: one checkpoint")
    merge.add_argument("role", choices=["planner", "verifier", "answerer"])
    merge.add_argument("--base", type=Path, required=True)
    merge.add_argument("--adapters", type=Path, required=True)
    merge.add_argument("--out", type=Path, required=True)
    merge.add_argument("--type", choices=["bfloat16", "float32"], default="bfloat16")
    shards = commands.add_parser("merge-shards", help="make one checkpoint of a reasoner of what verl's processes wrote")
    shards.add_argument("folder", type=Path, help="global_step_N/actor")
    shards.add_argument("--base", type=Path, required=True, help="checkpoint that training began with")
    shards.add_argument("--out", type=Path, required=True)
    shards.add_argument("--type", choices=["bfloat16", "float32"], default="bfloat16")
    return parser


def _run(options: argparse.Namespace) -> int:
    if options.command == "ask":
        from videomind_training.checkpoints.read_checkpoint import CheckpointPaths
        from videomind_training.commands.ask_question import ask_question

        paths = CheckpointPaths(options.base, options.adapters, options.prompts)
        print(ask_question(paths, options.video, options.question, options.option, options.cpu))
        return 0
    if options.command == "merge":
        from videomind_training.checkpoints.read_checkpoint import CheckpointPaths
        from videomind_training.commands.merge_role import merge_role

        merge_role(CheckpointPaths(options.base, options.adapters), options.role, options.out, options.type)
        print(f"{options.role} merged into {options.out}.", file=sys.stderr)
        return 0
    if options.command == "merge-shards":
        from videomind_training.reasoner.out.merge_shards import merge_shards

        merge_shards(options.folder, options.base, options.out, options.type)
        print(options.out)
        return 0
    if options.command == "train" and options.what == "demo":
        importlib.import_module("videomind_training.world.recipe").main(options.config, options.set)
        return 0

    if options.command == "export-recipe":
        from videomind_training.reasoner.configuration import read_reasoner_configuration
        from videomind_training.reasoner.recipes.export_recipe import export_recipe

        config = read_reasoner_configuration(options.config, options.set)
        export_recipe(options.recipe, config, options.out, options.nodes, options.gpus)
        print(options.out)
        return 0
    if options.command == "train" and options.what.startswith("reasoner-"):
        from videomind_training.commands.train_reasoner import train_reasoner

        train_reasoner(options.what.removeprefix("reasoner-"), options.config, options.set)
        return 0

    if options.command == "check-data":
        checked = _checked_data(options.config, options.set)
        print(checked.report)
        return doubtful if checked.doubtful else 0

    from videomind_training.commands.configuration import read_configuration

    config = read_configuration(options.config, options.set)
    if options.command == "verification":
        from videomind_training.commands.make_verification import make_verification

        for file in make_verification(config):
            print(file.path)
    elif options.what == "chain":
        from videomind_training.commands.train_chain import train_chain

        train_chain(config)
    else:
        from videomind_training.commands.train_chain import with_made_verification
        from videomind_training.commands.train_role import train_role

        train_role(with_made_verification(config) if options.what == "verifier" else config, options.what)
    return 0


def _checked_data(configuration: Path, overrides: list[str]) -> "CheckedData":
    from videomind_training.reasoner.configuration import is_reasoner_configuration, read_reasoner_configuration

    if is_reasoner_configuration(configuration):
        from videomind_training.commands.check_reasoner_data import check_reasoner_data

        return check_reasoner_data(read_reasoner_configuration(configuration, overrides))
    from videomind_training.commands.check_data import check_data
    from videomind_training.commands.configuration import read_configuration

    return check_data(read_configuration(configuration, overrides))
