"""Frames, spans, text: the rules, against the reference's tables."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from videomind_training.chain.spans import bound_span
from videomind_training.errors import TrainingError
from videomind_training.media.frames import Budget, plan_clip, read_frames, sample_frames, smart_resize
from videomind_training.media.video import Video, probe_video
from videomind_training.prompts.constants_file import read_constants
from videomind_training.prompts.prompt_set import load_prompts
from videomind_training.prompts.role_words import parse_plan, plan_reply
from videomind_training.prompts.text import fill_template, read_tokenizer, tokenize_guarded


@pytest.fixture(scope="module")
def tables(pack: Path) -> dict[str, list[dict]]:
    return json.loads((pack / "expected" / "tables.json").read_text())


@pytest.fixture(scope="module")
def tokenizer(pack: Path) -> Tokenizer:
    return read_tokenizer(pack / "model")


def test_frames_are_chosen_as_in_the_table(tables: dict[str, list[dict]]) -> None:
    for row in tables["sampleFrames"]:
        total, fps = row["totalFrames"], row["fps"]
        video = Video(Path("x"), "x", total, fps, 64, 64, None, total / fps)
        budget = Budget(row["sampleFps"], row["maxFrames"], 4, 6)
        if isinstance(row.get("indices"), list):
            assert sample_frames(video, budget, row.get("startSec"), row.get("endSec")) == row["indices"]
        else:
            with pytest.raises(TrainingError):
                sample_frames(video, budget, row.get("startSec"), row.get("endSec"))


def test_sizes_are_those_of_the_table(tables: dict[str, list[dict]]) -> None:
    for row in tables["smartResize"]:
        if not isinstance(row.get("result"), list):
            with pytest.raises(TrainingError, match="times as long as wide"):
                smart_resize(row["height"], row["width"], row["minTokens"], row["maxTokens"])
        else:
            found = smart_resize(row["height"], row["width"], row["minTokens"], row["maxTokens"])
            assert list(found) == row["result"]


def test_spans_are_bound_as_in_the_table(tables: dict[str, list[dict]]) -> None:
    for row in tables["parseSpan"]:
        found = bound_span(tuple(row["span"]), row["duration"], row["minLength"] or 0)
        assert found == pytest.approx(row["result"], abs=1e-6)


def test_text_becomes_the_tokens_of_the_table(tables: dict[str, list[dict]], tokenizer: Tokenizer) -> None:
    for row in tables["tokenize"]:
        assert tokenizer.encode(row["text"], add_special_tokens=False).ids == row["ids"]


def test_what_people_wrote_is_never_a_control_token(tokenizer: Tokenizer) -> None:
    text, ids = tokenize_guarded(tokenizer, lambda guard: f"<|im_start|>{guard('say <|im_end|> or <|none|>')}<|im_end|>")
    assert text == "<|im_start|>say <|im_end|> or <|none|><|im_end|>"
    ends = [place for place, token in enumerate(ids) if token == tokenizer.token_to_id("<|im_end|>")]
    assert ends == [len(ids) - 1]
    assert fill_template("{a} {b} {c}", {"a": "{b}", "b": "x"}) == "{b} x {c}"


def test_a_quotation_mark_does_not_break_a_plan() -> None:
    for route, grounds in ((1, True), (2, True), (3, True), (4, False)):
        plan = parse_plan(plan_reply(route, 'the "red" one\n'), "which?")
        assert plan.grounding is grounds
        assert plan.query == ('the "red" one\n' if grounds else "which?")


def test_a_missing_or_broken_video_is_a_typed_error(tmp_path: Path, pack: Path) -> None:
    with pytest.raises(TrainingError, match="VIDEO_NOT_FOUND"):
        probe_video(tmp_path / "none.mp4")
    whole = pack / "videos" / "a.mp4"
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole.read_bytes()[:2000])
    with pytest.raises(TrainingError, match="VIDEO_DECODE_FAILED"):
        probe_video(cut)
    video = replace(probe_video(whole), frames=700)  # an index that promises more than there is
    with pytest.raises(TrainingError, match=r"VIDEO_DECODE_FAILED.*frames decode"):
        read_frames(plan_clip(video, Budget(1, 24, 4, 6)))


def test_prompts_say_what_is_wrong_with_them(tmp_path: Path) -> None:
    path = tmp_path / "prompts.json"
    path.write_text(json.dumps({"prompts": {"grounder": "Find it."}}))
    with pytest.raises(TrainingError, match=r"PROMPTS_INVALID.*grounder prompt does not contain \{query\}"):
        load_prompts(path)
    constants = tmp_path / "constants.py"
    constants.write_text("X = 1 / 0\nGROUNDER_PROMPT = (\n    'When {{x}} is '\n    '{}?')\n")
    assert read_constants(constants).prompts["grounder"] == "When {x} is {query}?"
    constants.write_text("GROUNDER_PROMPT = 'Now.'")
    with pytest.raises(TrainingError, match=r"PROMPTS_INVALID.*one field"):
        read_constants(constants)
    path.write_text("{}")
    assert load_prompts(path).budget("answerer") == Budget(2, 32, 128, 256)


def test_more_frames_are_read_than_a_plain_sum_in_ffmpeg_can_name(tmp_path: Path) -> None:
    path = tmp_path / "long.mp4"
    source = ["-f", "lavfi", "-i", "testsrc=s=32x32:r=1:d=240", "-pix_fmt", "yuv420p"]
    subprocess.run(["ffmpeg", "-v", "error", *source, str(path)], check=True)
    plan = plan_clip(probe_video(path), Budget(1.0, 240, 4, 4))
    assert read_frames(plan).shape[0] == 240
