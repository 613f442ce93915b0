"""Reads all annotations without training."""

import json

from videomind_training.commands.configuration import TrainConfig, chain_order
from videomind_training.data.filters import read_samples


def check_data(config: TrainConfig) -> str:
    """What each role would be trained with, as JSON: samples, bad ones with places and reasons, what was left out."""
    result = {}
    for trained in chain_order:
        files = config.data.files(trained)
        if files:
            found = read_samples(files, config.data.filters.limits(), max_bad_share=1.0, may_be_empty=True)
            bad = [vars(sample) for sample in found.bad]
            result[trained] = {"samples": len(found.samples), "bad": bad, "leftOut": dict(found.filtered)}
    return json.dumps(result, indent=2, ensure_ascii=False)
