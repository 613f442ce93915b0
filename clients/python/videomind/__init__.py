"""Asks VideoMind questions of videos: a thin client of the engine's own protocol."""

from videomind.client import Result, Results, Stream, VideoMind
from videomind.errors import VideoMindError

__all__ = ["Result", "Results", "Stream", "VideoMind", "VideoMindError"]
