"""Ways to say the same whatever is shown, as rewards of weight 0: how often a model falls into each is in its curve."""

from collections.abc import Callable

from videomind_training.reasoner.data.items import ReasonerItem
from videomind_training.reasoner.rewards.moments import moments_of
from videomind_training.reasoner.rewards.tags import answer_of

FILM_SEC = 8.0


def _letter(letter: str) -> Callable[[str, ReasonerItem], float | None]:
    def said(reply: str, item: ReasonerItem) -> float | None:
        return float(answer_of(reply).strip() == letter) if item.kind == "choice" else None

    return said


letter_a, letter_b, letter_c, letter_d = map(_letter, "ABCD")


def whole_film(reply: str, item: ReasonerItem) -> float | None:
    """Whether the times that a reply names cover all of the film."""
    if item.kind != "moment":
        return None
    return float(any(start <= 0 and end >= FILM_SEC for start, end in moments_of(answer_of(reply))))
