"""Opens a base and, if given, a VideoMind folder: everything needed to train or to answer."""

import sys
from dataclasses import dataclass
from pathlib import Path

import torch
from huggingface_hub.errors import StrictDataclassError
from pydantic import BaseModel
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from transformers import AutoModelForImageTextToText, PreTrainedModel
from transformers.utils import logging as transformers_logging

from videomind_training.checkpoint_json import checkpoint_not_found, read_config, read_fields
from videomind_training.checkpoints.added_tokens import add_tokens, special_tokens
from videomind_training.errors import TrainingError
from videomind_training.losses.grounding import GroundingLossSettings
from videomind_training.network.adapters import config_file, load_adapter, peft_prefix
from videomind_training.network.base_family import base_family
from videomind_training.network.grounding_head import GroundingHead, HeadSizes
from videomind_training.network.patches import PixelNormalization
from videomind_training.network.videomind_network import VideoMindNetwork
from videomind_training.prompts.constants_file import read_constants
from videomind_training.prompts.prompt_set import PromptSet, Role, load_prompts, prompts_file, role_names
from videomind_training.prompts.prompt_writer import PromptWriter
from videomind_training.prompts.text import ChatTemplate, read_chat_template, read_template, read_tokenizer

head_file = "pytorch_model.safetensors"


@dataclass(frozen=True)
class CheckpointPaths:
    """Where a checkpoint is.

    Attributes:
        base: folder of the base: Qwen2-VL, Qwen2.5-VL or Qwen3-VL.
        videomind: folder with adapters, head and tokenizer; None for a bare base.
        prompts: prompts.json or constants.py to use instead of the VideoMind folder's prompts.json.
        chat_template: Jinja file to use instead of the checkpoint's.
    """

    base: Path
    videomind: Path | None = None
    prompts: Path | None = None
    chat_template: Path | None = None


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint in memory.

    Attributes:
        paths: where it came from.
        network: with the adapters that were asked for, the bare base speaking.
        writer: of its prompts.
        base_config: config.json of the base, as it is written.
        token_folder: folder that the tokenizer was read from.
        roles: adapters that are loaded.
    """

    paths: CheckpointPaths
    network: VideoMindNetwork
    writer: PromptWriter
    base_config: dict[str, object]
    token_folder: Path
    roles: tuple[Role, ...]


def open_checkpoint(
    paths: CheckpointPaths,
    roles: tuple[Role, ...] | None = None,
    dtype: torch.dtype = torch.float32,
    attention: str = "sdpa",
    loss_settings: GroundingLossSettings | None = None,
    dropout: float = 0.0,
) -> Checkpoint:
    """Opens a checkpoint. The three tokens are added to the tokenizer where it lacks them.

    Args:
        paths: of its folders.
        roles: whose adapters are loaded; default: all that the VideoMind folder has. The head comes with the grounder.
        dtype: of the base's weights.
        attention: `sdpa`, `eager` or `flash_attention_2`.
        loss_settings: of the head's losses.
        dropout: of loaded adapters, for training on.

    Raises:
        TrainingError: CHECKPOINT_NOT_FOUND, CHECKPOINT_INVALID, PROMPTS_INVALID, DEPENDENCY_MISSING, CONFIG_INVALID when the
            chat template that is named cannot be used.
    """
    if paths.videomind is not None and not paths.videomind.is_dir():
        raise checkpoint_not_found(paths.videomind)
    base_config = read_config(paths.base)
    family = base_family(base_config, paths.base)
    model = load_base(paths.base, dtype, attention)
    present = tuple(role for role in role_names if paths.videomind and (paths.videomind / role / config_file).is_file())
    chosen = present if roles is None else tuple(role for role in present if role in roles)
    for role in chosen:
        model = load_adapter(model, role, paths.videomind / role, dropout)
    head = None
    if paths.videomind is not None and "grounder" in chosen:
        head = load_head(paths.videomind)
    has_tokenizer = paths.videomind is not None and (paths.videomind / "tokenizer.json").is_file()
    token_folder = paths.videomind if has_tokenizer else paths.base
    tokenizer = read_tokenizer(token_folder)
    add_tokens(tokenizer, int(base_config.get("vocab_size") or model.config.get_text_config().vocab_size))
    folders = [folder for folder in (paths.videomind, paths.base) if folder is not None]
    tokens = special_tokens(tokenizer, base_config, _end_tokens(folders, base_config))
    template = read_chat_template(folders) if paths.chat_template is None else _own_template(paths.chat_template)
    writer = PromptWriter(tokenizer, template, tokens, _prompts(paths), family)
    network = VideoMindNetwork(model, tokens, head, loss_settings, _normalization(folders), family)
    network.speak_as(None)
    return Checkpoint(paths, network.eval(), writer, base_config, token_folder, chosen)


def load_base(folder: Path, dtype: torch.dtype, attention: str) -> PreTrainedModel:
    """Loads a base in Hugging Face form.

    Raises:
        TrainingError: CHECKPOINT_INVALID, DEPENDENCY_MISSING for an attention that is not installed.
    """
    family = base_family(read_config(folder), folder)
    transformers_logging.disable_progress_bar()
    try:
        model, report = AutoModelForImageTextToText.from_pretrained(
            folder, dtype=dtype, attn_implementation=attention, output_loading_info=True, local_files_only=True
        )
    except ImportError as error:
        raise TrainingError("DEPENDENCY_MISSING", str(error), "Set `attention: sdpa` or install it.") from error
    except (OSError, ValueError, TypeError, AttributeError, RuntimeError, SafetensorError, StrictDataclassError) as error:
        problem = " ".join(str(error).split())
        raise TrainingError("CHECKPOINT_INVALID", f"{folder} cannot be loaded: {problem}", "Download it again.") from error
    wrong = [*report["missing_keys"], *report["unexpected_keys"], *report["mismatched_keys"]]
    if wrong:
        raise TrainingError("CHECKPOINT_INVALID", f"Weights in {folder} do not fit {family.name}: {wrong[:3]}.")
    return model


def load_head(folder: Path) -> GroundingHead:
    """The grounding head of a VideoMind folder, in float32.

    Raises:
        TrainingError: CHECKPOINT_INVALID.
    """
    path = folder / head_file
    try:
        tensors = read_head_tensors(path)
        head = GroundingHead(HeadSizes.of(tensors))
        head.load_state_dict(tensors)
    except (OSError, KeyError, RuntimeError, SafetensorError) as error:
        raise TrainingError(
            "CHECKPOINT_INVALID", f"{path} holds no grounding head: {error}", "Download it again."
        ) from error
    return head


def read_head_tensors(path: Path) -> dict[str, Tensor]:
    """A head's tensors without PEFT's prefix."""
    return {name.removeprefix(peft_prefix): value.float() for name, value in load_file(path).items()}


def _own_template(path: Path) -> ChatTemplate:
    try:
        return read_template(path)
    except TrainingError as error:
        raise TrainingError("CONFIG_INVALID", error.message, "Check `chat_template`.") from error


def _prompts(paths: CheckpointPaths) -> PromptSet:
    if paths.prompts is not None:
        return read_constants(paths.prompts) if paths.prompts.suffix == ".py" else load_prompts(paths.prompts)
    own = None if paths.videomind is None else paths.videomind / prompts_file
    if own is not None and not own.is_file():
        print(f"warning: {paths.videomind} has no {prompts_file}: our own words are used.", file=sys.stderr)
        own = None
    return load_prompts(own)


class _Generation(BaseModel):
    eos_token_id: int | list[int] | None = None


class _Pixels(BaseModel):
    image_mean: tuple[float, float, float] | None = None
    image_std: tuple[float, float, float] | None = None


def _end_tokens(folders: list[Path], config: dict[str, object]) -> list[int]:
    ends: object = config.get("eos_token_id")
    for folder in reversed(folders):
        path = folder / "generation_config.json"
        if path.is_file():
            own = read_fields(path, _Generation).eos_token_id
            ends = ends if own is None else own
    return [] if ends is None else ends if isinstance(ends, list) else [ends]


def _normalization(folders: list[Path]) -> PixelNormalization:
    for folder in folders:
        path = folder / "preprocessor_config.json"
        if path.is_file():
            found = read_fields(path, _Pixels)
            if found.image_mean is not None and found.image_std is not None:
                return PixelNormalization(found.image_mean, found.image_std)
    return PixelNormalization()
