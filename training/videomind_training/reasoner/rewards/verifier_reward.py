"""VideoMind's verifier as a reward: how sure a package is, through the engine, that it happens when a reply says."""

import json
import math
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from videomind_training.chain.spans import Span
from videomind_training.errors import TrainingError
from videomind_training.media.video import probe_video
from videomind_training.reasoner.data.items import ReasonerItem
from videomind_training.reasoner.rewards.moments import moments_of
from videomind_training.reasoner.rewards.tags import answer_of
from videomind_training.validation.engine_scores import scorer_command


class VerifierReward:
    """Judges the moments that replies name, all of a step in one process of the engine.

    Args:
        package: a VideoMind package, as `videomind import` makes it.
        command: that starts the engine's command line; None: the checkout that this folder belongs to.
    """

    def __init__(self, package: Path, command: Sequence[str] | None = None) -> None:
        self._package = package
        self._command = command

    def values(self, replies: Sequence[str], items: Sequence[ReasonerItem]) -> list[float | None]:
        """(P(Yes) − P(No) + 1) ÷ 2 of the verifier, the mean of all moments of a reply; 0 for one that names none, None for
        questions that ask for none.

        Raises:
            TrainingError: REWARD_FAILED, with the question's place.
        """
        claims = [_claims(reply, item) for reply, item in zip(replies, items, strict=True)]
        asked = {(item.video, item.question, spans) for item, spans in zip(items, claims, strict=True) if spans}
        judged = self._judge(sorted(asked, key=repr), {item.video: item for item in items})
        return [
            None if spans is None else judged[item.video, item.question, spans] if spans else 0.0
            for item, spans in zip(items, claims, strict=True)
        ]

    def _judge(
        self, asked: list[tuple[Path, str, tuple[Span, ...]]], items: dict[Path, ReasonerItem]
    ) -> dict[tuple[Path, str, tuple[Span, ...]], float]:
        if not asked:
            return {}
        lines = [
            {"id": at, "video": str(video), "question": question, "claim": [_moment(span) for span in spans]}
            for at, (video, question, spans) in enumerate(asked)
        ]
        with tempfile.TemporaryDirectory(prefix="videomind-claims-") as folder:
            batch = Path(folder) / "claims.jsonl"
            batch.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
            command = [*(self._command or scorer_command()), "ask", "--batch", str(batch), "--model", str(self._package)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        results = {result["id"]: result for result in map(json.loads, done.stdout.splitlines())}
        if len(results) != len(asked):
            why = (done.stderr.strip().splitlines() or ["no output"])[0]
            raise _failed(f"{' '.join(command)}: {why}")
        for at, (video, *_) in enumerate(asked):
            if "record" not in results[str(at)]:
                raise _failed(f"verifier, {items[video].source}: {results[str(at)].get('error')}")
        return {each: _mean_score(results[str(at)]["record"]) for at, each in enumerate(asked)}


def _failed(problem: str) -> TrainingError:
    return TrainingError("REWARD_FAILED", problem, "Mend what is named; the run goes on from its last checkpoint.")


def _claims(reply: str, item: ReasonerItem) -> tuple[Span, ...] | None:
    """The moments of a reply as far as they lie in the video; None where none is asked for."""
    if item.kind != "moment":
        return None
    end = probe_video(item.video).length_sec
    cut = ((start, min(stop, end)) for start, stop in moments_of(answer_of(reply)))
    return tuple(span for span in cut if span[0] < span[1])


def _moment(span: Span) -> dict[str, float]:
    return {"startSec": span[0], "endSec": span[1]}


def _mean_score(record: dict[str, list[dict[str, float]]]) -> float:
    """A candidate's score is sigmoid(P(Yes) − P(No))."""
    scores = [each["verifierScore"] for each in record["candidates"]]
    return sum((math.log(score / (1 - score)) + 1) / 2 for score in scores) / len(scores)
