"""Trains one role, or the base."""

import shutil
import sys
from pathlib import Path

import torch

from videomind_training.checkpoints.durable_files import copy_file, make_folder, recover_folder, replaced_folder
from videomind_training.checkpoints.read_checkpoint import Checkpoint, CheckpointPaths, head_file, open_checkpoint
from videomind_training.checkpoints.write_checkpoint import write_base_folder, write_videomind_folder
from videomind_training.commands.configuration import TrainConfig, Trained
from videomind_training.commands.run_content import run_content
from videomind_training.commands.validate_role import make_validator, validation_samples
from videomind_training.data.clip_store import ClipStore, vision_key
from videomind_training.data.filters import ReadSamples, read_samples
from videomind_training.data.role_examples import RoleExamples
from videomind_training.errors import TrainingError
from videomind_training.network.adapters import config_file
from videomind_training.network.liger import use_liger
from videomind_training.network.prepare_role import prepare_base, prepare_role
from videomind_training.prompts.prompt_set import role_names
from videomind_training.trainer.devices import own_process
from videomind_training.trainer.parameters import trained_parameters
from videomind_training.trainer.run_folder import RunFolder
from videomind_training.trainer.trainer import Trainer, TrainReport


def videomind_folder(config: TrainConfig) -> Path:
    """Where a run writes adapters, head, tokenizer and prompts."""
    return config.output / "videomind"


def base_folder(config: TrainConfig) -> Path:
    """The base that roles are trained on: the one that was trained here, else the one given."""
    trained = config.output / "base"
    return trained if (trained / "config.json").is_file() else config.base


def train_role(config: TrainConfig, trained: Trained) -> TrainReport:
    """Trains from the start, or on from the last checkpoint, and writes the result in the published layout.

    Raises:
        TrainingError: of any code but OUTPUT_EXISTS.
    """
    settings = config.trainer_of(trained)
    state = own_process(settings.device)
    run = RunFolder(config.output / "runs" / trained)
    was_finished = is_trained(config, trained)
    make_folder(run.folder)  # before hours of work: whether it can be written
    torch.manual_seed(settings.seed)
    checkpoint = _open(config, trained)
    samples = _read(config, trained, run if state.is_main_process else None)
    if trained == "base":
        prepare_base(checkpoint.network, config.trains_vision)
    else:
        prepare_role(checkpoint.network, trained, config.lora_of(trained), config.head_width)
    use_liger(checkpoint.network.base, config.liger)
    store = _store(config, checkpoint, trains_vision=trained == "base" and config.trains_vision)
    source = RoleExamples(
        samples.samples, checkpoint.writer, store, settings.seed, config.grounder_reply, config.answer_style
    )
    validation = validation_samples(config, trained)
    content = run_content(config, trained, checkpoint, samples.samples, validation)
    validator = make_validator(config, trained, checkpoint, validation, run.folder)
    trainer = Trainer(checkpoint.network, source, settings, run.folder, trained, store, validator=validator, content=content)
    report = trainer.run()
    with trainer.whole_weights():
        if validator is not None:
            best = validator.take_best(trained_parameters(checkpoint.network))
            if state.is_main_process:
                print(f"{trained}: step {best} of {report.steps} scored best; its weights are written.", file=sys.stderr)
        if state.is_main_process:
            _write(config, trained, checkpoint)
            where = config.output / "base" if trained == "base" else videomind_folder(config) / trained
            before = "finished before, nothing is left to train. " if was_finished else ""
            print(f"{trained}: {before}Written to {where}.", file=sys.stderr)
    state.wait_for_everyone()
    return report


def is_trained(config: TrainConfig, trained: Trained) -> bool:
    """Whether a role was trained to its end and written."""
    folder = config.output / "base" if trained == "base" else videomind_folder(config) / trained
    written = folder / ("config.json" if trained == "base" else config_file)
    return RunFolder(config.output / "runs" / trained).finished and written.is_file()


def _open(config: TrainConfig, trained: Trained) -> Checkpoint:
    settings = config.trainer_of(trained)
    dtype = torch.bfloat16 if settings.precision == "bf16" and trained != "base" else torch.float32
    base = config.base if trained == "base" else base_folder(config)
    paths = CheckpointPaths(base, config.videomind, config.prompts, config.chat_template)
    roles = () if trained == "base" else (trained,)
    dropout = 0.0 if trained == "base" else config.lora_of(trained).dropout
    return open_checkpoint(paths, roles, dtype, config.attention, config.losses.settings(), dropout)


def _read(config: TrainConfig, trained: Trained, run: RunFolder | None) -> ReadSamples:
    files = config.data.files(trained)
    if not files:
        raise TrainingError("CONFIG_INVALID", f"There is no data for the {trained}.", f"List files under `data.{trained}`.")
    settings = config.trainer_of(trained)

    def report(samples: ReadSamples) -> None:
        if run is not None:
            print(f"{trained}: {samples.summary()}", file=sys.stderr)
            run.begin_bad(samples.bad)

    return read_samples(files, config.data.filters.limits(), settings.max_bad_share, report)


def _store(config: TrainConfig, checkpoint: Checkpoint, trains_vision: bool) -> ClipStore:
    cache = config.data.cache
    vision = checkpoint.network.base.model.visual
    frozen = not trains_vision and not any(parameter.requires_grad for parameter in vision.parameters())
    key = vision_key(checkpoint.network) if cache.folder is not None and cache.features and frozen else None
    return ClipStore(cache.folder, cache.frames, key)


def _write(config: TrainConfig, trained: Trained, checkpoint: Checkpoint) -> None:
    if trained == "base":
        write_base_folder(config.output / "base", checkpoint.network.base, config.base, config.saved_type)
        return
    folder = videomind_folder(config)
    write_videomind_folder(folder, checkpoint, [trained], config.saved_type)
    if config.videomind is not None:
        _copy_other_roles(config.videomind, folder)


def _copy_other_roles(source: Path, target: Path) -> None:
    """Roles that are not trained here come along, so that the folder is whole."""
    for role in role_names:
        recover_folder(target / role)
        if (source / role / config_file).is_file() and not (target / role).exists():
            with replaced_folder(target / role) as partial:
                shutil.copytree(source / role, partial, dirs_exist_ok=True)
            if role == "grounder" and (source / head_file).is_file():
                copy_file(source / head_file, target / head_file)
