"""What the program says when it cannot do something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class VideoMindError(Exception):
    """A failure with its code (docs/command-line.md lists them), what happened, and what to do about it."""

    def __init__(self, code: str, message: str, remedy: str = "", details: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{code}: {message}" + (f"\n{remedy}" if remedy else ""))
        self.code = code
        self.message = message
        self.remedy = remedy
        self.details = dict(details or {})

    @classmethod
    def of(cls, error: Mapping[str, Any]) -> VideoMindError:
        """The error of a frame."""
        return cls(error["code"], error["message"], error.get("remedy", ""), error.get("details"))
