"""What a video file holds, found out by ffprobe as a child process."""

import json
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy

from videomind_training.errors import TrainingError

probe_timeout_sec = 300


@dataclass(frozen=True)
class Video:
    """A video that can be decoded.

    Attributes:
        path: of the file.
        identity: changes when the file does.
        frames: frames that a person sees, in presentation order.
        fps: average frame rate.
        width, height: upright, in pixels.
        times_sec: (frames), when each frame is shown, from 0; None at a constant rate.
        duration_sec: end of the last frame.
    """

    path: Path
    identity: str
    frames: int
    fps: float
    width: int
    height: int
    times_sec: numpy.ndarray | None
    duration_sec: float

    def position_of(self, sec: float) -> float:
        """Frame position at a time: frame 3 starts at 3. At a constant rate unclamped."""
        if self.times_sec is None:
            return sec * self.fps
        edges = numpy.append(self.times_sec, self.duration_sec)
        return float(numpy.interp(sec, edges, numpy.arange(len(edges))))

    def seconds_at(self, position: float) -> float:
        """Time at a frame position, the inverse of `position_of`."""
        if self.times_sec is None:
            return position / self.fps
        edges = numpy.append(self.times_sec, self.duration_sec)
        return float(numpy.interp(position, numpy.arange(len(edges)), edges))

    @property
    def length_sec(self) -> float:
        """What normalized times are multiplied with: frames ÷ fps at a constant rate, else the time shown."""
        return self.frames / self.fps if self.times_sec is None else self.duration_sec


def probe_video(path: Path) -> Video:
    """Lists a video's frames.

    Raises:
        TrainingError: VIDEO_NOT_FOUND, VIDEO_DECODE_FAILED, DEPENDENCY_MISSING without ffprobe.
    """
    if not path.is_file():
        raise TrainingError(
            "VIDEO_NOT_FOUND", f"There is no video {path}.", "Check `data.root` and the path in the annotation."
        )
    entries = "stream=width,height,avg_frame_rate,time_base:stream_side_data=rotation:packet=pts,duration,flags"
    command = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", entries, "-of", "json", str(path)]
    listing = json.loads(run_child(command, path).stdout or b"{}")
    streams, packets = listing.get("streams") or [], listing.get("packets") or []
    shown = [packet for packet in packets if "pts" in packet and "D" not in packet["flags"]]
    if not streams or not shown:
        raise _undecodable(path, "it holds no pictures with times")
    stream = streams[0]
    tick = Fraction(stream["time_base"])
    ordered = sorted(shown, key=lambda packet: packet["pts"])
    ticks = numpy.unique(numpy.array([packet["pts"] for packet in ordered], dtype=numpy.int64))
    count = len(ticks)
    mean_ticks = (ticks[-1] - ticks[0]) / (count - 1) if count > 1 else 0.0
    last_ticks = float(ordered[-1].get("duration") or mean_ticks or 0.04 / tick)
    total_ticks = float(ticks[-1] - ticks[0]) + last_ticks
    drift = numpy.abs(ticks - ticks[0] - numpy.arange(count) * mean_ticks)
    constant = bool((drift <= 1).all()) and abs(last_ticks - (mean_ticks or last_ticks)) <= 1
    rotated = any(abs(int(data.get("rotation", 0))) % 180 == 90 for data in stream.get("side_data_list", []))
    sides = (stream["width"], stream["height"])
    return Video(
        path=path,
        identity=_identity(path),
        frames=count,
        fps=_rate(stream["avg_frame_rate"], count, total_ticks * tick, exact=count == len(packets)),
        width=sides[rotated],
        height=sides[not rotated],
        times_sec=None if constant else (ticks - ticks[0]) * float(tick),
        duration_sec=float(total_ticks * tick),
    )


def run_child(command: list[str], path: Path) -> subprocess.CompletedProcess[bytes]:
    """Runs ffmpeg or ffprobe to its end.

    Raises:
        TrainingError: VIDEO_DECODE_FAILED, DEPENDENCY_MISSING.
    """
    try:
        return subprocess.run(command, capture_output=True, check=True, timeout=probe_timeout_sec, stdin=subprocess.DEVNULL)
    except FileNotFoundError as error:
        raise TrainingError("DEPENDENCY_MISSING", f"{command[0]} is not installed.", "Install ffmpeg.") from error
    except subprocess.TimeoutExpired as error:
        raise _undecodable(path, f"{command[0]} did not finish within {probe_timeout_sec} s") from error
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode("utf-8", "replace").strip().splitlines()
        raise _undecodable(path, reason[-1] if reason else f"{command[0]} failed") from error


def _rate(average: str, count: int, seconds: float, exact: bool) -> float:
    """The container's average rate where it counts every frame, else what was measured."""
    numerator, denominator = (int(part) for part in average.split("/"))
    stated = numerator / denominator if denominator else 0.0
    measured = count / float(seconds)
    return stated if exact and stated and abs(stated / measured - 1) < 0.01 else measured


def _identity(path: Path) -> str:
    stat = path.stat()
    return f"{path.name}-{stat.st_size}-{stat.st_mtime_ns}"


def _undecodable(path: Path, reason: str) -> TrainingError:
    return TrainingError("VIDEO_DECODE_FAILED", f"{path} cannot be decoded: {reason}.", "Replace or re-encode the file.")
