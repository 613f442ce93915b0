"""The recipe of the demo model, stage by stage: eyes, practice on imagined sight, the base, then the roles."""

from pathlib import Path


def main(config: Path, overrides: list[str]) -> None:
    """`train demo`: runs what is not done yet of the recipe; see `demo.run`."""
    from .demo import run

    run(config, overrides)
