"""Rewards of answers that are letters, numbers or words."""

import re

from rouge_score.rouge_scorer import RougeScorer

_rouges = ("rouge1", "rouge2", "rougeL")
_scorer = RougeScorer(list(_rouges), use_stemmer=True)
_number = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?|[-+]?\.\d+")


def choice_reward(given: str, right: str) -> float:
    """1 where both are the same text: "a" is not "A", "A. red" is not "A" (VideoKR's training reward)."""
    return 1.0 if given == right else 0.0


def number_reward(given: str, right: str) -> float:
    """1 where both hold exactly one number, the same: "3", "3.0" and "3 cups" agree, "2 or 3" holds two."""
    values = [_only_number(text) for text in (given, right)]
    if None in values:
        return 0.0
    return 1.0 if abs(values[0] - values[1]) <= 1e-9 * max(1.0, abs(values[1])) else 0.0


def open_reward(given: str, right: str) -> float:
    """Mean F1 of ROUGE-1, ROUGE-2 and ROUGE-L over stemmed words (VideoKR's training reward)."""
    scores = _scorer.score(right, given)
    return sum(scores[name].fmeasure for name in _rouges) / len(_rouges)


def _only_number(text: str) -> float | None:
    found = _number.findall(text)
    return float(found[0].replace(",", "")) if len(found) == 1 else None
