"""Questions of videos, one or many, and their records as plain dictionaries or data frames."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from videomind.connection import Connection
from videomind.errors import VideoMindError
from videomind.program import command_of

if TYPE_CHECKING:
    import pandas

Record = dict[str, Any]
"""What `videomind ask --json` prints (docs/command-line.md)."""

_PATHS = ("videoPath", "modelPath", "packagePath", "subtitlesPath", "saveFramesPath")


class VideoMind:
    """
    A model package in a process of its own, which stays open from question to question.

    Settings are those of the protocol's `ask` in Python's spelling (`max_tokens`, `start_sec`, `subtitles_path`,
    `search={"mode": "windows"}`, `reasoner={"max_frames": 64}`, …): given here they hold for every question.

    :param model: folder of the package, made with `videomind import`
    :param command: how `videomind` is run, where it is not found by itself
    """

    def __init__(
        self,
        model: str | os.PathLike[str],
        *,
        command: str | Sequence[str] | None = None,
        **settings: Any,  # noqa: ANN401 - the program checks them
    ) -> None:
        self._settings = {"model_path": model, **settings}
        self._connection = Connection(command_of(command))

    def ask(self, video: str | os.PathLike[str], question: str, **settings: Any) -> Record:  # noqa: ANN401
        """
        Asks and waits for the record: `moment`, `candidates`, `answer`, `warnings`, …

        :raises VideoMindError: with the code of what went wrong
        """
        return self.stream(video, question, **settings).record

    def stream(self, video: str | os.PathLike[str], question: str, **settings: Any) -> Stream:  # noqa: ANN401
        """Asks and gives the events as they come: what was planned, each candidate, the answer's words."""
        given = {**self._settings, **settings, "video_path": video, "question": question}
        return Stream(self._connection.frames("ask", _params(given)))

    def ask_many(self, questions: Iterable[Mapping[str, Any]]) -> Results:
        """
        Asks one after the other. Each question has `video`, `question`, perhaps an `id` and settings of its own; what fails is
        a result too. Ends early only where nothing can be asked any more.
        """
        results = []
        for index, one in enumerate(questions):
            asked = dict(one)
            name = str(asked.pop("id", index + 1))
            try:
                results.append(Result(name, self.ask(asked.pop("video"), asked.pop("question"), **asked), None))
            except VideoMindError as error:
                if self._connection.is_over:
                    raise
                results.append(Result(name, None, error))
        return Results(results)

    def close(self) -> None:
        """Ends the process."""
        self._connection.close()

    def __enter__(self) -> VideoMind:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class Stream:
    """The events of a question as they come. Leaving the loop early, or `close()`, cancels it."""

    def __init__(self, frames: Iterator[Mapping[str, Any]]) -> None:
        self._frames = frames
        self._record: Record | None = None
        self.trace: dict[str, Any] | None = None
        """What each role was shown and said, where `trace=True` was asked for."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        try:
            for frame in self._frames:
                if frame["type"] == "progress":
                    yield frame["event"]
                else:
                    self._record = frame["result"]["record"]
                    self.trace = frame["result"].get("trace")
        finally:
            self.close()

    @property
    def record(self) -> Record:
        """The record, waited for."""
        for _ in self:
            pass
        if self._record is None:
            raise VideoMindError("CANCELLED", "The question was not waited for.")
        return self._record

    def close(self) -> None:
        """Cancels what is still asked."""
        close = getattr(self._frames, "close", None)
        if close is not None:
            close()


@dataclass(frozen=True)
class Result:
    """What became of a question: its record, or why there is none."""

    id: str
    record: Record | None
    error: VideoMindError | None


class Results(Sequence[Result]):
    """Results in the order of asking."""

    def __init__(self, results: Iterable[Result]) -> None:
        self._results = tuple(results)

    def __getitem__(self, index: int) -> Result:
        return self._results[index]

    def __len__(self) -> int:
        return len(self._results)

    def to_frame(self) -> pandas.DataFrame:
        """A row a question (pandas must be there: `pip install videomind[frames]`)."""
        import pandas

        return pandas.DataFrame([_row(one) for one in self._results]).set_index("id")

    def candidates_to_frame(self) -> pandas.DataFrame:
        """A row a candidate moment, best first within each question."""
        import pandas

        rows = [
            {
                "id": one.id,
                "rank": rank,
                "start_sec": candidate["startSec"],
                "end_sec": candidate["endSec"],
                "confidence": candidate["confidence"],
                "verifier_score": candidate.get("verifierScore"),
            }
            for one in self._results
            for rank, candidate in enumerate((one.record or {}).get("candidates", []), start=1)
        ]
        columns = ["id", "rank", "start_sec", "end_sec", "confidence", "verifier_score"]
        return pandas.DataFrame(rows, columns=columns).set_index(["id", "rank"])


def _row(result: Result) -> dict[str, Any]:
    record = result.record or {}
    moment, answer = record.get("moment") or {}, record.get("answer") or {}
    candidates = record.get("candidates") or [{}]
    return {
        "id": result.id,
        "video": record.get("video", {}).get("path"),
        "question": record.get("question"),
        "answer": answer.get("text"),
        "option": answer.get("option"),
        "start_sec": moment.get("startSec"),
        "end_sec": moment.get("endSec"),
        "confidence": candidates[0].get("confidence"),
        "verifier_score": candidates[0].get("verifierScore"),
        "total_sec": record.get("timings", {}).get("totalSec"),
        "warnings": [warning["code"] for warning in record.get("warnings", [])],
        "error": None if result.error is None else result.error.code,
    }


def _params(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings in the protocol's spelling, those that are None left out; paths mean the folder where Python runs."""
    spelt = ((_camel(name), value) for name, value in settings.items() if value is not None)
    return {name: str(Path(value).resolve()) if name in _PATHS else _value(value) for name, value in spelt}


def _value(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Mapping):
        return _params(value)
    if isinstance(value, list | tuple):
        return [_value(one) for one in value]
    return value


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)
