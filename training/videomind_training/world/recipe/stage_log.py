"""`stages.jsonl`: how long each stage took, and on what; also of stages that were stopped, as far as they had been kept."""

from __future__ import annotations

import json
import time
from pathlib import Path

from videomind_training.checkpoints.durable_files import write_json, write_text

from .team import rank

Facts = dict[str, str | int]


class StageLog:
    """The log of a recipe's folder; of a team, the first process writes it.

    Args:
        folder: of the recipe.
        facts: said in each line: machine, versions, seed.

    All of it may raise TrainingError: DISK_FULL, OUTPUT_UNWRITABLE.
    """

    def __init__(self, folder: Path, facts: Facts) -> None:
        self._folder, self._facts = folder, facts
        self._log, self._under_way = folder / "stages.jsonl", folder / "under-way.json"
        if rank() == 0 and self._under_way.exists():
            self._tell_stopped()

    def begin(self, stage: str) -> None:
        """Notes a stage that begins, so that its time is known whatever ends it."""
        self._began = time.time()
        if rank() == 0:
            known = {"stage": stage, "began": self._began, "lines": len(self._lines())}
            write_json(self._under_way, {**self._facts, **known})

    def end(self, stage: str) -> None:
        """Writes the line of a stage that is done."""
        if rank() == 0:
            self._write({"stage": stage, "seconds": round(time.time() - self._began), **self._facts})
            self._under_way.unlink()

    def _tell_stopped(self) -> None:
        """Up to the last file that was kept: what came after that is done again."""
        begun = json.loads(self._under_way.read_text())
        began, stage, lines = begun.pop("began"), begun.pop("stage"), begun.pop("lines", None)
        # A kill may also have come once the stage's line was written.
        if lines is None or len(self._lines()) <= lines:
            kept = max((path.stat().st_mtime for path in self._folder.rglob("*.pt")), default=began)
            self._write({"stage": stage, "seconds": max(0, round(kept - began)), "stopped": True, **begun})
        self._under_way.unlink()

    def _write(self, line: Facts) -> None:
        write_text(self._log, "".join([*self._lines(), json.dumps(line) + "\n"]))

    def _lines(self) -> list[str]:
        return self._log.read_text().splitlines(keepends=True) if self._log.exists() else []
