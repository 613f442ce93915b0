"""Prompts from the `constants.py` that published checkpoints were trained with. The file is parsed, never run."""

import ast
from pathlib import Path
from string import Formatter

from videomind_training.errors import TrainingError
from videomind_training.prompts.prompt_set import PromptSet, Role

_constants: dict[str, tuple[Role, str]] = {
    "PLANNER_PROMPT": ("planner", "{question}"),
    "GROUNDER_PROMPT": ("grounder", "{query}"),
    "VERIFIER_PROMPT": ("verifier", "{query}"),
}


def read_constants(path: Path) -> PromptSet:
    """The prompts that a constants.py holds as templates for `str.format` with one field each; published budgets.

    Raises:
        TrainingError: PROMPTS_INVALID.
    """
    prompts: dict[Role, str] = {}
    try:
        for statement in ast.parse(path.read_text("utf-8")).body:
            target = statement.targets[0] if isinstance(statement, ast.Assign) else None
            if isinstance(target, ast.Name) and target.id in _constants:
                role, placeholder = _constants[target.id]
                prompts[role] = _filled(str(ast.literal_eval(statement.value)), placeholder)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise TrainingError("PROMPTS_INVALID", f"{path}: {error}", "Write the prompts into a prompts.json.") from error
    if not prompts:
        raise TrainingError("PROMPTS_INVALID", f"{path} has none of the constants {', '.join(_constants)}.")
    return PromptSet(prompts=prompts)


def _filled(template: str, placeholder: str) -> str:
    """A template for `str.format` with its field turned into a placeholder."""
    parts = list(Formatter().parse(template))
    if sum(field is not None for _, field, _, _ in parts) != 1:
        raise ValueError("a prompt has to have one field {}")
    return "".join(text + (placeholder if field is not None else "") for text, field, _, _ in parts)
