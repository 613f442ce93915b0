"""The tiny model that calls tools: its conversations are written as the app writes them, and it learns from them."""

import json
import random
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
import torch
from torch import Tensor
from torch.nn import functional
from transformers import PreTrainedModel

from videomind_training.prompts.text import read_tokenizer
from videomind_training.world.tool_caller.conversations import Call, Conversation, Reply, converse
from videomind_training.world.tool_caller.learn import Learner, Lessons
from videomind_training.world.tool_caller.written import Writer, Written

image = "<|image_pad|>"
tools_file = Path(__file__).parents[1] / "configs" / "tool-caller" / "tools.json"


def replies_of(run: dict) -> list[Reply]:
    """What was said in a run of the reference, a call a reply at most."""
    replies = []
    for turn in run["turns"]:
        call = None
        for asked, given in zip(turn["calls"], turn["results"], strict=True):
            assert call is None
            frames = len(given.get("frameIndices", ()))
            call = Call(asked["name"], json.loads(asked["arguments"]), given["text"], frames)
        replies.append(Reply(turn["content"], call))
    return replies


def test_conversations_are_written_as_the_reference_writes_them(packs: Path) -> None:
    pack = packs / "pack-tools"
    writer = Writer(pack / "checkpoint", pack / "tools.json", 1)
    tokenizer = read_tokenizer(pack / "checkpoint")
    runs = json.loads((pack / "expected" / "runs.json").read_text())
    compared = 0
    for run in runs:
        if any(len(turn["calls"]) > 1 for turn in run["turns"]):
            continue
        said = Conversation(run["ask"]["shownPath"], len(run["frameIndices"]), [(run["ask"]["question"], replies_of(run))])
        written = writer.write(said)
        for turn in run["turns"]:
            shown = tokenizer.encode(turn["text"], add_special_tokens=False).ids
            assert written.ids[: len(shown)] == shown
            assert written.learnt[len(shown)]
            assert not written.learnt[len(shown) - 1]
            compared += 1
    assert compared > 4


def test_all_that_the_model_says_is_learnt_and_nothing_else(packs: Path) -> None:
    base, protocol = packs / "pack-tools" / "checkpoint", tools_file
    writer = Writer(base, protocol, 4)
    said = converse(random.Random(5))
    written = writer.write(said)
    learnt = [token for token, is_learnt in zip(written.ids, written.learnt, strict=True) if is_learnt]
    text = writer.tokenizer.decode(learnt, skip_special_tokens=False)
    replies = [reply for _, replies in said.turns for reply in replies]
    calls = [
        ""
        if call is None
        else f'<tool_call>{{"name": "{call.name}", "arguments": {json.dumps(call.arguments)}}}</tool_call>'
        for call in (reply.call for reply in replies)
    ]
    assert text == "".join(f"{reply.words}{call}<|im_end|>" for reply, call in zip(replies, calls, strict=True))
    shown = said.frames + sum(reply.call.frames for reply in replies if reply.call is not None)
    assert written.images == shown
    assert written.ids.count(writer.tokenizer.token_to_id(image)) == 4 * shown


def test_a_conversation_goes_from_looking_to_an_answer_and_keeps_to_what_was_found() -> None:
    for seed in range(30):
        said = converse(random.Random(seed))
        _, replies = said.turns[0]
        calls = [reply.call for reply in replies if reply.call is not None]
        assert [call.name for call in calls] == ["look", "find", "check"]
        start, end = calls[2].arguments["from"], calls[2].arguments["to"]
        assert calls[1].result.startswith(f"Found: {start:.1f}s to {end:.1f}s (")
        assert f"{start:.1f} s to {end:.1f} s" in replies[-1].words
        is_sure = float(calls[2].result.removeprefix("Sure: ").rstrip(".")) >= 0.5
        assert ("It is so." in replies[-1].words) is is_sure


def overheard(learner: Learner) -> list[Conversation]:
    """Every conversation that a learner has written from now on."""
    heard: list[Conversation] = []
    write = learner.writer.write

    def writing(said: Conversation) -> Written:
        heard.append(said)
        return write(said)

    learner.writer.write = writing
    return heard


def test_the_same_seed_learns_the_same(packs: Path) -> None:
    base, protocol = packs / "pack-tools" / "checkpoint", tools_file
    lessons = Lessons(steps=2, conversations=1)
    first, second = (list(Learner(base, protocol).learn(lessons)) for _ in range(2))
    assert first == second


class Foretold:
    """In place of a network: gives what comes next, but for one token, which it never gives."""

    def __init__(self, vocabulary: int, unknown: int = -1) -> None:
        self._vocabulary, self._unknown = vocabulary, unknown

    def eval(self) -> None:
        """It is never trained."""

    def __call__(self, input_ids: Tensor, **_: object) -> SimpleNamespace:
        following = input_ids.roll(-1, dims=1)
        given = torch.where(following == self._unknown, self._unknown + 1, following)
        return SimpleNamespace(logits=functional.one_hot(given, self._vocabulary).float())


def test_a_reply_counts_only_where_each_of_its_tokens_is_the_likeliest(packs: Path) -> None:
    learner = Learner(packs / "pack-tools" / "checkpoint", tools_file)
    heard = overheard(learner)
    assert learner.share_word_for_word(3) == 0
    tokenizer = learner.writer.tokenizer
    learner.network = cast(PreTrainedModel, Foretold(tokenizer.get_vocab_size()))
    assert learner.share_word_for_word(3) == 1
    opens = tokenizer.token_to_id("<tool_call>")
    learner.network = cast(PreTrainedModel, Foretold(tokenizer.get_vocab_size(), opens))
    replies = [reply for said in heard[-3:] for _, turn in said.turns for reply in turn]
    assert learner.share_word_for_word(3) == sum(reply.call is None for reply in replies) / len(replies)


@pytest.mark.parametrize("seed", [0, 1])
def test_what_is_counted_was_never_learnt(packs: Path, seed: int) -> None:
    learner = Learner(packs / "pack-tools" / "checkpoint", tools_file)
    heard = overheard(learner)
    list(learner.learn(Lessons(steps=3, conversations=1, seed=seed)))
    learner.share_word_for_word(2)
    assert not [said for said in heard[:3] if said in heard[3:]]
