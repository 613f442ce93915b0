"""The document of the configuration has every entry there is, with its default."""

import re
from pathlib import Path

from pydantic import BaseModel

from videomind_training.commands import configuration
from videomind_training.trainer import settings

text = (Path(__file__).parents[1] / "configuration.md").read_text("utf-8")
models: list[type[BaseModel]] = [
    *(each for each in vars(configuration).values() if isinstance(each, type) and issubclass(each, settings.Strict)),
    settings.LearningRates,
]


def test_every_entry_is_documented_with_its_default_and_nothing_else() -> None:
    tables = [re.findall(r"^\| `(\w+)` *\| (.*?) *(?<!\\)\| \S", part, re.MULTILINE) for part in text.split("\n## ")[1:]]
    fields = {tuple(model.model_fields): model for model in models if model is not settings.Strict}
    assert {tuple(name for name, _ in table) for table in tables} == set(fields)
    for table in tables:
        model = fields[tuple(name for name, _ in table)]
        for name, default in table:
            value = model.model_fields[name].default
            if isinstance(value, (int, float, str)) and not isinstance(value, bool):
                assert default.replace("\\|", "|") == f"`{value}`", name
