"""The parts of a reply: its answer, and whether it has the form that is asked for."""

import re

_answer = re.compile(r"<answer>(.*?)</answer>", re.DOTALL)
_form = re.compile(r"<think>.*?</think>\s*<answer>.*?</answer>", re.DOTALL)


def answer_of(reply: str) -> str:
    """What the first `<answer>…</answer>` holds, trimmed; nothing without one (VideoKR's training reward)."""
    found = _answer.search(reply)
    return found[1].strip() if found else ""


def form_reward(reply: str) -> float:
    """1 where the whole reply is a think block, white space and an answer block; further blocks inside pass."""
    return 1.0 if _form.fullmatch(reply) else 0.0
