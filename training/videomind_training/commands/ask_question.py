"""Asks a checkpoint about a video, in PyTorch."""

import json
from pathlib import Path

from accelerate import PartialState

from videomind_training.chain.ask import Chain
from videomind_training.checkpoints.read_checkpoint import CheckpointPaths, open_checkpoint
from videomind_training.media.video import probe_video


def ask_question(paths: CheckpointPaths, video: Path, question: str, options: list[str] | None, cpu: bool) -> str:
    """The answer as JSON: plan, candidates, moment shown, answer."""
    checkpoint = open_checkpoint(paths)
    checkpoint.network.to(PartialState(cpu=cpu).device)
    answer = Chain(checkpoint).ask(probe_video(video), question, options)
    candidates = [
        {"startSec": each.span[0], "endSec": each.span[1], "confidence": each.confidence, "verifierScore": each.score}
        for each in answer.candidates
    ]
    plan = None if answer.plan is None else {"response": answer.plan_reply, **vars(answer.plan)}
    result = {"question": question, "plan": plan, "candidates": candidates, "span": answer.span, "answer": answer.text}
    return json.dumps(result, indent=2, ensure_ascii=False)
