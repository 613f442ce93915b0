"""`python -m videomind_training.world FOLDER --split held-out --films 300`: writes films with their questions; with
`--minutes 60` long ones with queries for what happens once."""

import argparse
from pathlib import Path

from .write_films import WRITTEN_SIZE, write_long_films, write_split


def main() -> None:
    """Reads the arguments and writes."""
    parser = argparse.ArgumentParser(prog="videomind_training.world", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--split", choices=("train", "held-out"), default="held-out")
    parser.add_argument("--films", type=int, default=300)
    parser.add_argument("--size", type=int, default=WRITTEN_SIZE, help="side of a frame in pixels")
    parser.add_argument("--minutes", type=float, help="length of long films, held-out ones alone")
    parser.add_argument("--queries", type=int, default=10, help="queries of each long film")
    arguments = parser.parse_args()
    if arguments.minutes is not None and arguments.split != "held-out":
        parser.error("long films are made for the held-out split alone")
    arguments.folder.mkdir(parents=True, exist_ok=True)
    if arguments.minutes is not None:
        write_long_films(arguments.folder, arguments.films, arguments.minutes, arguments.queries, arguments.size)
        return
    write_split(arguments.folder, arguments.split, arguments.films, arguments.size)


if __name__ == "__main__":
    main()
