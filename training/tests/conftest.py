"""What tests share: one thread, so that numbers repeat and busy machines are not made slower; the reference packs."""

import os

os.environ["OMP_NUM_THREADS"] = "1"

from pathlib import Path

import pytest
import torch

from videomind_training.checkpoints.read_checkpoint import CheckpointPaths
from videomind_training.data.samples import GroundingSample, Sample

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def packs() -> Path:
    """Folder of the reference packs."""
    return Path(__file__).parents[2] / "native-models" / "fixtures"


@pytest.fixture(scope="session")
def pack(packs: Path) -> Path:
    """The pack with tied embeddings."""
    return packs / "pack-2b"


@pytest.fixture(scope="session")
def paths(pack: Path) -> CheckpointPaths:
    """Its checkpoint."""
    return CheckpointPaths(pack / "base", pack / "model")


@pytest.fixture(scope="session")
def grounding_samples(pack: Path) -> list[Sample]:
    """Six queries on its two clips of 24 s."""
    queries = [("a circle moves", 4, 10), ("a square rises", 12, 20), ("the plus", 0, 3)]
    return [
        GroundingSample(f"{name}/{query}", pack / "videos" / name, 24.0, "grounding", query, ((start, end),))
        for name in ("a.mp4", "b.mp4")
        for query, start, end in queries
    ]


@pytest.fixture(scope="session")
def frame_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Decoded frames, for all tests together."""
    return tmp_path_factory.mktemp("frames")
