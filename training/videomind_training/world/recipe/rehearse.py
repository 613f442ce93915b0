"""Measures the chain in PyTorch over kept visual tokens, as a quick check while training. The figures that count come from
`bench/demo-quality.ts`, through the engine."""

from __future__ import annotations

import random

import torch

from videomind_training.chain.spans import overlap

from ..candidates import POSITIVE
from ..questions import Interviewer
from .answers import ask
from .guesses import Guess, guesses_of
from .learner import Learner
from .seen import SeenFilm
from .tasks import Claim, verifying_row


@torch.no_grad()
def rehearse_grounding(grounder: Learner, films: list[SeenFilm], seed: int = 5) -> tuple[list[Guess], dict[str, float]]:
    """Guesses of the grounder for the queries of these films, and how good the first ones are."""
    guesses: list[Guess] = []
    for seen in films:
        queries = Interviewer(seen.film, "train", random.Random(seed + seen.film.seed)).queries()
        asked = [(query.text, Claim(query.text, query.span, query.about, query.event)) for query in queries]
        if asked:
            guesses += guesses_of(grounder, seen, asked)
    firsts = [overlap(guess.candidates[0], guess.claim.truth) for guess in guesses if guess.claim.truth]
    return guesses, _recalls(firsts)


@torch.no_grad()
def rehearse_verifying(verifier: Learner, guesses: list[Guess]) -> dict[str, float]:
    """AUROC of the verifier over guesses, and how good its first choices are."""
    scores, truths, firsts = [], [], []
    for guess in guesses:
        truth = guess.claim.truth
        if truth is None:
            continue
        rows = [verifying_row(guess.seen, verifier.words, [guess.claim], each) for each in guess.candidates]
        answers = ask(verifier.network, verifier.words, rows)
        probabilities = answers.scores.softmax(dim=1)
        judged = (probabilities[:, verifier.words.yes] - probabilities[:, verifier.words.no]).sigmoid().tolist()
        agreements = [overlap(each, truth) for each in guess.candidates]
        scores += judged
        truths += [agreement >= POSITIVE for agreement in agreements]
        firsts.append(agreements[max(range(len(judged)), key=judged.__getitem__)])
    return {"auroc": auroc(scores, truths), **_recalls(firsts)}


def auroc(scores: list[float], truths: list[bool]) -> float:
    """Chance that a right candidate scores above a wrong one."""
    right = torch.tensor([score for score, truth in zip(scores, truths, strict=True) if truth])
    wrong = torch.tensor([score for score, truth in zip(scores, truths, strict=True) if not truth])
    above = (right[:, None] > wrong).float() + 0.5 * (right[:, None] == wrong).float()
    return float(above.mean())


def _recalls(overlaps: list[float]) -> dict[str, float]:
    count = max(1, len(overlaps))
    return {
        "R1@0.5": sum(value >= 0.5 for value in overlaps) / count,
        "R1@0.7": sum(value >= 0.7 for value in overlaps) / count,
        "mIoU": sum(overlaps) / count,
        "queries": float(len(overlaps)),
    }
