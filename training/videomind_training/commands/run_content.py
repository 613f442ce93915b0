"""What of a configuration makes a run the one it is, beside the settings of the loop."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import fields

from videomind_training.checkpoints.read_checkpoint import Checkpoint
from videomind_training.commands.configuration import TrainConfig, Trained
from videomind_training.data.samples import Sample


def run_content(
    config: TrainConfig,
    trained: Trained,
    checkpoint: Checkpoint,
    samples: Iterable[Sample],
    validation: Sequence[Sample] = (),
) -> dict[str, object]:
    """Entries that a run's result depends on, by name: going on with others would be another run.

    Of base, VideoMind folder, prompts and chat template these are the paths: to read gigabytes at each start for the rare
    file that is changed in its place would cost more than it saves. How something is computed or kept (attention, Liger
    kernels, cache, type of written tensors) is not among them: the result is the same but for rounding.

    Args:
        config: of the run.
        trained: the role, or the base.
        checkpoint: as it was opened to be trained.
        samples: that are trained with, in order.
        validation: that are scored in between.
    """
    content: dict[str, object] = {
        name: None if path is None else str(path.resolve()) for name, path in vars(checkpoint.paths).items()
    }
    content["samples"] = _digest(samples)
    is_new = trained not in checkpoint.roles
    if trained == "base":
        content["trains_vision"] = config.trains_vision
    else:
        lora = vars(config.lora_of(trained))
        # An adapter that is trained on keeps all else of its own.
        content |= {f"lora.{name}": value for name, value in lora.items() if is_new or name == "dropout"}
    if trained == "grounder":
        content |= {f"losses.{name}": value for name, value in config.losses.model_dump().items()}
        content |= {"head_width": config.head_width} if is_new else {}
    if trained in ("grounder", "base"):
        content["grounder_reply"] = config.grounder_reply
    if trained in ("answerer", "base"):
        content["answer_style"] = config.answer_style
    if validation:
        content["validation"] = _digest(validation)
        content |= {f"validation.{name}": getattr(config.validation, name) for name in ("every", "patience", "measure")}
    return content


def _digest(samples: Iterable[Sample]) -> str:
    """Of all that is learned of samples. Not of the place that they were read from, which is only said in messages."""
    digest = hashlib.sha256()
    for sample in samples:
        learned = [(each.name, str(getattr(sample, each.name))) for each in fields(sample) if each.name != "source"]
        digest.update(repr((type(sample).__name__, learned)).encode())
    return digest.hexdigest()
