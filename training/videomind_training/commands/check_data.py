"""Reads all annotations and looks at their videos without training."""

import json

from videomind_training.commands.configuration import TrainConfig, chain_order
from videomind_training.data.filters import read_samples
from videomind_training.media.broken_videos import find_broken


def check_data(config: TrainConfig) -> str:
    """What each role would be trained with, as JSON: samples, distinct videos that were looked at for them, bad samples
    with places and reasons, what was left out.

    Raises:
        TrainingError: as reading annotations does, DEPENDENCY_MISSING without ffprobe.
    """
    limits = config.data.filters.limits()
    read = {
        trained: read_samples(files, limits, max_bad_share=1.0, may_be_empty=True)
        for trained in chain_order
        if (files := config.data.files(trained))
    }
    broken = find_broken(sample.video for found in read.values() for sample in found.samples)
    result = {}
    for trained, found in read.items():
        bad = [(sample.source, sample.text) for sample in found.bad]
        undecodable = [(sample.source, str(broken[sample.video])) for sample in found.samples if sample.video in broken]
        result[trained] = {
            "samples": sum(sample.video not in broken for sample in found.samples),
            "videos": len({sample.video for sample in found.samples}),
            # A sample that counts several times is bad once.
            "bad": [{"source": source, "text": text} for source, text in [*bad, *dict.fromkeys(undecodable)]],
            "leftOut": dict(found.filtered),
        }
    return json.dumps(result, indent=2, ensure_ascii=False)
