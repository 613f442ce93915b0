"""The engine's own scorers, asked about predictions in the published dump format."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from videomind_training.errors import TrainingError

project = Path(__file__).parents[3]

grounding_measures = ("R1@0.3", "R1@0.5", "R1@0.7", "mIoU")
answer_measure = "Acc"


def scorer_command() -> list[str]:
    """`videomind` of the checkout that this folder belongs to. Raises TrainingError CONFIG_INVALID where it is not there."""
    launcher = project / "electron" / "cli" / "launch.mjs"
    own = project / "node_modules" / "node" / "bin" / "node"
    node = str(own) if own.is_file() else shutil.which("node")
    if node is None or not launcher.is_file() or not (project / "node_modules").is_dir():
        raise TrainingError(
            "CONFIG_INVALID",
            f"Validation scores with `videomind eval score`, which is not installed in {project}.",
            "Run `npm install` there, or name the command: `validation.scorer: [videomind]`.",
        )
    return [node, str(launcher)]


def engine_scores(predictions: Sequence[dict[str, object]], folder: Path, command: Sequence[str]) -> dict[str, float]:
    """Shares in percent by name: R1@0.3, R1@0.5, R1@0.7 and mIoU of samples with `span`, Acc of those with `ans`.

    Args:
        predictions: in the dump format.
        folder: that they are written to, emptied before.
        command: that starts the engine's command line.

    Raises:
        TrainingError: SCORER_FAILED.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "output.json").write_text(json.dumps(list(predictions)), "utf-8")
    asked = [*command, "eval", "score", str(folder), "--benchmark", "own", "--json"]
    try:
        # Code 3 is a doubt, such as a sample that failed: it counts as wrong, and the figures stand.
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        result = json.loads(done.stdout) if done.returncode in (0, 3) else None
    except (OSError, ValueError) as error:
        raise _failed(asked, str(error)) from error
    if result is None:
        raise _failed(asked, (done.stderr.strip().splitlines() or ["no output"])[-1])
    return _read(result)


def _failed(asked: list[str], why: str) -> TrainingError:
    return TrainingError("SCORER_FAILED", f"{' '.join(asked)}: {why}", "Run it by hand; or set `validation.every: null`.")


def _read(result: dict) -> dict[str, float]:
    tables = result["tables"]
    scores: dict[str, float] = {}
    coverage = result["coverage"]
    if coverage["grounding"]["scored"] > 0:
        row = _row(tables["Grounding (IoU)"])
        scores |= {name: float(row[name]) for name in grounding_measures}
    if coverage["answers"]["scored"] > 0:
        scores[answer_measure] = float(_row(tables["QA"])[answer_measure])
    return scores


def _row(table: dict) -> dict[str, str]:
    """The one of all samples."""
    [row] = [row for row in table["rows"] if row[0] == "all"]
    return dict(zip(table["columns"], row, strict=True))
