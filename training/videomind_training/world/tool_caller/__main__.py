"""Trains a tiny model that calls tools, and writes its checkpoint.

`python -m videomind_training.world.tool_caller OUT --base CHECKPOINT --protocol tools.json`
"""

import argparse
import time
from pathlib import Path

import torch

from videomind_training.reasoner.out.write_model import write_model
from videomind_training.world.tool_caller.learn import Learner, Lessons


def main() -> None:
    """Reads the arguments, learns, says how much of it stuck, and writes the checkpoint."""
    parser = argparse.ArgumentParser(prog="videomind_training.world.tool_caller", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--protocol", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--conversations", type=int, default=4, help="in a step")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--held-out", type=int, default=50, help="conversations that are counted at the end")
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    learner = Learner(arguments.base, arguments.protocol)
    lessons = Lessons(arguments.steps, arguments.conversations, seed=arguments.seed)
    begun = time.monotonic()
    for step, loss in enumerate(learner.learn(lessons), 1):
        if step % 10 == 0 or step == lessons.steps:
            print(f"step {step}: loss {loss:.4f}, {(time.monotonic() - begun) / 60:.1f} min", flush=True)
    share = learner.share_word_for_word(arguments.held_out)
    print(f"{share:.3f} of the replies in {arguments.held_out} other conversations in the very words")
    network = learner.network
    write_model(arguments.base, network.state_dict(), arguments.out, "bfloat16", type(network).__name__)


if __name__ == "__main__":
    main()
