"""The project's own command line, and what its trace has in common with PyTorch."""

import subprocess
from pathlib import Path

import pytest

from videomind_training.chain.ask import Answer

project = Path(__file__).parents[2]


def engine(*arguments: object) -> None:
    """Runs a command and expects it to do well."""
    node = project / "node_modules" / ".bin" / "node"
    command = [str(node), str(project / "electron" / "cli" / "launch.mjs"), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=project, check=False)
    assert done.returncode == 0, done.stderr


def compare_rounded(rounded: dict, exact: dict) -> None:
    """Holds the trace of an int8 package against that of the fp32 one, as docs/command-line.md bounds it."""
    for role in ("planner", "answerer"):
        assert rounded[role]["response"] == exact[role]["response"]
    found, wanted = rounded["grounder"], exact["grounder"]
    assert found["pred"][0] == pytest.approx(wanted["pred"][0], abs=0.5)
    assert found["conf"][0] == pytest.approx(wanted["conf"][0], abs=0.1)
    first, expected = (trace["verifier"]["candidates"][0]["score"] for trace in (rounded, exact))
    assert first == pytest.approx(expected, abs=0.08)


def compare_with_trace(answer: Answer, trace: dict) -> None:
    """Holds all four roles of a chain in PyTorch against the engine's trace of the same question."""
    assert trace["planner"]["response"] == answer.plan_reply
    assert answer.grounding.reply.reg_state is not None
    assert trace["grounder"]["outputIds"] == answer.grounding.reply.token_ids
    found = [value for row in trace["grounder"]["rows"] for value in row]
    assert found == pytest.approx(answer.grounding.rows.flatten().tolist(), abs=1e-3)
    scores = [each["score"] for each in trace["verifier"]["candidates"]]
    assert scores == pytest.approx([each.score for each in answer.judgements], abs=1e-4)
    assert trace["answerer"]["span"] == pytest.approx(answer.span, abs=1e-3)
    assert trace["answerer"]["response"] == answer.text
