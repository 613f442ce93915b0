"""`python -m videomind_training.world FOLDER --split held-out --films 300`: writes films with their questions."""

import argparse
from pathlib import Path

from .write_films import WRITTEN_SIZE, write_split


def main() -> None:
    """Reads the arguments and writes."""
    parser = argparse.ArgumentParser(prog="videomind_training.world", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--split", choices=("train", "held-out"), default="held-out")
    parser.add_argument("--films", type=int, default=300)
    parser.add_argument("--size", type=int, default=WRITTEN_SIZE, help="side of a frame in pixels")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    write_split(arguments.folder, arguments.split, arguments.films, arguments.size)


if __name__ == "__main__":
    main()
