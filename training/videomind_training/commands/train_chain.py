"""Trains the whole chain: every role that has data, one after another."""

import sys

from videomind_training.commands.configuration import TrainConfig, chain_order
from videomind_training.commands.make_verification import make_verification
from videomind_training.commands.train_role import is_trained, train_role
from videomind_training.errors import TrainingError


def train_chain(config: TrainConfig) -> None:
    """Trains base, planner, grounder, verifier and answerer, those that have data. The verifier's data is made by the
    grounder before it, where `verification.files` are named. What is finished stays; a new start goes on where it was.

    Raises:
        TrainingError: CONFIG_INVALID without any data, and as `train_role` and `make_verification` do.
    """
    chain = config.chain()
    if not chain:
        names = ", ".join(f"`data.{trained}`" for trained in chain_order)
        raise TrainingError("CONFIG_INVALID", "There is no data to train with.", f"List files under any of {names}.")
    for trained in chain:
        if is_trained(config, trained):
            print(f"{trained}: finished before.", file=sys.stderr)
            continue
        train_role(with_made_verification(config) if trained == "verifier" else config, trained)


def with_made_verification(config: TrainConfig) -> TrainConfig:
    """The configuration with the verifier's data that the grounder made."""
    if not config.verification.files:
        return config
    files = (*config.data.verifier, *make_verification(config))
    return config.model_copy(update={"data": config.data.model_copy(update={"verifier": files})})
