"""Prompts as token ids: template, words, the video's tokens, the verifier's marks."""

from dataclasses import dataclass

from tokenizers import Tokenizer
from torch import Tensor

from videomind_training.errors import TrainingError
from videomind_training.network.base_family import BaseFamily, qwen2_vl
from videomind_training.network.batch import Clip
from videomind_training.network.positions import rotary_positions
from videomind_training.network.videomind_network import SpecialTokens
from videomind_training.network.vision_tower import visual_tokens
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
    family: BaseFamily = qwen2_vl

    def write(self, words: Words, clip: Clip) -> WrittenPrompt:
        """One user turn that shows a clip; only its grid and its times count.

        Raises:
            TrainingError: PROMPTS_INVALID when the template does not show the video exactly once.
        """
        text, ids = tokenize_guarded(
            self.tokenizer, lambda guard: self.template.video_prompt(words.write(guard), words.reply_start)
        )
        if ids.count(self.tokens.video_pad) != 1:
            raise TrainingError("PROMPTS_INVALID", "The chat template and the prompt have to show the video exactly once.")
        return WrittenPrompt(text, self._with_video(ids, clip))

    def positions(self, token_ids: list[int], clip: Clip) -> tuple[Tensor, int]:
        """Positions (3, sequence) of an expanded prompt and what may follow it, and the rope delta."""
        tokens = self.tokens
        return rotary_positions(token_ids, clip.grid, tokens.vision_start, tokens.video_pad, self.family, clip.pair_sec)

    def reply(self, text: str) -> list[int]:
        """The ids of a reply that is learned, with the end token."""
        ids = self.tokenizer.encode(text, add_special_tokens=False).ids
        return [*ids, self.tokens.end[0]]

    def read(self, token_ids: list[int]) -> str:
        """A generated reply as text: special tokens stand in it, the end token at its end is dropped."""
        ids = token_ids[:-1] if token_ids and token_ids[-1] in self.tokens.end else token_ids
        return self.tokenizer.decode(ids, skip_special_tokens=False)

    def mark_segment(self, token_ids: list[int], start: float, end: float, clip: Clip) -> list[int]:
        """Inserts the two segment tokens at the frame pairs nearest to a candidate's ends; where each pair is a block of its
        own, between its stamp and its block.

        Args:
            token_ids: an expanded prompt.
            start, end: places in the window, 0..1.
            clip: of the window.
        """
        if self.tokens.seg_start is None or self.tokens.seg_end is None:
            raise TrainingError("CHECKPOINT_INVALID", "The tokenizer has no <|seg_start|> and <|seg_end|>.")
        pairs, per_pair = clip.grid[0], visual_tokens(clip.grid) // clip.grid[0]
        starts = [at for at, token in enumerate(token_ids) if token == self.tokens.vision_start]
        if self.family.stamps:
            places = [*starts, starts[-1] + per_pair + 2]
        else:
            places = [starts[0] + 1 + pair * per_pair for pair in range(pairs + 1)]
        before, after = (places[round(place * pairs)] for place in (start, end))
        return [
            *token_ids[:before],
            self.tokens.seg_start,
            *token_ids[before:after],
            self.tokens.seg_end,
            *token_ids[after:],
        ]

    def _with_video(self, ids: list[int], clip: Clip) -> list[int]:
        """Puts all visual tokens in the place of the one; with stamps, a stamp and a block for each frame pair."""
        tokens, count = self.tokens, visual_tokens(clip.grid)
        at = ids.index(tokens.video_pad)
        if not self.family.stamps:
            return ids[:at] + [tokens.video_pad] * count + ids[at + 1 :]
        if ids[at - 1] != tokens.vision_start or ids[at + 1 : at + 2] != [tokens.vision_end]:
            raise TrainingError("PROMPTS_INVALID", "The chat template puts no vision start and end around the video.")
        block = [tokens.vision_start, *[tokens.video_pad] * (count // clip.grid[0]), tokens.vision_end]
        stamps = [self.tokenizer.encode(f"<{second:.1f} seconds>", add_special_tokens=False).ids for second in clip.pair_sec]
        return ids[: at - 1] + [token for stamp in stamps for token in (*stamp, *block)] + ids[at + 2 :]
