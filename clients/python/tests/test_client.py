"""Against the real program with the bundled toy package, and against a stand-in for what it never does."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from videomind import VideoMind, VideoMindError

CHECKOUT = Path(__file__).resolve().parents[3]
EXAMPLE = CHECKOUT / "assets" / "example"
CLIP = EXAMPLE / "clip.mp4"
CHOICE = {"question": "What colour is it?", "options": ["red", "blue"]}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VideoMind]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VIDEOMIND_CACHE_DIR", str(tmp_path_factory.mktemp("caches")))
        with VideoMind(EXAMPLE / "package", device="cpu") as opened:
            yield opened


def test_a_question_gives_the_record_with_its_settings(model: VideoMind) -> None:
    record = model.ask(CLIP, **CHOICE, candidates=2, start_sec=1.0)
    assert record["answer"]["option"] in ("A", "B")
    assert len(record["candidates"]) <= 2
    assert record["moment"]["startSec"] >= 1
    assert record["settings"]["candidates"] == 2
    assert record["provenance"]["programVersion"]


def test_events_come_before_the_record_and_again_the_same(model: VideoMind) -> None:
    stream = model.stream(CLIP, "When does it rise?", roles=["grounder", "verifier"], trace=True)
    kinds = [event["type"] for event in stream]
    assert kinds[0] == "started"
    assert kinds.index("grounded") < kinds.index("ranked")
    assert stream.record["candidates"]
    assert set(stream.trace or {}) >= {"grounder", "verifier"}


def test_a_stream_that_is_left_is_cancelled_and_the_next_question_answered(model: VideoMind) -> None:
    stream = model.stream(CLIP, "When does it rise?", search={"mode": "windows", "window_sec": 4.0})
    for _ in stream:
        break
    with pytest.raises(VideoMindError) as cancelled:
        stream.record  # noqa: B018
    assert cancelled.value.code == "CANCELLED"
    assert model.ask(CLIP, **CHOICE)["answer"]["text"]


def test_many_questions_become_frames_and_what_fails_is_a_row(model: VideoMind) -> None:
    pytest.importorskip("pandas")
    asked = [
        {"id": "a", "video": CLIP, **CHOICE},
        {"video": "not/here.mp4", "question": "Who?"},
        {"id": "c", "video": CLIP, "question": "When does it rise?", "candidates": 3, "roles": ["grounder"]},
    ]
    results = model.ask_many(asked)
    assert [one.id for one in results] == ["a", "2", "c"]
    frame = results.to_frame()
    assert frame["error"].dropna().to_dict() == {"2": "VIDEO_NOT_FOUND"}
    assert frame.loc["a", "option"] == results[0].record["answer"]["option"]
    moments = results.candidates_to_frame()
    first = results[2].record["candidates"][0]
    assert moments.loc[("c", 1), "start_sec"] == first["startSec"]
    assert len(moments.loc["c"]) == 3


def test_what_cannot_be_asked_names_code_and_remedy(model: VideoMind) -> None:
    with pytest.raises(VideoMindError) as unknown:
        model.ask(CLIP, "Who?", candidates=0)
    assert unknown.value.code == "PROTOCOL_INVALID"
    with pytest.raises(VideoMindError) as absent:
        model.ask(CLIP, "Who?", model_path=CHECKOUT / "docs")
    assert absent.value.code == "NOT_A_PACKAGE"
    assert "videomind import" in absent.value.remedy


def stand_in(folder: Path, body: str) -> list[str]:
    """A program that says what it is told to."""
    script = folder / "stand_in.py"
    script.write_text(f"import json, sys\n{body}\n", encoding="utf-8")
    return [sys.executable, str(script)]


def greeting(version: int) -> str:
    return f"print({json.dumps({'type': 'hello', 'version': version})!r}, flush=True)"


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (f"{greeting(1)}; sys.stdin.readline(); sys.stdin.readline(); sys.exit('no room')", "ENGINE_CRASHED", "no room"),
        (f"{greeting(2)}; sys.stdin.read()", "PROTOCOL_MISMATCH", "version 2"),
        ("print('what?', flush=True); sys.stdin.read()", "PROTOCOL_INVALID", "else than a frame"),
    ],
    ids=["ends in mid-question", "speaks another version", "speaks no protocol"],
)
def test_a_program_that(tmp_path: Path, body: str, code: str, words: str) -> None:
    client = VideoMind("package", command=stand_in(tmp_path, body))
    try:
        with pytest.raises(VideoMindError, match=words) as failure:
            client.ask("clip.mp4", "Who?")
        assert failure.value.code == code
        with pytest.raises(VideoMindError):
            client.ask_many([{"video": "clip.mp4", "question": "Who?"}])
    finally:
        client.close()


def test_no_program_is_told(tmp_path: Path) -> None:
    with pytest.raises(VideoMindError) as missing:
        VideoMind("package", command=[str(tmp_path / "nothing")])
    assert missing.value.code == "DEPENDENCY_MISSING"
