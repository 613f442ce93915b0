"""Reads all questions of a reasoner and looks at their videos without training."""

import json

from videomind_training.commands.check_data import CheckedData
from videomind_training.reasoner.configuration import ReasonerConfig
from videomind_training.reasoner.learning.material import read_material


def check_reasoner_data(config: ReasonerConfig) -> CheckedData:
    """What a reasoner would be trained with, as `data.json` of its run has it; and how many of the questions have no
    reasoning, which SFT leaves out.

    Raises:
        TrainingError: as reading questions does, DEPENDENCY_MISSING without ffprobe.
    """
    data = config.data.model_copy(update={"max_bad_share": 1.0})
    found = read_material(config.model_copy(update={"data": data}), needs_reasoning=False, may_be_empty=True)
    report = {**found.report(), "withoutReasoning": sum(item.think is None for item in found.train)}
    return CheckedData(json.dumps(report, indent=2, ensure_ascii=False), bool(found.bad))
