"""A run of a few steps on a tiny reasoner, for tests of its trainers."""

import json
import multiprocessing
import os
import shutil
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

import torch
from accelerate import PartialState

from videomind_training.reasoner.configuration import ReasonerConfig
from videomind_training.world.reasoned_films import write_reasoned_split

instructions = Path(__file__).parents[1] / "configs" / "reasoner-shapes" / "instructions.json"


def films(folder: Path, count: int = 4) -> Path:
    """A file of questions about a few films."""
    folder.mkdir(parents=True, exist_ok=True)
    return write_reasoned_split(folder, "train", count)


def named_base(pack: Path, folder: Path) -> Path:
    """A pack's checkpoint whose config.json names its architecture, as published ones do."""
    base = folder / pack.name
    if not base.is_dir():
        shutil.copytree(pack / "checkpoint", base)
        config = json.loads((base / "config.json").read_text("utf-8"))
        config["architectures"] = config.get("architectures") or config["text_config"]["architectures"]
        (base / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return base


def tiny_config(pack: Path, films_file: Path, output: Path, **learning: object) -> ReasonerConfig:
    """A run of four steps on a pack's checkpoint."""
    PartialState._reset_state()
    return ReasonerConfig.model_validate(
        {
            "base": named_base(pack, films_file.parent),
            "instructions": instructions,
            "output": output,
            "saved_type": "float32",
            "budget": {"fps": 1, "max_frames": 4, "max_pixels": 3136},
            "data": {"root": films_file.parent, "files": [{"path": films_file}], "cache": films_file.parent / "cache"},
            "learning": {
                "steps": 4,
                "batch_size": 4,
                "samples_at_once": 2,
                "learning_rate": 1e-3,
                "precision": "fp32",
                "save_every": 2,
                "log_every": 1,
                "device": "cpu",
                **learning,
            },
            "grpo": {"replies": 2, "max_new_tokens": 8, "measure_every": 2},
        }
    )


def forked(run: Callable[[], object]) -> BaseProcess:
    """A process that does this, as a copy of this one."""

    def begin() -> None:
        # A copy makes PyTorch's pool of threads anew when it is first asked for: by one thread, before several read weights.
        torch.set_num_threads(torch.get_num_threads())
        run()

    return multiprocessing.get_context("fork").Process(target=begin)


def in_process(run: Callable[[], object]) -> int:
    """Runs something that may end its own process; the exit code."""
    process = forked(run)
    process.start()
    process.join()
    return process.exitcode


def die_at(step: int) -> object:
    """A callback that kills its own process, as with `kill -9`, once so many steps are done."""
    from transformers import TrainerCallback

    class Death(TrainerCallback):
        def on_step_end(self, _args: object, state: object, _control: object, **_: object) -> None:
            if state.global_step == step:
                os.kill(os.getpid(), 9)

    return Death()
