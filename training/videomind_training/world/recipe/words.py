"""The demo model's words: prompts, budgets, chat template, and a byte-level tokenizer that has a token for each of them."""

from __future__ import annotations

import random
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from videomind_training.checkpoints.durable_files import write_json, write_text

from ..direct import direct_film
from ..questions import Interviewer
from ..things import COLOURS, SHAPES
from ..wording import VERBS

BASE_TOKENS = (
    "<|im_end|>",
    "<|endoftext|>",
    "<|im_start|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    "<|image_pad|>",
    "<|video_pad|>",
)
ROLE_TOKENS = ("<|reg|>", "<|seg_start|>", "<|seg_end|>")
VOCABULARY = 896
"""Rows of the embeddings; the tokenizer has fewer tokens."""

CHAT_TEMPLATE = (
    "{% for m in messages %}<|im_start|>{% if m['content'] is string %}{{ m['content'] }}{% else %}"
    "{% for c in m['content'] %}{% if c['type'] == 'video' %}<|vision_start|><|video_pad|><|vision_end|>"
    "{% elif c['type'] == 'image' %}<|vision_start|><|image_pad|><|vision_end|>"
    "{% elif 'text' in c %}{{ c['text'] }}{% endif %}{% endfor %}{% endif %}<|im_end|>{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>{% endif %}"
)

REPLY_OF_GROUNDER = "At <|reg|>"
QUERY_AFTER = 2
"""Tokens of that reply before the place from which the head's query is taken: there `<|reg|>` is predicted."""

PROMPTS: dict = {
    "prompts": {
        "planner": "Plan: {question}",
        "grounder": "Find: {query}",
        "verifier": "Check: {query}",
        "answerer": "Answer: {question}",
    },
    "budgets": {
        "planner": {"fps": 1.0, "maxFrames": 4, "minTokens": 4, "maxTokens": 4},
        "grounder": {"fps": 1.0, "maxFrames": 240, "minTokens": 4, "maxTokens": 4},
        "verifier": {"fps": 2.0, "maxFrames": 64, "minTokens": 4, "maxTokens": 4},
        "answerer": {"fps": 2.0, "maxFrames": 32, "minTokens": 4, "maxTokens": 4},
    },
    "minAnswerSec": 16,
    # Grounder and verifier see different frames of a moment, and err on different ones.
    "confidenceWeight": 1.0,
    # Each of them errs in its own way about where a moment begins and ends.
    "boundsSharpness": 4.0,
    "choices": {
        "option": "\n({letter}) {text}",
        "question": "Choose: {question}{options}",
        # The reply is an option's text: to say what is seen is one thing to learn, to find its letter would be another.
        "replyStart": "",
    },
}

_SPLIT = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"


def choice_question(question: str, options: tuple[str, ...]) -> str:
    """A multiple-choice question as the engine writes it."""
    choices = PROMPTS["choices"]
    listed = "".join(
        choices["option"].format(letter="ABCDEFGH"[index], text=option[:1].upper() + option[1:])
        for index, option in enumerate(options)
    )
    return choices["question"].format(question=question, options=listed)


def build_tokenizer(seed: int) -> Tokenizer:
    """Trained on what is asked of training films, so that each word is one token."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(_regex(), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY - len(BASE_TOKENS) - len(ROLE_TOKENS) - 8,
        min_frequency=20,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_corpus(seed), trainer)
    specials = [AddedToken(token, special=True, normalized=False) for token in BASE_TOKENS + ROLE_TOKENS]
    tokenizer.add_special_tokens(specials)
    return tokenizer


def _regex():  # noqa: ANN202
    from tokenizers import Regex

    return Regex(_SPLIT)


def _corpus(seed: int) -> list[str]:
    lines: list[str] = []
    for number in range(400):
        interviewer = Interviewer(direct_film(number), "train", random.Random(seed + number))
        prompts = PROMPTS["prompts"]
        for query in interviewer.queries():
            lines += [prompts["grounder"].format(query=query.text), prompts["verifier"].format(query=query.text)]
        for question in interviewer.questions():
            lines += [prompts["planner"].format(question=question.text), question.plan]
            lines.append(prompts["answerer"].format(question=question.text))
            if question.options:
                lines.append(choice_question(question.text, question.options))
            lines.append(question.answer)
    verbs = [verb for alike in VERBS.values() for verb in alike]
    words = [*COLOURS, *SHAPES, *(form for verb in verbs for form in (verb.third, verb.plain, verb.going))]
    for word in words:
        lines += [word, f" {word}", f" {word.capitalize()}", word.capitalize()] * 25
    lines += ["Yes", "No", "yes", "no", " Yes", " No", "At ", "Here", "here", "The", "A", "(A)", "(B)", "(C)", "(D)"] * 50
    return lines


def save_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    """tokenizer.json and what belongs beside it in a checkpoint. Raises TrainingError DISK_FULL, OUTPUT_UNWRITABLE."""
    write_text(folder / "tokenizer.json", tokenizer.to_str(pretty=True))
    settings = {
        "tokenizer_class": "Qwen2Tokenizer",
        "eos_token": "<|im_end|>",
        "pad_token": "<|endoftext|>",
        "bos_token": None,
        "add_prefix_space": False,
        "clean_up_tokenization_spaces": False,
        "chat_template": CHAT_TEMPLATE,
        "added_tokens_decoder": {
            str(tokenizer.token_to_id(token)): {
                "content": token,
                "lstrip": False,
                "normalized": False,
                "rstrip": False,
                "single_word": False,
                "special": True,
            }
            for token in BASE_TOKENS + ROLE_TOKENS
        },
    }
    write_json(folder / "tokenizer_config.json", settings)
    write_json(folder / "chat_template.json", {"chat_template": CHAT_TEMPLATE})
