"""Prompts as token ids: template, words, the video's tokens, the verifier's marks."""

from dataclasses import dataclass

from tokenizers import Tokenizer

from videomind_training.errors import TrainingError
from videomind_training.network.videomind_network import SpecialTokens
from videomind_training.network.vision_tower import Grid, visual_tokens
from videomind_training.prompts.prompt_set import PromptSet
from videomind_training.prompts.role_words import Words
from videomind_training.prompts.text import ChatTemplate, tokenize_guarded


@dataclass(frozen=True)
class WrittenPrompt:
    """A prompt as written, and its ids with all visual tokens."""

    text: str
    token_ids: list[int]


@dataclass(frozen=True)
class PromptWriter:
    """What prompts are written with."""

    tokenizer: Tokenizer
    template: ChatTemplate
    tokens: SpecialTokens
    prompts: PromptSet

    def write(self, words: Words, grid: Grid) -> WrittenPrompt:
        """One user turn that shows a clip.

        Raises:
            TrainingError: PROMPTS_INVALID when the template does not show the video exactly once.
        """
        text, ids = tokenize_guarded(
            self.tokenizer, lambda guard: self.template.video_prompt(words.write(guard), words.reply_start)
        )
        if ids.count(self.tokens.video_pad) != 1:
            raise TrainingError("PROMPTS_INVALID", "The chat template and the prompt have to show the video exactly once.")
        at = ids.index(self.tokens.video_pad)
        return WrittenPrompt(text, ids[:at] + [self.tokens.video_pad] * visual_tokens(grid) + ids[at + 1 :])

    def reply(self, text: str) -> list[int]:
        """The ids of a reply that is learned, with the end token."""
        ids = self.tokenizer.encode(text, add_special_tokens=False).ids
        return [*ids, self.tokens.end[0]]

    def read(self, token_ids: list[int]) -> str:
        """A generated reply as text: special tokens stand in it, the end token at its end is dropped."""
        ids = token_ids[:-1] if token_ids and token_ids[-1] in self.tokens.end else token_ids
        return self.tokenizer.decode(ids, skip_special_tokens=False)

    def mark_segment(self, token_ids: list[int], start: float, end: float, grid: Grid) -> list[int]:
        """Inserts the two segment tokens at the frame pairs nearest to a candidate's ends.

        Args:
            token_ids: an expanded prompt.
            start, end: places in the window, 0..1.
            grid: of the window.
        """
        if self.tokens.seg_start is None or self.tokens.seg_end is None:
            raise TrainingError("CHECKPOINT_INVALID", "The tokenizer has no <|seg_start|> and <|seg_end|>.")
        pairs = grid[0]
        first = token_ids.index(self.tokens.vision_start) + 1
        per_pair = visual_tokens(grid) // pairs
        before, after = (first + round(place * pairs) * per_pair for place in (start, end))
        return [
            *token_ids[:before],
            self.tokens.seg_start,
            *token_ids[before:after],
            self.tokens.seg_end,
            *token_ids[after:],
        ]
