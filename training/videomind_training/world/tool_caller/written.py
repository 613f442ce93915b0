"""Conversations as a checkpoint reads them, through the protocol that the app is given."""

from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from videomind_training.checkpoint_json import read_json_object
from videomind_training.prompts.text import ChatTemplate, read_tokenizer
from videomind_training.world.tool_caller.conversations import Conversation, Reply

_PAD, _REPLY_STARTS, _TURN_ENDS = "<|image_pad|>", "<|im_start|>assistant\n", "<|im_end|>"


@dataclass(frozen=True)
class Written:
    """A conversation as ids.

    Attributes:
        ids: of all of it.
        learnt: of each, whether the model is to say it.
        images: how many frames are shown in it.
    """

    ids: list[int]
    learnt: list[bool]
    images: int


class Writer:
    """Writes conversations for one checkpoint and one protocol.

    Args:
        checkpoint: folder of a tokenizer.
        protocol: tools file of the app, with a chat template of its own.
        tokens_an_image: that a frame takes.
    """

    def __init__(self, checkpoint: Path, protocol: Path, tokens_an_image: int) -> None:
        self.tokenizer: Tokenizer = read_tokenizer(checkpoint)
        self._protocol = read_json_object(protocol)
        self._template = ChatTemplate(str(self._protocol["chatTemplate"]))
        self._tokens_an_image = tokens_an_image

    def write(self, said: Conversation) -> Written:
        """All of a conversation, every reply of it to be learnt."""
        text = self._template.conversation(self._messages(said), self._protocol["tools"])
        images = text.count(_PAD)
        ids = self.tokenizer.encode(text.replace(_PAD, _PAD * self._tokens_an_image), add_special_tokens=False).ids
        return Written(ids, self._learnt(ids), images)

    def _messages(self, said: Conversation) -> list[dict[str, object]]:
        messages: list[dict[str, object]] = []
        for number, (question, replies) in enumerate(said.turns):
            values = {"question": question, "instructions": self._protocol["instructions"], "path": said.film}
            text = str(self._protocol["userText"]).format(**values)
            frames = said.frames if number == 0 else 0
            messages.append({"role": "user", "content": _content(frames, text)})
            for reply in replies:
                messages += _exchange(reply)
        return messages

    def _learnt(self, ids: list[int]) -> list[bool]:
        starts = self.tokenizer.encode(_REPLY_STARTS, add_special_tokens=False).ids
        ends = self.tokenizer.token_to_id(_TURN_ENDS)
        learnt = [False] * len(ids)
        within = False
        for place, token in enumerate(ids):
            learnt[place] = within
            has_begun = ids[max(0, place + 1 - len(starts)) : place + 1] == starts
            within = token != ends if within else has_begun
        return learnt


def _content(frames: int, text: str) -> list[dict[str, str]]:
    return [*({"type": "image"} for _ in range(frames)), {"type": "text", "text": text}]


def _exchange(reply: Reply) -> list[dict[str, object]]:
    call = reply.call
    if call is None:
        return [{"role": "assistant", "content": reply.words}]
    calls = [{"function": {"name": call.name, "arguments": call.arguments}}]
    result = {"role": "tool", "content": _content(call.frames, call.result)}
    return [{"role": "assistant", "content": reply.words, "tool_calls": calls}, result]
