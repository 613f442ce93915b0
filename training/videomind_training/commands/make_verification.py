"""Makes verification data: a trained grounder's guesses on grounding annotations."""

import json
import sys
from itertools import islice
from pathlib import Path

import torch
from accelerate import PartialState

from videomind_training.chain.ask import Chain
from videomind_training.checkpoints.durable_files import append_text, write_text
from videomind_training.checkpoints.read_checkpoint import CheckpointPaths, open_checkpoint
from videomind_training.commands.configuration import FileEntry, TrainConfig
from videomind_training.commands.train_role import base_folder, videomind_folder
from videomind_training.data.annotations import AnnotationFile, BadSample
from videomind_training.data.filters import ReadSamples, check_bad_share, read_samples
from videomind_training.data.samples import GroundingSample
from videomind_training.errors import TrainingError
from videomind_training.media.video import probe_video
from videomind_training.trainer.devices import own_process

most_guesses = 5


def make_verification(config: TrainConfig) -> list[FileEntry]:
    """Runs the grounder over the grounding files of the configuration; each gives `<output>/verification/<name>.json`, a
    verifying list. What is done already stays, also after a kill.

    Returns:
        The files, as entries of `data.verifier`.

    Raises:
        TrainingError: CONFIG_INVALID without files, CHECKPOINT_NOT_FOUND without a trained grounder, DISK_FULL and
            OUTPUT_UNWRITABLE, and as reading annotations does.
    """
    if not config.verification.files:
        raise TrainingError(
            "CONFIG_INVALID",
            "There is nothing to make the verifier's data from.",
            "List files of the form `grounding` under `verification.files`.",
        )
    stems = [entry.path.stem for entry in config.verification.files]
    twice = next((stem for stem in stems if stems.count(stem) > 1), None)
    if twice is not None:
        raise TrainingError(
            "CONFIG_INVALID",
            f"Two files of `verification.files` are named {twice}.",
            "Rename one: what is made of a file has its name.",
        )
    results = []
    chain: Chain | None = None
    for entry in config.verification.files:
        target = config.output / "verification" / f"{entry.path.stem}.json"
        results.append(FileEntry(path=target, form="verifying", repeat=entry.repeat))
        if not target.is_file():
            chain = chain or _open_grounder(config)
            _run_over(config, entry, target, chain)
    return results


def _open_grounder(config: TrainConfig) -> Chain:
    own = videomind_folder(config)
    folder = own if (own / "grounder").is_dir() else config.videomind
    if folder is None or not (folder / "grounder").is_dir():
        raise TrainingError("CHECKPOINT_NOT_FOUND", "There is no trained grounder.", "Run `train grounder` first.")
    settings = config.trainer_of("grounder")
    state = own_process(settings.device)
    paths = CheckpointPaths(base_folder(config), folder, config.prompts, config.chat_template)
    dtype = torch.bfloat16 if settings.precision == "bf16" and state.device.type != "cpu" else torch.float32
    checkpoint = open_checkpoint(paths, ("grounder",), dtype, config.attention)
    checkpoint.network.to(state.device)
    return Chain(checkpoint)


def _run_over(config: TrainConfig, entry: FileEntry, target: Path, chain: Chain) -> None:
    """One file; every process takes its share and writes it line by line, the first puts them together."""
    state = PartialState()
    file = AnnotationFile(entry.path, "grounding", config.data.root, entry.video_template)
    allowed = config.trainer_of("verifier").max_bad_share
    bad_path = target.with_name("bad-samples.jsonl")

    def report(read: ReadSamples) -> None:
        if state.is_main_process:
            _tell_bad(bad_path, read.bad)

    samples = read_samples([(file, 1)], config.data.filters.limits(), allowed, report).samples[: config.verification.most]
    part = _part(target, state.process_index, state.num_processes)
    done = len(_lines(part))
    bad: list[BadSample] = []
    own = samples[state.process_index :: state.num_processes]
    for index, sample in islice(enumerate(own, start=1), done, None):
        if not isinstance(sample, GroundingSample):
            raise TypeError("A grounding file gives grounding samples.")
        try:
            item: dict[str, object] | None = _item(sample, chain, config.data.root)
        except TrainingError as error:
            bad.append(BadSample(sample.source, str(error)))
            _tell_bad(bad_path, bad[-1:])
            check_bad_share(bad, len(own), allowed)
            item = None
        append_text(part, json.dumps(item, ensure_ascii=False) + "\n")
        if index % 100 == 0 or index == len(own):
            print(f"{target.name} {index}/{len(own)}: {len(bad)} bad", file=sys.stderr)
    state.wait_for_everyone()
    if state.is_main_process:
        parts = [
            part.with_name(f"{target.stem}.{rank}-of-{state.num_processes}.partial") for rank in range(state.num_processes)
        ]
        items = [item for path in parts for item in _lines(path) if item is not None]
        write_text(target, json.dumps(items, ensure_ascii=False))
        for path in parts:
            path.unlink(missing_ok=True)  # a process that had no samples wrote none
    state.wait_for_everyone()


def _item(sample: GroundingSample, chain: Chain, root: Path) -> dict[str, object]:
    video = probe_video(sample.video)
    candidates = chain.ground(video, sample.query).candidates[:most_guesses]
    path = sample.video.relative_to(root) if sample.video.is_relative_to(root) else sample.video
    return {
        "video_path": path.as_posix(),
        "duration": video.length_sec,
        "query": sample.query,
        "span": [list(span) for span in sample.spans],
        "pred": [list(candidate.span) for candidate in candidates],
        "conf": [candidate.confidence for candidate in candidates],
    }


def _part(target: Path, rank: int, world: int) -> Path:
    return target.with_name(f"{target.stem}.{rank}-of-{world}.partial")


def _tell_bad(path: Path, samples: list[BadSample]) -> None:
    """Adds what is not told yet: a start after a kill finds the same again."""
    known = path.read_text("utf-8").split("\n") if path.is_file() else []
    lines = [json.dumps(vars(sample), ensure_ascii=False) for sample in samples]
    new = [line for line in lines if line not in known]
    if new:
        append_text(path, "\n".join([*new, ""]))


def _lines(path: Path) -> list[dict[str, object] | None]:
    """Whole lines of a part. What a kill or a full disk cut off is taken away, with all that follows."""
    if not path.is_file():
        return []
    content = path.read_bytes()
    items, length = [], 0
    for line in content.split(b"\n")[:-1]:
        try:
            items.append(json.loads(line))
        except ValueError:
            break
        length += len(line) + 1
    if length < len(content):
        write_text(path, content[:length].decode())
    return items
