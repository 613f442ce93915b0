"""The engine's protocol on a child's stdin and stdout: frames of JSON, one a line (native-models/protocol/frames.ts)."""

from __future__ import annotations

import contextlib
import itertools
import json
import queue
import subprocess
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from videomind.errors import VideoMindError

PROTOCOL_VERSION = 1
"""Of the frames; another one is refused."""

_STDERR_LINES_KEPT = 20
_CLOSE_WITHIN_SEC = 10.0


class Connection:
    """A running program and what is asked of it; calls of several threads run beside each other."""

    def __init__(self, command: Sequence[str]) -> None:
        try:
            self._child = subprocess.Popen(
                [*command, "serve", "--stdio"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            raise VideoMindError("DEPENDENCY_MISSING", f"{command[0]} cannot be started: {error}.") from error
        self._ids = itertools.count()
        self._calls: dict[int, queue.SimpleQueue[Mapping[str, Any]]] = {}
        self._lock = threading.Lock()
        self._ended: VideoMindError | None = None
        self._said: deque[str] = deque(maxlen=_STDERR_LINES_KEPT)
        self._listening = threading.Thread(target=self._listen, name="videomind", daemon=True)
        self._hearing = threading.Thread(target=self._hear, name="videomind-stderr", daemon=True)
        self._hearing.start()
        self._listening.start()
        self._send({"type": "hello", "version": PROTOCOL_VERSION})

    def frames(self, method: str, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """
        Asks, and gives the frames that come back: any number of `progress`, then one `result`. Who stops reading cancels.

        :raises VideoMindError: what the program answers, or why it went away
        """
        answers: queue.SimpleQueue[Mapping[str, Any]] = queue.SimpleQueue()
        with self._lock:
            if self._ended is not None:
                raise self._ended
            request_id = next(self._ids)
            self._calls[request_id] = answers
        is_open = True
        try:
            self._send({"type": "request", "id": request_id, "method": method, "params": params})
            while is_open:
                frame = answers.get()
                is_open = frame["type"] == "progress"
                if frame["type"] == "error":
                    raise VideoMindError.of(frame["error"])
                yield frame
        finally:
            if is_open:
                self._cancel(request_id, answers)
            with self._lock:
                self._calls.pop(request_id, None)

    def call(self, method: str, params: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever the method gives
        """Asks and waits for the result."""
        result = None
        for frame in self.frames(method, params):
            result = frame.get("result")
        return result

    @property
    def is_over(self) -> bool:
        """Whether nothing can be asked any more."""
        return self._ended is not None

    def close(self) -> None:
        """Ends the program; what is asked is cancelled."""
        if self._child.stdin is not None and not self._child.stdin.closed:
            with contextlib.suppress(OSError):
                self._child.stdin.close()
        try:
            self._child.wait(_CLOSE_WITHIN_SEC)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._listening.join()
        self._hearing.join()
        for stream in (self._child.stdout, self._child.stderr):
            if stream is not None:
                stream.close()

    def _cancel(self, request_id: int, answers: queue.SimpleQueue[Mapping[str, Any]]) -> None:
        """The program works on one thing at a time: the next question waits until this one has stopped."""
        try:
            self._send({"type": "cancel", "id": request_id})
            while answers.get()["type"] == "progress":
                pass
        except VideoMindError:
            pass

    def _send(self, frame: Mapping[str, Any]) -> None:
        line = json.dumps(frame, ensure_ascii=False, allow_nan=False)
        try:
            with self._lock:
                assert self._child.stdin is not None
                self._child.stdin.write(f"{line}\n")
                self._child.stdin.flush()
        except (OSError, ValueError):
            # It went away: its last words are awaited, and every open call is told.
            self._listening.join()
            raise self._ended or VideoMindError("ENGINE_CRASHED", "The program was closed.") from None

    def _listen(self) -> None:
        """Hands each frame to whoever asked; the end of the stream ends everybody's waiting."""
        problem: VideoMindError | None = None
        try:
            assert self._child.stdout is not None
            for line in self._child.stdout:
                self._receive(json.loads(line))
        except VideoMindError as error:
            problem = error
        except (ValueError, KeyError, TypeError):
            problem = VideoMindError("PROTOCOL_INVALID", "The program sent something else than a frame.")
        if problem is not None:
            self._child.kill()
        self._end(problem)

    def _receive(self, frame: Mapping[str, Any]) -> None:
        kind = frame["type"]
        if kind == "hello" and frame["version"] != PROTOCOL_VERSION:
            message = f"The program speaks protocol version {frame['version']}, this client version {PROTOCOL_VERSION}."
            raise VideoMindError("PROTOCOL_MISMATCH", message, "Install client and program of one version.")
        if kind in ("progress", "result", "error"):
            with self._lock:
                answers = self._calls.get(frame["id"])
            if answers is not None:
                answers.put(frame)

    def _end(self, problem: VideoMindError | None) -> None:
        code = self._child.wait()
        self._hearing.join()
        if problem is None:
            last = " ".join(self._said)
            message = f"The program ended with {code}" + (f": {last}" if last else ".")
            problem = VideoMindError("ENGINE_CRASHED", message)
        error = {"code": problem.code, "message": problem.message, "remedy": problem.remedy, "details": problem.details}
        with self._lock:
            self._ended = problem
            for request_id, answers in self._calls.items():
                answers.put({"type": "error", "id": request_id, "error": error})

    def _hear(self) -> None:
        assert self._child.stderr is not None
        for line in self._child.stderr:
            self._said.append(line.strip())
