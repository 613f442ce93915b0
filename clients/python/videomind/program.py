"""Where the program is."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path

from videomind.errors import VideoMindError


def command_of(given: str | Sequence[str] | None) -> list[str]:
    """
    The command that runs `videomind`: as given, as VIDEOMIND_COMMAND says, that of the checkout where this client lies, or the
    installed one.
    """
    given = given if given is not None else os.environ.get("VIDEOMIND_COMMAND")
    if given is not None:
        return shlex.split(given) if isinstance(given, str) else [*given]
    checkout = Path(__file__).resolve().parents[3]
    launcher = checkout / "electron" / "cli" / "launch.mjs"
    if launcher.is_file():
        own = checkout / "node_modules" / "node" / "bin" / ("node.exe" if os.name == "nt" else "node")
        node = str(own) if own.is_file() else shutil.which("node")
        if node is not None:
            return [node, str(launcher)]
    installed = shutil.which("videomind")
    if installed is None:
        remedy = "Install it, or name it: VideoMind(…, command=[…]), or the environment variable VIDEOMIND_COMMAND."
        raise VideoMindError("DEPENDENCY_MISSING", "The program videomind is not found.", remedy)
    return [installed]
