"""Frames and vision features on disk. Both may be deleted at any time; that only costs time."""

import hashlib
import os
import sys
from dataclasses import replace
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from videomind_training.checkpoints.durable_files import write_tensors
from videomind_training.errors import TrainingError
from videomind_training.media.frames import ClipPlan, read_frames
from videomind_training.network.batch import Batch, Clip
from videomind_training.network.videomind_network import VideoMindNetwork


class ClipStore:
    """Gives clips, from disk where they are kept.

    Args:
        folder: of the cache; None: nothing is kept.
        frames: whether decoded frames are kept.
        vision_key: says which tower features are of (`vision_key`); None: features are not kept.
    """

    def __init__(self, folder: Path | None = None, frames: bool = False, vision_key: str | None = None) -> None:
        self.folder = folder
        self.keeps_frames = frames and folder is not None
        self.vision_key = vision_key if folder is not None else None

    def clip(self, plan: ClipPlan) -> Clip:
        """The clip of a plan: its features, else its frames. Raises TrainingError VIDEO_DECODE_FAILED."""
        key = None
        if self.vision_key is not None:
            key = _digest(f"{self.vision_key}/{plan.video.path}/{plan.key}")
            features = self._read("features", key)
            if features is not None:
                return Clip(plan.grid, features=features, pair_sec=plan.pair_sec)
        return Clip(plan.grid, frames=self.frames(plan), cache_key=key, pair_sec=plan.pair_sec)

    def keep_features(self, batch: Batch, network: VideoMindNetwork) -> Batch:
        """Computes the features that a batch lacks and keeps them; the batch with features alone."""
        missing = [clip for clip in batch.clips if clip is not None and clip.cache_key is not None]
        if not missing:
            return batch
        with torch.no_grad():
            encoded = dict(zip((clip.cache_key for clip in missing), network.encode(missing), strict=True))
        for key, features in encoded.items():
            self._write("features", key, features.cpu())
        clips = [
            clip
            if clip is None or clip.cache_key is None
            else replace(clip, frames=None, features=encoded[clip.cache_key], cache_key=None)
            for clip in batch.clips
        ]
        return replace(batch, clips=clips)

    def frames(self, plan: ClipPlan) -> Tensor:
        """The pictures of a plan (frames, 3, height, width) uint8. Raises TrainingError VIDEO_DECODE_FAILED."""
        if not self.keeps_frames:
            return read_frames(plan)
        key = _digest(f"{plan.video.path}/{plan.key}")
        frames = self._read("frames", key)
        if frames is None:
            frames = read_frames(plan)
            self._write("frames", key, frames)
        return frames

    def _path(self, kind: str, key: str) -> Path:
        return self.folder / kind / key[:2] / f"{key}.safetensors"

    def _read(self, kind: str, key: str) -> Tensor | None:
        try:
            return load_file(self._path(kind, key))["values"]
        except (FileNotFoundError, SafetensorError, KeyError, OSError):
            return None  # not kept, or cut off: made again

    def _write(self, kind: str, key: str, values: Tensor) -> None:
        try:
            # Under a name of its own: several processes may keep the same clip at the same time.
            draft = self._path(kind, f"{key}-{os.getpid()}")
            write_tensors(draft, {"values": values})
            draft.replace(self._path(kind, key))
        except TrainingError as error:
            print(f"warning: nothing more is cached: {error}", file=sys.stderr)
            self.keeps_frames, self.vision_key = False, None


def vision_key(network: VideoMindNetwork) -> str:
    """Changes when the vision tower's weights, their type or the pixels' normalization do."""
    digest = hashlib.sha256(repr(network.normalization).encode())
    for name, value in sorted(network.base.model.visual.state_dict().items()):
        digest.update(f"{name}{value.dtype}{tuple(value.shape)}".encode())
        digest.update(value.detach().cpu().contiguous().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
