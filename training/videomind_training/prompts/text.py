"""Text to tokens: a checkpoint's tokenizer and chat template."""

import json
import re
from collections.abc import Callable
from pathlib import Path

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel
from tokenizers import Tokenizer

from videomind_training.checkpoint_json import read_fields
from videomind_training.errors import TrainingError

Guard = Callable[[str], str]
"""Marks a text that people, files or models wrote."""

_control_token = re.compile(r"<(\|[^<>|]*\|>)")


def read_tokenizer(folder: Path) -> Tokenizer:
    """The tokenizer of a checkpoint's folder.

    Raises:
        TrainingError: CHECKPOINT_INVALID.
    """
    path = folder / "tokenizer.json"
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises plain Exception
        raise TrainingError("CHECKPOINT_INVALID", f"{path} cannot be read: {error}", "Download it again.") from error


class ChatTemplate:
    """A checkpoint's chat template (Jinja, sandboxed)."""

    def __init__(self, source: str) -> None:
        self._source = source
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        environment.globals["raise_exception"] = _refuse
        environment.filters["tojson"] = lambda value: json.dumps(value, ensure_ascii=False)
        try:
            self._template = environment.from_string(source)
        except TemplateError as error:
            raise TrainingError("CHECKPOINT_INVALID", f"The chat template is not Jinja: {error}") from error

    def __reduce__(self) -> tuple[type["ChatTemplate"], tuple[str]]:
        """Goes to another process as its source."""
        return (ChatTemplate, (self._source,))

    def video_prompt(self, text: str, reply_start: str = "") -> str:
        """One user turn, the video first, and the start of the reply."""
        content = [{"type": "video"}, {"type": "text", "text": text}]
        try:
            prompt = self._template.render(messages=[{"role": "user", "content": content}], add_generation_prompt=True)
        except TemplateError as error:
            raise TrainingError("CHECKPOINT_INVALID", f"The chat template refuses a video and a text: {error}") from error
        return prompt + reply_start

    def conversation(self, messages: list[dict[str, object]], tools: object, *, opens_reply: bool = False) -> str:
        """A conversation with tools, perhaps up to where the next reply begins."""
        try:
            return self._template.render(messages=messages, tools=tools, add_generation_prompt=opens_reply)
        except TemplateError as error:
            raise TrainingError("CHECKPOINT_INVALID", f"The chat template refuses a conversation: {error}") from error


def read_template(path: Path) -> ChatTemplate:
    """A Jinja file. Raises TrainingError CHECKPOINT_INVALID."""
    try:
        return ChatTemplate(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, TrainingError) as error:
        reason = error.message if isinstance(error, TrainingError) else error
        raise TrainingError("CHECKPOINT_INVALID", f"{path} cannot be used: {reason}.", "Download it again.") from error


class _NamedTemplate(BaseModel):
    name: str
    template: str


class _Templates(BaseModel):
    chat_template: str | list[_NamedTemplate] | None = None

    @property
    def default(self) -> str | None:
        if isinstance(self.chat_template, list):
            return next((each.template for each in self.chat_template if each.name == "default"), None)
        return self.chat_template


def read_chat_template(folders: list[Path]) -> ChatTemplate:
    """From chat_template.jinja, chat_template.json or tokenizer_config.json of the first folder that has one.

    Raises:
        TrainingError: CHECKPOINT_INVALID when none has.
    """
    for folder in folders:
        if (folder / "chat_template.jinja").is_file():
            return read_template(folder / "chat_template.jinja")
        for name in ("chat_template.json", "tokenizer_config.json"):
            if (folder / name).is_file():
                found = read_fields(folder / name, _Templates).default
                if found is not None:
                    return ChatTemplate(found)
    raise TrainingError(
        "CHECKPOINT_INVALID",
        f"There is no chat template in {' or '.join(map(str, folders))}.",
        "Download chat_template.json, or name a template with `chat_template`.",
    )


def tokenize_guarded(tokenizer: Tokenizer, write: Callable[[Guard], str]) -> tuple[str, list[int]]:
    """Tokenizes a prompt so that guarded texts are never read as control tokens: in them `<|im_end|>` is plain letters.

    Returns:
        The prompt as written, and its ids.
    """
    text = write(lambda untrusted: untrusted)
    separator = "\ue000"
    while separator in text:
        separator += "\ue000"

    def guard(untrusted: str) -> str:
        return _control_token.sub(
            lambda found: found[0] if tokenizer.token_to_id(found[0]) is None else f"<{separator}{found[1]}", untrusted
        )

    pieces = write(guard).split(separator)
    return text, [token for piece in pieces for token in tokenizer.encode(piece, add_special_tokens=False).ids]


def fill_template(template: str, values: dict[str, str]) -> str:
    """Puts values in the places of `{name}`, in one pass, so that nothing inside a value means anything."""
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), template)


def _refuse(message: object) -> None:
    raise TemplateError(str(message)[:500])
