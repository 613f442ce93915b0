"""The reward of an answer that names times: how well they overlap with the true moments."""

import re

from videomind_training.chain.spans import Span

most_moments = 50
"""An answer with more moments has no reward: a list of all that could be is no answer."""

_second = r"(?:\s?s(?:ec(?:ond)?s?)?\b)?"
_time = r"(?:\d{1,2}:)?\d{1,2}:[0-5]\d(?:\.\d+)?|\d{1,6}(?:\.\d+)?"
_range = re.compile(
    rf"(?<![\w.:])({_time}){_second}\s*(?:-|–|—|~|to|until|till|and)\s*({_time}){_second}(?![\w:]|\.\d)", re.IGNORECASE
)


def moments_of(answer: str) -> tuple[Span, ...]:
    """The moments that an answer names, in seconds: "from 2 s to 5.5 s", "00:02-00:05", "[2, 5]" is none. One that ends
    before it starts makes the whole answer void."""
    found = tuple((_seconds(start), _seconds(end)) for start, end in _range.findall(answer))
    return () if any(end <= start for start, end in found) or len(found) > most_moments else found


def moment_reward(given: str, spans: tuple[Span, ...]) -> float:
    """Temporal IoU of all that is named with all that is true: overlap ÷ union, each second counted once. Times that cover
    a whole video have no more than the moments' share of it."""
    named, true = _joined(moments_of(given)), _joined(spans)
    shared = sum(
        max(0.0, min(end, true_end) - max(start, true_start)) for start, end in named for true_start, true_end in true
    )
    union = _length(named) + _length(true) - shared
    return shared / union if union > 0 else 0.0


def _seconds(text: str) -> float:
    seconds = 0.0
    for part in text.split(":"):
        seconds = seconds * 60 + float(part)
    return seconds


def _joined(spans: tuple[Span, ...]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _length(spans: list[Span]) -> float:
    return sum(end - start for start, end in spans)
