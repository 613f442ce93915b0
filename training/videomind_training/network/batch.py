"""What the network reads in one step."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from videomind_training.network.base_family import Grid


@dataclass(frozen=True)
class Clip:
    """A video as a role sees it: frames to encode, or the features that they gave before.

    Attributes:
        grid: frame pairs, patch lines, patch columns.
        frames: (frames, 3, height, width) uint8, resized; None where features are known.
        features: (visual tokens, hidden) or None.
        cache_key: under which features may be kept; None for clips that are not kept.
        pair_sec: when each frame pair was, for bases that are told so.
    """

    grid: Grid
    frames: Tensor | None = None
    features: Tensor | None = None
    cache_key: str | None = None
    pair_sec: tuple[float, ...] = ()

    def to(self, device: torch.device) -> "Clip":
        """The same on a device."""
        frames = None if self.frames is None else self.frames.to(device, non_blocking=True)
        features = None if self.features is None else self.features.to(device, non_blocking=True)
        return replace(self, frames=frames, features=features)


@dataclass(frozen=True)
class Example:
    """One sample, ready to be read.

    Attributes:
        token_ids: (sequence), visual tokens expanded; prompt and reply.
        labels: (sequence), the reply's tokens, −100 elsewhere.
        positions: (3, sequence).
        clip: the video; None for text alone.
        moments: (count, 2), true moments in shares of the clip, for the grounding head; None for other samples.
        source: file and line that it came from, for messages.
    """

    token_ids: Tensor
    labels: Tensor
    positions: Tensor
    clip: Clip | None = None
    moments: Tensor | None = None
    source: str = ""


@dataclass(frozen=True)
class Batch:
    """Samples padded on the right to one length.

    Attributes:
        token_ids: (batch, sequence). labels: likewise. positions: (3, batch, sequence).
        mask: (batch, sequence), true at tokens; None where nothing is padded.
        clips: one a sample. moments: likewise. sources: likewise.
    """

    token_ids: Tensor
    labels: Tensor
    positions: Tensor
    mask: Tensor | None
    clips: list[Clip | None]
    moments: list[Tensor | None]
    sources: list[str]

    def to(self, device: torch.device) -> "Batch":
        """The same on a device. Moments stay: targets are made from them on the CPU."""

        return Batch(
            self.token_ids.to(device),
            self.labels.to(device),
            self.positions.to(device),
            None if self.mask is None else self.mask.to(device),
            [None if clip is None else clip.to(device) for clip in self.clips],
            self.moments,
            self.sources,
        )


def collate(examples: list[Example], padding_id: int = 0) -> Batch:
    """Puts examples into a batch. Padding is never attended to nor learned, so its id does not matter."""
    longest = max(len(example.token_ids) for example in examples)

    def padded(rows: list[Tensor], value: int) -> Tensor:
        return torch.stack([torch.nn.functional.pad(row, (0, longest - row.shape[-1]), value=value) for row in rows])

    lengths = torch.tensor([len(example.token_ids) for example in examples])
    mask = torch.arange(longest)[None] < lengths[:, None]
    return Batch(
        token_ids=padded([example.token_ids for example in examples], padding_id),
        labels=padded([example.labels for example in examples], -100),
        positions=padded([example.positions for example in examples], 0).transpose(0, 1).contiguous(),
        mask=None if bool(mask.all()) else mask,
        clips=[example.clip for example in examples],
        moments=[example.moments for example in examples],
        sources=[example.source for example in examples],
    )
