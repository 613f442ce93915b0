"""How a network is trained."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Rate = Annotated[float, Field(ge=0)]


class Strict(BaseModel):
    """Settings that refuse names they do not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LearningRates(Strict):
    """Peak learning rates by kind of parameter; one of 0 freezes the kind."""

    adapters: Rate = 2e-5
    head: Rate = 1e-4
    base: Rate = 1e-5
    vision: Rate = 0.0


class TrainerSettings(Strict):
    """Of the training loop.

    Attributes:
        steps: to train for; None: as many as `epochs` take.
        epochs: passes over the samples.
        batch_size: samples of a step, over all processes.
        samples_at_once: of a forward pass in one process; the rest is accumulated.
        learning_rates: at their peak.
        warmup_share: of all steps, in which rates rise from 0.
        schedule: of the rates after that: down to 0 along a cosine, or a line, or kept.
        weight_decay, betas: of AdamW.
        max_gradient_norm: gradients are scaled down to this; 0: never.
        precision: `bf16` keeps weights that are trained in fp32 and computes in bf16.
        gradient_checkpointing: computes activations twice instead of keeping them.
        save_every, log_every: steps between checkpoints and lines.
        keep_checkpoints: the newest stay.
        workers: processes that decode and write samples.
        seed: of order, draws and dropout.
        max_bad_share: of samples that may turn out bad before a run ends.
        device: `auto`, `cpu`, `cuda` or `npu`.
        deepspeed: path of a DeepSpeed configuration.
        wandb: project of Weights & Biases to log to, where that is installed.
    """

    steps: Annotated[int, Field(gt=0)] | None = None
    epochs: Annotated[float, Field(gt=0)] = 1.0
    batch_size: Annotated[int, Field(gt=0)] = 8
    samples_at_once: Annotated[int, Field(gt=0)] = 1
    learning_rates: LearningRates = LearningRates()
    warmup_share: Annotated[float, Field(ge=0, le=1)] = 0.03
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    weight_decay: Rate = 0.0
    betas: tuple[float, float] = (0.9, 0.999)
    max_gradient_norm: Rate = 1.0
    precision: Literal["bf16", "fp32"] = "bf16"
    gradient_checkpointing: bool = False
    save_every: Annotated[int, Field(gt=0)] = 500
    log_every: Annotated[int, Field(gt=0)] = 10
    keep_checkpoints: Annotated[int, Field(gt=0)] = 2
    workers: Annotated[int, Field(ge=0)] = 2
    seed: int = 0
    max_bad_share: Annotated[float, Field(ge=0, le=1)] = 0.01
    device: Literal["auto", "cpu", "cuda", "npu"] = "auto"
    deepspeed: str | None = None
    wandb: str | None = None

    @model_validator(mode="after")
    def _whole_parts(self) -> "TrainerSettings":
        if self.samples_at_once > self.batch_size:
            raise ValueError("samples_at_once must not exceed batch_size")
        return self
