"""A question about a video as a network's inputs."""

from dataclasses import dataclass, replace
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from videomind_training.errors import TrainingError
from videomind_training.prompts.text import ChatTemplate, Guard, read_chat_template, read_tokenizer, tokenize_guarded
from videomind_training.reasoner.shown.clip import Clip
from videomind_training.reasoner.shown.family import Family, read_family

end_of_turn = "<|im_end|>"
_opened, _pad, _closed = "<|vision_start|>", "<|video_pad|>", "<|vision_end|>"


@dataclass(frozen=True)
class ShownPrompt:
    """A prompt, with the reply where it is to be learnt.

    Attributes:
        ids: token ids.
        reply_at: index of the reply's first token.
        clip: of the video.
    """

    ids: tuple[int, ...]
    reply_at: int
    clip: Clip


class PromptMaker:
    """Writes prompts for one checkpoint.

    Args:
        folder: of the checkpoint: tokenizer, template, configuration.
    """

    def __init__(self, folder: Path) -> None:
        self.family: Family = read_family(folder)
        self.tokenizer: Tokenizer = read_tokenizer(folder)
        self._template: ChatTemplate = read_chat_template([folder])
        self.pad_id = self._id("<|endoftext|>")
        self.end_id = self._id(end_of_turn)

    def prompt(self, text: str, clip: Clip) -> ShownPrompt:
        """One user turn: the video, then the text."""
        block, video = f"{_opened}{_pad}{_closed}", self._video_text(clip)

        def write(guard: Guard) -> str:
            shown = self._template.video_prompt(guard(text))
            if block not in shown:
                raise TrainingError(
                    "CHECKPOINT_INVALID", f"The chat template writes no {block}.", "Take the checkpoint's own."
                )
            return shown.replace(block, video, 1)

        _, ids = tokenize_guarded(self.tokenizer, write)
        return ShownPrompt(tuple(ids), len(ids), clip)

    def with_reply(self, prompt: ShownPrompt, reply: str) -> ShownPrompt:
        """The prompt with a reply, and the token that ends a turn, behind it."""
        _, learnt = tokenize_guarded(self.tokenizer, lambda guard: guard(reply))
        return replace(prompt, ids=(*prompt.ids, *learnt, self.end_id))

    def _video_text(self, clip: Clip) -> str:
        pairs, lines, columns = clip.grid
        of_pair = _pad * (lines * columns // 4)
        if not self.family.stamps:
            return _opened + of_pair * pairs + _closed
        return "".join(f"<{second:.1f} seconds>{_opened}{of_pair}{_closed}" for second in clip.pair_sec)

    def _id(self, token: str) -> int:
        found = self.tokenizer.token_to_id(token)
        if found is None:
            raise TrainingError("CHECKPOINT_INVALID", f"The tokenizer has no {token}.", "Take the checkpoint's own.")
        return found


def network_inputs(prompts: list[ShownPrompt], family: Family, pad_id: int, left: bool) -> dict[str, Tensor]:
    """Prompts as one padded batch in the words of transformers.

    Args:
        prompts: of the batch.
        family: of the checkpoint.
        pad_id: fills shorter rows.
        left: whether rows are filled from the left, as generation needs it, or from the right.
    """
    longest = max(len(prompt.ids) for prompt in prompts)
    ids = torch.full((len(prompts), longest), pad_id)
    shown = torch.zeros(len(prompts), longest, dtype=torch.long)
    for row, prompt in enumerate(prompts):
        place = slice(longest - len(prompt.ids), None) if left else slice(0, len(prompt.ids))
        ids[row, place] = torch.tensor(prompt.ids)
        shown[row, place] = 1
    batch = {"input_ids": ids, "attention_mask": shown, **video_inputs([prompt.clip for prompt in prompts], family)}
    return {**batch, "mm_token_type_ids": token_types(ids, family)}


def video_inputs(clips: list[Clip], family: Family) -> dict[str, Tensor]:
    """The videos of a batch, in the words of transformers."""
    videos = {
        "pixel_values_videos": torch.cat([clip.patches for clip in clips]),
        "video_grid_thw": torch.tensor([clip.grid for clip in clips]),
    }
    if family.stamps:
        return videos
    return {**videos, "second_per_grid_ts": torch.tensor([clip.pair_step_sec for clip in clips])}


def token_types(ids: Tensor, family: Family) -> Tensor:
    """2 at the tokens that show a video, 0 elsewhere."""
    return (ids == family.video_pad).long() * 2
