"""What tells the families of reasoners apart, read from a checkpoint's files."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from videomind_training.checkpoint_json import read_config, read_fields
from videomind_training.errors import TrainingError
from videomind_training.network.base_family import FamilyName, base_family


@dataclass(frozen=True)
class Family:
    """A family of networks, with the numbers of one checkpoint.

    Attributes:
        name: of the family.
        patch: side of a patch in pixels.
        mean, deviation: that pixels in 0..1 are normalized with.
        area: least and most pixels that the processor lets through; Qwen3-VL counts those of the whole clip.
        tokens_per_second: by which Qwen2.5-VL's positions advance; None for Qwen3-VL, which reads stamps.
        image_pad, video_pad, vision_start, vision_end: token ids.
    """

    name: FamilyName
    patch: int
    mean: tuple[float, float, float]
    deviation: tuple[float, float, float]
    area: tuple[int, int]
    tokens_per_second: float | None
    image_pad: int
    video_pad: int
    vision_start: int
    vision_end: int

    @property
    def never_said(self) -> list[int]:
        """Token ids that stand for pictures: one in a reply would ask for a picture that is not there."""
        return [self.image_pad, self.video_pad, self.vision_start, self.vision_end]

    @property
    def factor(self) -> int:
        """Side in pixels of what one token shows."""
        return self.patch * 2

    @property
    def stamps(self) -> bool:
        """Whether the times of frame pairs stand in the text."""
        return self.tokens_per_second is None


class _Config(BaseModel):
    image_token_id: int
    video_token_id: int
    vision_start_token_id: int
    vision_end_token_id: int


class _Size(BaseModel):
    shortest_edge: int | None = None
    longest_edge: int | None = None


class _Processor(BaseModel):
    image_mean: tuple[float, float, float]
    image_std: tuple[float, float, float]
    size: _Size | None = None
    min_pixels: int | None = None
    max_pixels: int | None = None

    def area(self, default: tuple[int, int]) -> tuple[int, int]:
        size = self.size or _Size()
        return (
            size.shortest_edge or self.min_pixels or default[0],
            size.longest_edge or self.max_pixels or default[1],
        )


def read_family(folder: Path) -> Family:
    """The family of a checkpoint's folder.

    Raises:
        TrainingError: CHECKPOINT_NOT_FOUND, CHECKPOINT_INVALID for anything but Qwen2.5-VL and Qwen3-VL.
    """
    base = base_family(read_config(folder), folder)
    if base.name == "qwen2-vl":
        remedy = "Name a Qwen2.5-VL or Qwen3-VL checkpoint as `base`."
        raise TrainingError("CHECKPOINT_INVALID", f"{folder} is a Qwen2-VL checkpoint.", remedy)
    config = read_fields(folder / "config.json", _Config)
    video = folder / "video_preprocessor_config.json"
    processor = read_fields(video if video.is_file() else folder / "preprocessor_config.json", _Processor)
    return Family(
        name=base.name,
        patch=base.patch,
        mean=processor.image_mean,
        deviation=processor.image_std,
        area=processor.area((3136, 12_845_056) if base.name == "qwen2.5-vl" else (4096, 25_165_824)),
        tokens_per_second=base.tokens_per_second,
        image_pad=config.image_token_id,
        video_pad=config.video_token_id,
        vision_start=config.vision_start_token_id,
        vision_end=config.vision_end_token_id,
    )
