"""The configuration file of a training run (YAML)."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from videomind_training.commands.yaml_file import read_yaml
from videomind_training.data.annotations import AnnotationFile, Form
from videomind_training.data.filters import LengthFilter
from videomind_training.data.role_examples import AnswerStyle, default_grounder_reply
from videomind_training.losses.grounding import GroundingLossSettings
from videomind_training.network.prepare_role import LoraSettings
from videomind_training.prompts.prompt_set import Role
from videomind_training.trainer.settings import Strict, TrainerSettings

Trained = Literal["base", "planner", "grounder", "verifier", "answerer"]
chain_order: tuple[Trained, ...] = ("base", "planner", "grounder", "verifier", "answerer")


class LoraEntry(Strict):
    """Of new adapters; see `LoraSettings`."""

    rank: Annotated[int, Field(gt=0)] = 64
    alpha: Annotated[float, Field(gt=0)] = 64
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    targets: tuple[str, ...] = ("q_proj", "k_proj", "v_proj", "o_proj")
    scope: Literal["language", "all"] = "language"
    rank_stabilized: bool = False

    def settings(self) -> LoraSettings:
        """The same for the network."""
        return LoraSettings(**self.model_dump())


class LossEntry(Strict):
    """Weights and constants of the head's losses; see `GroundingLossSettings`."""

    classification: float = 5.0
    regression: float = 1.0
    contrastive: float = 0.05
    focal_alpha: float = 0.9
    focal_gamma: float = 2.0
    temperature: Annotated[float, Field(gt=0)] = 0.07

    def settings(self) -> GroundingLossSettings:
        """The same for the network."""
        return GroundingLossSettings(**self.model_dump())


class FileEntry(Strict):
    """A file of annotations, and how many times its samples count."""

    path: Path
    form: Form
    repeat: Annotated[int, Field(gt=0)] = 1
    video_template: str | None = None


class FilterEntry(Strict):
    """Lengths of samples that are trained with."""

    min_video_sec: float = 5.0
    max_video_sec: float = 500.0
    max_words: int = 200

    def limits(self) -> LengthFilter:
        """The same for the reader."""
        return LengthFilter(**self.model_dump())


class CacheEntry(Strict):
    """What is kept of decoded clips, and where."""

    folder: Path | None = None
    frames: bool = False
    features: bool = True


class DataEntry(Strict):
    """Annotations of each role. `root` is the folder that paths of videos are relative to."""

    root: Path = Path()
    filters: FilterEntry = FilterEntry()
    cache: CacheEntry = CacheEntry()
    base: tuple[FileEntry, ...] = ()
    planner: tuple[FileEntry, ...] = ()
    grounder: tuple[FileEntry, ...] = ()
    verifier: tuple[FileEntry, ...] = ()
    answerer: tuple[FileEntry, ...] = ()

    def files(self, trained: Trained) -> list[tuple[AnnotationFile, int]]:
        """Annotation files of what is trained."""
        entries: tuple[FileEntry, ...] = getattr(self, trained)
        return [(AnnotationFile(each.path, each.form, self.root, each.video_template), each.repeat) for each in entries]


class VerificationEntry(Strict):
    """Verification data made by the trained grounder: grounding files that it is run over.

    Attributes:
        files: of grounding annotations.
        most: queries taken of each; None: all.
    """

    files: tuple[FileEntry, ...] = ()
    most: Annotated[int, Field(gt=0)] | None = None


class ValidationEntry(Strict):
    """Scores on samples that are not trained with, in between, by the engine's own scorers.

    Attributes:
        every: steps between two; None: never.
        most: samples taken of each role's; None: all.
        patience: so many without a better one end the run; None: it goes to its last step.
        measure: of the grounder, that decides which weights are best; the other roles' is Acc.
        scorer: command that starts the engine's command line; None: the checkout that this folder belongs to.
        planner, grounder, verifier, answerer: files of annotations. The answerer's need options.
    """

    every: Annotated[int, Field(gt=0)] | None = None
    most: Annotated[int, Field(gt=0)] | None = 200
    patience: Annotated[int, Field(gt=0)] | None = None
    measure: Literal["mIoU", "R1@0.3", "R1@0.5", "R1@0.7"] = "mIoU"
    scorer: tuple[str, ...] | None = None
    planner: tuple[FileEntry, ...] = ()
    grounder: tuple[FileEntry, ...] = ()
    verifier: tuple[FileEntry, ...] = ()
    answerer: tuple[FileEntry, ...] = ()

    def of(self, trained: Trained) -> tuple[FileEntry, ...]:
        """Files of what is trained; none where it is not scored."""
        if trained == "base" or self.every is None:
            return ()
        return {"planner": self.planner, "grounder": self.grounder, "verifier": self.verifier, "answerer": self.answerer}[
            trained
        ]


class RoleEntry(Strict):
    """What is different for one role: any fields of `trainer` and `lora`."""

    trainer: dict[str, object] = Field(default_factory=dict)
    lora: dict[str, object] = Field(default_factory=dict)


class TrainConfig(Strict):
    """A run.

    Attributes:
        base: folder of a Qwen2-VL, Qwen2.5-VL or Qwen3-VL base.
        videomind: VideoMind folder whose roles are trained on; None: adapters and head are new.
        output: folder that everything is written to: `videomind/`, `base/`, `runs/`, `verification/`.
        prompts: prompts.json, or constants.py of the checkpoint's authors; None: prompts.json of `videomind`, else our own
            words.
        chat_template: Jinja file instead of the checkpoint's.
        attention: `flash_attention_2` needs flash-attn and bf16.
        liger: whether Liger kernels are used where they are installed and run.
        saved_type: of written tensors.
        head_width: of a new grounding head.
        trains_vision: whether `train base` trains the vision tower too (at `learning_rates.vision`).
        grounder_reply: what the grounder learns to say.
        answer_style: how questions with options are put to the answerer.
    """

    base: Path
    videomind: Path | None = None
    output: Path
    prompts: Path | None = None
    chat_template: Path | None = None
    attention: Literal["sdpa", "eager", "flash_attention_2"] = "sdpa"
    liger: bool = True
    saved_type: Literal["bfloat16", "float32"] = "bfloat16"
    head_width: Annotated[int, Field(gt=0, multiple_of=8)] = 256
    trains_vision: bool = False
    grounder_reply: str = default_grounder_reply
    answer_style: AnswerStyle = "both"
    lora: LoraEntry = LoraEntry()
    losses: LossEntry = LossEntry()
    data: DataEntry = DataEntry()
    verification: VerificationEntry = VerificationEntry()
    validation: ValidationEntry = ValidationEntry()
    trainer: TrainerSettings = TrainerSettings()
    roles: dict[Trained, RoleEntry] = Field(default_factory=dict)

    def trainer_of(self, trained: Trained) -> TrainerSettings:
        """Settings of the loop, with what is different for a role."""
        own = self.roles.get(trained, RoleEntry()).trainer
        return TrainerSettings.model_validate(_merged(self.trainer.model_dump(), own))

    def lora_of(self, role: Role) -> LoraSettings:
        """LoRA of a role, with what is different for it."""
        own = self.roles.get(role, RoleEntry()).lora
        return LoraEntry.model_validate(_merged(self.lora.model_dump(), own)).settings()

    def chain(self) -> list[Trained]:
        """What the whole chain trains: all that has data, in order. The verifier's may be made on the way."""
        made = {"verifier"} if self.verification.files else set()
        return [trained for trained in chain_order if getattr(self.data, trained) or trained in made]


def read_configuration(path: Path, overrides: list[str] | None = None) -> TrainConfig:
    """Reads a configuration. Paths in it are relative to its folder.

    Args:
        path: of the YAML file.
        overrides: `key.inner=value` each, the value being YAML.

    Raises:
        TrainingError: CONFIG_INVALID, with the field.
    """
    config = read_yaml(path, overrides or [], TrainConfig, "training/README.md", _check_roles)
    deepspeed = config.trainer.deepspeed
    if deepspeed is None:
        return config
    trainer = config.trainer.model_copy(update={"deepspeed": str(path.resolve().parent / deepspeed)})
    return config.model_copy(update={"trainer": trainer})


def _check_roles(config: TrainConfig) -> None:
    for trained in chain_order:
        config.trainer_of(trained)
        if trained != "base":
            config.lora_of(trained)


def _merged(values: dict[str, object], own: dict[str, object]) -> dict[str, object]:
    merged = dict(values)
    for name, value in own.items():
        inner = merged.get(name)
        merged[name] = _merged(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return merged
