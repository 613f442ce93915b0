"""The rewards of a run as verl calls them: `compute_score` of `reward.custom_reward_function`."""

from typing import Any

from videomind_training.reasoner.data.trainer_forms import item_of_row
from videomind_training.reasoner.rewards.scoring import Rewards


def score_of(rewards: Rewards, solution: str, extra_info: dict[str, Any]) -> dict[str, float]:
    """A reply's score, and each reward apart under its name.

    Args:
        rewards: of the run.
        solution: the whole reply.
        extra_info: of the row, as `verl_row` writes it.
    """
    item = item_of_row(extra_info)
    values = [rewards.value(at, solution, item) for at in range(len(rewards.entries))]
    apart = {entry.label: value or 0.0 for entry, value in zip(rewards.entries, values, strict=True)}
    return {"score": rewards.total(solution, item), **apart}
