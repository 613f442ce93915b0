"""The configuration file of a reasoner's training (YAML)."""

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field, model_validator

from videomind_training.commands.configuration import LoraEntry
from videomind_training.commands.yaml_file import read_yaml
from videomind_training.reasoner.data.items import Kind, kinds
from videomind_training.reasoner.data.read_items import ItemFile, ItemForm, ItemLimits
from videomind_training.reasoner.rewards.scoring import RewardEntry, published_rewards
from videomind_training.reasoner.shown.frame_rule import ReasonerBudget
from videomind_training.reasoner.shown.words import ReplyTemplate
from videomind_training.trainer.settings import Rate, Strict

Count = Annotated[int, Field(gt=0)]


class ItemFileEntry(Strict):
    """A file of questions; see `ItemFile`."""

    path: Path
    form: ItemForm = "videokr"
    video_template: str | None = None
    repeat: Count = 1


class ItemsEntry(Strict):
    """What is learnt from. `root` is the folder that video paths are relative to; `held_out` files are measured with and
    never learnt from, and so are `validation` questions drawn from the others."""

    root: Path = Path()
    files: Annotated[tuple[ItemFileEntry, ...], Field(min_length=1)]
    held_out: tuple[ItemFileEntry, ...] = ()
    validation: Annotated[int, Field(ge=0)] = 0
    seed: int = 42
    kinds: tuple[Kind, ...] = kinds
    max_words: Count = 2000
    min_video_sec: Rate = 0.0
    max_video_sec: Rate = 3600.0
    max_bad_share: Annotated[float, Field(ge=0, le=1)] = 0.01
    cache: Path | None = None

    def item_files(self, held_out: bool = False) -> list[ItemFile]:
        """The same for the reader."""
        entries = self.held_out if held_out else self.files
        return [ItemFile(each.path, each.form, self.root, each.video_template, each.repeat) for each in entries]

    def limits(self, needs_reasoning: bool) -> ItemLimits:
        """The same for the reader."""
        return ItemLimits(needs_reasoning, self.max_words, self.min_video_sec, self.max_video_sec, self.kinds)


class BudgetEntry(Strict):
    """Of a video; VideoKR trains with 2 frames a second, 4 to 128, of 100,352 pixels."""

    fps: Annotated[float, Field(gt=0)] = 2.0
    min_frames: Annotated[int, Field(ge=2)] = 4
    max_frames: Annotated[int, Field(ge=2)] = 128
    min_pixels: Count = 28
    max_pixels: Count = 100_352

    def budget(self) -> ReasonerBudget:
        """The same for the reader of frames."""
        return ReasonerBudget(**self.model_dump())


class LearningEntry(Strict):
    """How it is learnt, in both stages.

    Attributes:
        steps: to train for; None: as many as `epochs` take.
        epochs: passes over the questions.
        until_loss: SFT ends early once the mean loss of `log_every` steps is no more than this.
        batch_size: questions of a step (SFT) or replies of a step (GRPO), over all processes.
        samples_at_once: of a forward pass in one process; the rest is accumulated.
        learning_rate: at its peak.
        warmup_share: of all steps, in which it rises from 0.
        schedule: after that.
        precision: `bf16` computes in it and keeps the trained weights in fp32.
        gradient_checkpointing: computes activations twice instead of keeping them.
        deepspeed: path of a DeepSpeed configuration.
        wandb: project of Weights & Biases, where that is installed.
    """

    steps: Count | None = None
    epochs: Annotated[float, Field(gt=0)] = 1.0
    until_loss: Rate | None = None
    batch_size: Count = 8
    samples_at_once: Count = 1
    learning_rate: Rate = 1e-5
    warmup_share: Annotated[float, Field(ge=0, le=1)] = 0.03
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    weight_decay: Rate = 0.0
    max_gradient_norm: Rate = 1.0
    precision: Literal["bf16", "fp32"] = "bf16"
    gradient_checkpointing: bool = False
    save_every: Count = 500
    log_every: Count = 10
    keep_checkpoints: Count = 2
    seed: int = 0
    device: Literal["auto", "cpu"] = "auto"
    deepspeed: Path | None = None
    wandb: str | None = None

    @model_validator(mode="after")
    def _whole_parts(self) -> "LearningEntry":
        if self.batch_size % self.samples_at_once != 0:
            raise ValueError("batch_size must be a multiple of samples_at_once")
        if self.until_loss is not None and self.save_every % self.log_every != 0:
            raise ValueError("save_every must be a multiple of log_every, over which until_loss is counted")
        return self


class GrpoEntry(Strict):
    """Of reinforcement.

    Attributes:
        replies: of one question, which are compared with each other.
        max_new_tokens: of a reply.
        temperature, top_p: that replies are drawn with.
        kl: weight of the distance to the model that training began with; 0: none.
        clip: how far the ratio of probabilities may leave 1.
        loss: of TRL.
        iterations: updates with the same replies.
        rewards: each logged apart, weighed and added.
        vllm: whether vLLM draws the replies, in the same process.
        measure_every: steps between two measurements on the questions held back; they are in `run/curve.jsonl`.
    """

    replies: Annotated[int, Field(ge=2)] = 8
    max_new_tokens: Count = 2048
    temperature: Annotated[float, Field(gt=0)] = 1.0
    top_p: Annotated[float, Field(gt=0, le=1)] = 1.0
    kl: Rate = 0.04
    clip: Annotated[float, Field(gt=0)] = 0.2
    loss: Literal["grpo", "dr_grpo", "dapo", "bnpo"] = "grpo"
    iterations: Count = 1
    rewards: Annotated[tuple[RewardEntry, ...], Field(min_length=1)] = published_rewards
    vllm: bool = False
    measure_every: Count = 50


class ReasonerConfig(Strict):
    """A run of SFT or GRPO.

    Attributes:
        base: folder of a Qwen2.5-VL or Qwen3-VL checkpoint.
        instructions: JSON with `choice` and `open`, the lines after a question; None: those beside the base, or the app's.
        output: folder that everything is written to: `run/`, `adapter/` (with LoRA), `model/`.
        lora: of a new adapter; None: all weights are trained.
        trains_vision: whether the vision tower learns too.
        reply_template: how reasoning and answer are put into a reply to learn.
        attention: `flash_attention_2` needs flash-attn and bf16.
        saved_type: of the written model.
    """

    base: Path
    instructions: Path | None = None
    output: Path
    lora: LoraEntry | None = None
    trains_vision: bool = False
    reply_template: str = ReplyTemplate().text
    attention: Literal["sdpa", "eager", "flash_attention_2"] = "sdpa"
    saved_type: Literal["bfloat16", "float32"] = "bfloat16"
    budget: BudgetEntry = BudgetEntry()
    data: ItemsEntry
    learning: LearningEntry = LearningEntry()
    grpo: GrpoEntry = GrpoEntry()

    @model_validator(mode="after")
    def _whole_groups(self) -> "ReasonerConfig":
        ReplyTemplate(self.reply_template)
        return self


def is_reasoner_configuration(path: Path) -> bool:
    """Whether a file is a reasoner's: its questions are under `data.files`, where roles have theirs by name."""
    try:
        data = yaml.safe_load(path.read_text("utf-8"))["data"]
    except (OSError, ValueError, TypeError, LookupError, yaml.YAMLError):
        return False  # what is wrong with it is told by who reads it
    return isinstance(data, dict) and "files" in data


def read_reasoner_configuration(path: Path, overrides: list[str] | None = None) -> ReasonerConfig:
    """Reads a configuration. Paths in it are relative to its folder. Raises TrainingError CONFIG_INVALID, with the field."""
    config = read_yaml(path, overrides or [], ReasonerConfig, "training/reasoners.md")
    rewards = tuple(entry.located(path.resolve().parent) for entry in config.grpo.rewards)
    return config.model_copy(update={"grpo": config.grpo.model_copy(update={"rewards": rewards})})
