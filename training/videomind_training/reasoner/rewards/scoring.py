"""The rewards of a run: which there are, what each weighs, and one reply's values."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from videomind_training.errors import TrainingError
from videomind_training.reasoner.data.items import Kind, ReasonerItem
from videomind_training.reasoner.rewards.answers import choice_reward, number_reward, open_reward
from videomind_training.reasoner.rewards.moments import moment_reward
from videomind_training.reasoner.rewards.own_reward import load_own_reward
from videomind_training.reasoner.rewards.tags import answer_of, form_reward
from videomind_training.reasoner.rewards.verifier_reward import VerifierReward
from videomind_training.trainer.settings import Strict

RewardFunction = Callable[[str, ReasonerItem], float | None]


def answer_reward(reply: str, item: ReasonerItem) -> float:
    """How right a reply's answer is, by the rule of its kind."""
    given = answer_of(reply)
    if item.kind == "moment":
        return moment_reward(given, item.spans)
    rules = {"choice": choice_reward, "number": number_reward, "open": open_reward}
    return rules[item.kind](given, item.answer)


def _of_kind(kind: Kind) -> RewardFunction:
    return lambda reply, item: answer_reward(reply, item) if item.kind == kind else None


named_rewards: dict[str, RewardFunction] = {
    "form": lambda reply, _item: form_reward(reply),
    "answer": answer_reward,
    "choice": _of_kind("choice"),
    "numbers": _of_kind("number"),
    "open": _of_kind("open"),
    "moments": _of_kind("moment"),
}
"""`answer` rewards questions of all kinds; the four of one kind say nothing about others."""


verifier_name = "verifier"


class RewardEntry(Strict):
    """One reward of a run: a `name` of `named_rewards`, `verifier` with the `package` that judges, or a `function` of one's
    own (`file.py:name`), and its weight."""

    name: str = ""
    package: Path | None = None
    function: str | None = None
    weight: Annotated[float, Field(allow_inf_nan=False)] = 1.0

    @model_validator(mode="after")
    def _one_of_both(self) -> "RewardEntry":
        names = (*named_rewards, verifier_name)
        if self.function is None and self.name not in names:
            raise ValueError(f"there is no reward {self.name!r}; there are {', '.join(names)}")
        if (self.name == verifier_name) != (self.package is not None):
            raise ValueError("the reward `verifier`, and it alone, has a `package`")
        return self

    def located(self, folder: Path) -> "RewardEntry":
        """The same, with the function's file found from a folder."""
        return self if self.function is None else self.model_copy(update={"function": str(folder / self.function)})

    @property
    def label(self) -> str:
        """What it is called in logs."""
        return self.name or str(self.function).rpartition(":")[2]


published_rewards = (RewardEntry(name="answer", weight=0.9), RewardEntry(name="form", weight=0.1))
"""VideoKR's: 0.9 · answer + 0.1 · form."""


class Rewards:
    """The rewards of a run.

    Args:
        entries: which, and their weights.
        folder: that paths of functions and packages are relative to.

    Raises:
        TrainingError: CONFIG_INVALID where a function or a package is not there.
    """

    def __init__(self, entries: tuple[RewardEntry, ...], folder: Path) -> None:
        self.entries = entries
        self._rules = [_rule_of(at, entry, folder) for at, entry in enumerate(entries)]

    def values(self, place: int, replies: Sequence[str], items: Sequence[ReasonerItem]) -> list[float | None]:
        """One reward of several replies; None where it says nothing about such a question.

        Raises:
            TrainingError: REWARD_FAILED, with the reward, the question's place and the reply.
        """
        rule = self._rules[place]
        if isinstance(rule, VerifierReward):
            return rule.values(replies, items)
        return [self._value(place, rule, reply, item) for reply, item in zip(replies, items, strict=True)]

    def weighed(self, values: Sequence[float | None]) -> float:
        """The sum of a reply's rewards, in the order of the entries, by their weights."""
        return sum(entry.weight * value for entry, value in zip(self.entries, values, strict=True) if value is not None)

    def value(self, place: int, reply: str, item: ReasonerItem) -> float | None:
        """One reward of one reply, as `values`."""
        return self.values(place, [reply], [item])[0]

    def total(self, reply: str, item: ReasonerItem) -> float:
        """All rewards of a reply, weighed."""
        return self.weighed([self.value(place, reply, item) for place in range(len(self.entries))])

    def _value(self, place: int, function: RewardFunction, reply: str, item: ReasonerItem) -> float | None:
        label = self.entries[place].label
        where = f"{label}, {item.source}, for the reply {reply[:200]!r}"
        try:
            value = function(reply, item)
            value = None if value is None else float(value)
        except (Exception, SystemExit) as error:  # a function that calls exit() would end the run as if it were done
            problem = f"{where}: {type(error).__name__}: {error}"
            raise TrainingError(
                "REWARD_FAILED", problem, "Mend the function; the run goes on from its last checkpoint."
            ) from error
        if value is not None and not math.isfinite(value):
            raise TrainingError("REWARD_FAILED", f"{where} is {value}.", "Return a finite number, or None for no opinion.")
        return value


def _rule_of(at: int, entry: RewardEntry, folder: Path) -> RewardFunction | VerifierReward:
    if entry.package is not None:
        package = folder / entry.package
        if not package.is_dir():
            problem = f"grpo.rewards.{at}.package: there is no folder {package}."
            raise TrainingError("CONFIG_INVALID", problem, "Name a VideoMind package, as `videomind import` makes it.")
        return VerifierReward(package)
    return named_rewards[entry.name] if entry.function is None else load_own_reward(str(folder / entry.function))
