"""How a question is put, and how a reply is written."""

import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from videomind_training.checkpoint_json import read_json_object
from videomind_training.errors import TrainingError
from videomind_training.field_errors import describe_field_error
from videomind_training.trainer.settings import Strict

instructions_file = "instructions.json"
"""Beside a checkpoint's weights; the app reads it from there."""


class Instructions(Strict):
    """Lines after a question: with options, and without. The defaults are the app's own."""

    choice: str = (
        "Rely on what the video shows.\nThink step by step between <think> and </think>, then give your answer between "
        "<answer> and </answer>.\nThe answer is the letter of the right option and nothing else."
    )
    open: str = (
        "Rely on what the video shows.\nThink step by step between <think> and </think>, then give your answer between "
        "<answer> and </answer>.\nThe answer is the final result and nothing else."
    )

    def as_json(self) -> str:
        """The text of `instructions.json`."""
        return json.dumps(self.model_dump(), indent=2, ensure_ascii=False) + "\n"


def read_instructions(place: Path) -> Instructions:
    """Those of a file, or of a checkpoint's folder; the app's own where that has none. Raises PROMPTS_INVALID."""
    path = place / instructions_file if place.is_dir() else place
    if place.is_dir() and not path.is_file():
        return Instructions()
    try:
        return Instructions.model_validate(read_json_object(path))
    except TrainingError as error:
        raise TrainingError("PROMPTS_INVALID", error.message, "Give `choice` and `open`.") from error
    except ValidationError as error:
        raise TrainingError(
            "PROMPTS_INVALID", f"{path}: {describe_field_error(error)}.", "Give `choice` and `open`."
        ) from error


@dataclass(frozen=True)
class ReplyTemplate:
    """How reasoning and answer are put into a reply: a text with `{think}` and `{answer}`."""

    text: str = "<think>{think}</think>\n<answer>{answer}</answer>"

    def __post_init__(self) -> None:
        for part in ("<answer>{answer}</answer>", "{think}"):
            if part not in self.text:
                raise TrainingError(
                    "CONFIG_INVALID",
                    f"reply_template: {part} is missing in {self.text!r}.",
                    "Rewards and the app read the answer between <answer> and </answer>.",
                )

    def reply(self, think: str, answer: str) -> str:
        """A whole reply."""
        return self.text.replace("{think}", think).replace("{answer}", answer)


def lettered(options: tuple[str, ...]) -> tuple[str, ...]:
    """Options with their letters: as given where all bear theirs ("A. a dog", "(A) a dog"), else with "A. " put before."""
    if all(_bears(option, chr(ord("A") + place)) for place, option in enumerate(options)):
        return options
    return tuple(f"{chr(ord('A') + place)}. {option}" for place, option in enumerate(options))


def question_text(question: str, options: tuple[str, ...], instructions: Instructions) -> str:
    """The user's text: the question, its options one a line, and how to reply."""
    return "\n".join([question, *lettered(options), instructions.choice if options else instructions.open])


def _bears(option: str, letter: str) -> bool:
    return option.startswith((f"{letter}. ", f"{letter}) ", f"{letter}: ", f"({letter}) "))
