"""The words and budgets of a checkpoint: its prompts.json."""

import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from videomind_training.errors import TrainingError
from videomind_training.field_errors import describe_field_error
from videomind_training.media.frames import Budget

Role = Literal["planner", "grounder", "verifier", "answerer"]
role_names: tuple[Role, ...] = ("planner", "grounder", "verifier", "answerer")
prompts_file = "prompts.json"


class RoleBudget(BaseModel):
    """A role's budget as prompts.json spells it."""

    model_config = ConfigDict(frozen=True)

    fps: Annotated[float, Field(gt=0)]
    maxFrames: Annotated[int, Field(gt=0, multiple_of=2)]
    minTokens: Annotated[int, Field(gt=0)]
    maxTokens: Annotated[int, Field(gt=0)]

    def budget(self) -> Budget:
        """The same for the reader of frames."""
        return Budget(self.fps, self.maxFrames, self.minTokens, self.maxTokens)


class Choices(BaseModel):
    """How multiple choice is put."""

    model_config = ConfigDict(frozen=True)

    option: str = "\n({letter}) {text}"
    question: str = "{question}\nOptions:{options}\nPlease only give the best option."
    replyStart: str = "Best Option: ("


class Budgets(BaseModel):
    """Budgets of all roles, with the published values."""

    model_config = ConfigDict(frozen=True)

    planner: RoleBudget = RoleBudget(fps=1, maxFrames=100, minTokens=36, maxTokens=64)
    grounder: RoleBudget = RoleBudget(fps=1, maxFrames=150, minTokens=36, maxTokens=64)
    verifier: RoleBudget = RoleBudget(fps=2, maxFrames=64, minTokens=36, maxTokens=64)
    answerer: RoleBudget = RoleBudget(fps=2, maxFrames=32, minTokens=128, maxTokens=256)


class PromptSet(BaseModel):
    """A checkpoint's prompts.json. What it leaves out has the published values; a role without a prompt of its own is
    told our words."""

    model_config = ConfigDict(frozen=True)

    prompts: dict[Role, str] = {}
    budgets: Budgets = Budgets()
    minAnswerSec: Annotated[float, Field(gt=0)] = 32
    confidenceWeight: Annotated[float, Field(ge=0, le=4)] = 0
    boundsSharpness: Annotated[float, Field(ge=0, le=100)] = 0
    choices: Choices = Choices()

    @field_validator("prompts")
    @classmethod
    def _has_placeholders(cls, prompts: dict[Role, str]) -> dict[Role, str]:
        for role, text in prompts.items():
            placeholder = "{question}" if role in ("planner", "answerer") else "{query}"
            if placeholder not in text:
                raise ValueError(f"the {role} prompt does not contain {placeholder}")
        return prompts

    @model_validator(mode="after")
    def _fill(self) -> "PromptSet":
        for role, text in default_prompts.items():
            self.prompts.setdefault(role, text)
        return self

    def budget(self, role: Role) -> Budget:
        """What a role is shown."""
        return getattr(self.budgets, role).budget()


default_prompts: dict[Role, str] = {
    "planner": (
        'You plan how to answer a question about this video. Three steps are available: "grounder" finds the moment that '
        'a short description names, "verifier" checks the moments that were found, "answerer" answers from the video. '
        'Reply with a JSON list of the steps in order and nothing else, each an object with "type" and, for the grounder, '
        '"value", the description of the moment to look for. Use all three steps when the question is about a moment that '
        "has to be found, the grounder and the verifier when only the moment is asked for, and the answerer alone when the "
        'whole video answers it. For example: [{"type": "grounder", "value": "the man opens the door"}, '
        '{"type": "verifier"}, {"type": "answerer"}]. Question: {question}'
    ),
    "grounder": (
        'You find moments in videos. When does this happen in the video: "{query}"? Reply with the token <|reg|>, whose '
        "state is read as the start and end of the moment."
    ),
    "verifier": (
        "You check moments of videos. In the video, <|seg_start|> marks where a moment begins and <|seg_end|> where it "
        'ends. Does this moment show exactly the following: "{query}"? Reply with Yes or No.'
    ),
    "answerer": "{question}",
}


def load_prompts(path: Path | None) -> PromptSet:
    """Reads a prompts.json; None: our own words and the published budgets.

    Raises:
        TrainingError: PROMPTS_INVALID.
    """
    if path is None:
        return PromptSet()
    try:
        return PromptSet.model_validate(json.loads(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise TrainingError("PROMPTS_INVALID", f"There is no {path}.") from error
    except (OSError, RecursionError) as error:
        raise TrainingError("PROMPTS_INVALID", f"{path} cannot be read: {error}.") from error
    except ValidationError as error:
        problem = describe_field_error(error)
        raise TrainingError("PROMPTS_INVALID", f"{path}: {problem}.", "See docs/model-packages.md.") from error
    except ValueError as error:
        raise TrainingError("PROMPTS_INVALID", f"{path}: {error}", "See docs/model-packages.md.") from error
