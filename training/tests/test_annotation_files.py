"""Annotation files as they come: other encodings, odd line ends, damage."""

import codecs
import json
from pathlib import Path
from random import Random

import pytest

from videomind_training.data.annotations import AnnotationFile, BadSample, read_annotations
from videomind_training.data.filters import LengthFilter, read_samples
from videomind_training.data.samples import Sample
from videomind_training.errors import TrainingError

forms = ("grounding", "verifying", "planning", "answering", "answering-crop")
item = {"video_path": "a.mp4", "duration": 24.0, "query": "q", "relevant_windows": [[1, 2]]}
line = json.dumps(item).encode()
too_deep = b"[" * 100_000


def read(path: Path, content: bytes) -> list[Sample | BadSample]:
    path.write_bytes(content)
    return list(read_annotations(AnnotationFile(path, "grounding", path.parent)))


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [(line.replace(b'"q"', b'"\xff"'), "is not UTF-8"), (b'{"query": ', "is not JSON"), (too_deep, "nested too deeply")],
    ids=["bytes", "cut off", "too deep"],
)
def test_a_damaged_line_is_named_and_the_others_are_read(damaged: bytes, reason: str, tmp_path: Path) -> None:
    first, bad, last = read(tmp_path / "lines.jsonl", b"\n".join([line, damaged, line]))
    assert isinstance(first, Sample)
    assert isinstance(last, Sample)
    assert (bad.source, bad.text.startswith("ANNOTATIONS_INVALID: lines.jsonl:2 ")) == ("lines.jsonl:2", True)
    assert reason in bad.text
    assert len(bad.text) < 300


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\u0085"])
def test_a_line_ends_at_a_line_feed_and_nowhere_else(separator: str, tmp_path: Path) -> None:
    query = f"one{separator}two"
    written = json.dumps(item | {"query": query}, ensure_ascii=False).encode()
    found = read(tmp_path / "lines.jsonl", written + b"\r\n\r\n\x0c\n" + written)
    assert [(sample.source, sample.query) for sample in found] == [("lines.jsonl:1", query), ("lines.jsonl:4", query)]


@pytest.mark.parametrize(
    ("name", "content"), [("a.jsonl", line + b"\n" + line), ("a.json", b"[%s, %s]" % (line, line))], ids=["lines", "list"]
)
def test_a_byte_order_mark_is_no_part_of_the_first_item(name: str, content: bytes, tmp_path: Path) -> None:
    assert [type(sample).__name__ for sample in read(tmp_path / name, codecs.BOM_UTF8 + content)] == ["GroundingSample"] * 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (too_deep, "nested too deeply"),
        (b'["\xff"]', "is not UTF-8"),
        (b"[1,", "is not JSON"),
        (b"9" * 5000, "is not JSON"),
        (b"{}", "holds no list"),
    ],
    ids=["too deep", "bytes", "cut off", "a long number", "no list"],
)
def test_a_list_that_cannot_be_read_is_a_typed_error(content: bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=rf"ANNOTATIONS_INVALID: .*list\.json .*{reason}"):
        read(tmp_path / "list.json", content)


def test_a_file_that_is_missing_names_the_entries_that_list_files(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"ANNOTATIONS_INVALID.*gone\.jsonl.*`data\.<role>`.*`verification\.files`"):
        list(read_annotations(AnnotationFile(tmp_path / "gone.jsonl", "grounding", tmp_path)))


@pytest.mark.parametrize("video", ["x" * 5000, "a\x00.mp4", "a.mp4/b.mp4", "."], ids=["long", "zero", "inner", "folder"])
def test_a_path_that_no_file_can_have_is_a_missing_video(video: str, tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    path = tmp_path / "lines.jsonl"
    path.write_text(json.dumps(item | {"video_path": video}))
    found = read_samples([(AnnotationFile(path, "grounding", tmp_path), 1)], LengthFilter(), 1, may_be_empty=True)
    assert ["VIDEO_NOT_FOUND" in bad.text for bad in found.bad] == [True]


@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_no_damage_raises_anything_but_a_typed_error(suffix: str, tmp_path: Path) -> None:
    random = Random(11)
    numbers = [0, -1, 7.5, 10**400, 1e308, True, None, "3", [[4, 1]], [[1, 1e308]], [[0, 2], [3]]]
    texts = ["", "x", "\ud800", "\u2028", "B", [], ["x", "y"], {"a": 1}, "w " * 300]
    fields = {"video_path": ["a.mp4", "\x00", "x" * 300, *texts], "vid": texts, "duration": numbers, "route": [*range(6)]}
    spans = [*numbers, [[1, 2]], [3, 9], []]
    fields |= dict.fromkeys(("query", "question", "answer", "options", "ans", "data_type"), texts)
    fields |= dict.fromkeys(("relevant_windows", "span", "pred", "crop"), spans)

    def valid() -> bytes:
        items = [{name: random.choice(values) for name, values in fields.items() if random.random() < 0.8} for _ in range(4)]
        lines = [json.dumps(each | random.choice([{}, item])).encode() for each in items]
        return b"[" + b",\n".join(lines) + b"]" if suffix == ".json" else b"\n".join(lines)

    def damaged(content: bytes) -> bytes:
        place = random.randrange(len(content))
        kind = random.randrange(5)
        if kind == 0:
            return random.randbytes(random.randrange(200))
        if kind == 1:
            return content[:place]
        if kind == 2:
            return content[:place] + random.randbytes(3) + content[place + random.randrange(4) :]
        if kind == 3:
            return content[place:] + content[:place]
        return content

    (tmp_path / "a.mp4").touch()
    path = tmp_path / f"items{suffix}"
    read_count, codes = 0, set()
    for _ in range(300):
        path.write_bytes(damaged(valid()))
        for form in forms:
            file = AnnotationFile(path, form, tmp_path, random.choice([None, "{vid}.mp4"]))
            try:
                found = read_samples([(file, 1)], LengthFilter(), 1, may_be_empty=True)
            except TrainingError as error:
                codes.add(error.code)
                continue
            read_count += len(found.samples)
            "".join(bad.source + bad.text for bad in found.bad).encode()  # so that the list of bad samples can be written
    assert read_count > 100
    assert codes == ({"ANNOTATIONS_INVALID"} if suffix == ".json" else set())  # bad lines refuse no file
