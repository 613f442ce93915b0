"""Annotations, mixtures, caches."""

import json
from collections import Counter
from itertools import islice
from pathlib import Path
from random import Random

import pytest
import torch

from videomind_training.checkpoints.read_checkpoint import CheckpointPaths, open_checkpoint
from videomind_training.data.annotations import AnnotationFile, BadSample, read_annotations
from videomind_training.data.clip_store import ClipStore, vision_key
from videomind_training.data.filters import LengthFilter, read_samples
from videomind_training.data.mixture import Mixture
from videomind_training.data.role_examples import RoleExamples, jittered_crop
from videomind_training.data.samples import (
    AnsweringSample,
    GroundingSample,
    PlanningSample,
    Sample,
    VerifyingSample,
)
from videomind_training.errors import TrainingError
from videomind_training.network.batch import collate

common = {"video_path": "a.mp4", "duration": 24.0}
forms = {
    "grounding": (common | {"query": "q", "relevant_windows": [[1, 2], [3, 9]]}, GroundingSample),
    "verifying": (common | {"query": "q", "span": [[0, 4]], "pred": [[0, 4], [0, 8.1], *[[9, 10]] * 5]}, VerifyingSample),
    "planning": (common | {"question": "q?", "route": 2, "data_type": "grounding"}, PlanningSample),
    "answering": (common | {"question": "q?", "answer": "x", "options": ["x", "y"], "ans": "B"}, AnsweringSample),
    "answering-crop": (common | {"question": "q?", "answer": "x", "span": [[4, 6]]}, AnsweringSample),
}


@pytest.mark.parametrize("form", forms)
@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_every_form_is_read_from_lists_and_lines(form: str, suffix: str, tmp_path: Path) -> None:
    item, kind = forms[form]
    path = tmp_path / f"items{suffix}"
    path.write_text(json.dumps([item, item]) if suffix == ".json" else f"{json.dumps(item)}\n\n{json.dumps(item)}\n")
    found = list(read_annotations(AnnotationFile(path, form, tmp_path)))
    assert all(isinstance(sample, kind) for sample in found)
    assert len(found) == (10 if form == "verifying" else 2)
    assert found[0].video == tmp_path / "a.mp4"
    if form == "verifying":
        assert [sample.positive for sample in found[:5]] == [True, False, False, False, False]
    if form == "answering":
        assert (found[0].correct, found[0].crop) == (1, None)
    if form == "answering-crop":
        assert found[0].crop == (0.0, 16.0)
    if form == "planning":
        assert found[0].data_type == "grounding"


def test_broken_lines_are_named_and_counted_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    good = json.dumps(forms["grounding"][0])
    bad = [
        '{"query": ',
        json.dumps(common | {"query": "q", "relevant_windows": [[5, 2]]}),
        json.dumps(common | {"query": "q"}),
    ]
    missing = json.dumps(forms["grounding"][0] | {"video_path": "gone.mp4"})
    path = tmp_path / "lines.jsonl"
    path.write_text("\n".join([good, *bad, missing, good]))
    file = AnnotationFile(path, "grounding", tmp_path)
    found = read_samples([(file, 3)], LengthFilter(), max_bad_share=0.7)
    assert len(found.samples) == 6
    assert [sample.source for sample in found.bad] == ["lines.jsonl:2", "lines.jsonl:3", "lines.jsonl:4", "lines.jsonl:5"]
    reasons = ["is not JSON", "a window ends before it starts", "relevant_windows: Field required", "there is no video"]
    assert all(reason in sample.text for reason, sample in zip(reasons, found.bad, strict=True))
    with pytest.raises(TrainingError, match=r"ANNOTATIONS_INVALID: lines.jsonl:2 .* 4 of 6 samples are bad.*max_bad_share"):
        read_samples([(file, 1)], LengthFilter(), max_bad_share=0.1)


def test_any_json_is_read_or_refused(tmp_path: Path) -> None:
    random = Random(3)
    values = [None, 5, "x", [], {}, float("nan"), -1, [[1, 2]], [["a", None]], {"a": 1}, True, 1e400]
    fields = [
        "video_path",
        "duration",
        "query",
        "relevant_windows",
        "span",
        "pred",
        "route",
        "question",
        "options",
        "ans",
        "crop",
    ]
    lines = [
        json.dumps({name: random.choice(values) for name in random.sample(fields, random.randint(0, 9))}) for _ in range(150)
    ]
    path = tmp_path / "fuzz.jsonl"
    path.write_text("\n".join([*lines, *(line[: random.randint(1, 30)] for line in lines)]))
    for form in forms:
        for sample in read_annotations(AnnotationFile(path, form, tmp_path)):
            assert isinstance(sample, Sample | BadSample)


def test_lengths_leave_samples_out_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    items = [forms["grounding"][0] | changed for changed in ({}, {"duration": 4}, {"duration": 900}, {"query": "w " * 201})]
    path = tmp_path / "items.json"
    path.write_text(json.dumps(items))
    found = read_samples([(AnnotationFile(path, "grounding", tmp_path), 1)], LengthFilter(), 0)
    assert len(found.samples) == 1
    assert dict(found.filtered) == {"video under 5 s": 1, "video over 500 s": 1, "more than 200 words": 1}


def test_batches_hold_one_type_and_nobody_is_forgotten() -> None:
    types = ["grounding"] * 10 + ["multimodal"] * 7
    mixture = Mixture(types, 4, seed=2)
    batches = list(islice(mixture.batches(), mixture.steps(4)))
    assert len(batches) == 17
    assert all(len({types[draw.index] for draw in batch}) == 1 for batch in batches)
    seen = Counter(draw.index for batch in batches for draw in batch)
    assert set(seen.values()) == {4}
    assert list(islice(mixture.batches(5), 6)) == batches[5:11]
    assert batches != list(islice(Mixture(types, 4, seed=3).batches(), 17))


def test_a_crop_moves_a_little_and_keeps_its_moment() -> None:
    crops = [jittered_crop((10.0, 26.0), (10.5, 25.9), 60.0, Random(seed)) for seed in range(50)]
    assert len(set(crops)) > 40
    assert all(start <= 10.5 and end >= 25.9 and end - start < 20 for start, end in crops)


def test_cached_features_give_the_same_losses_and_damage_only_costs_time(
    paths: CheckpointPaths, grounding_samples: list[Sample], tmp_path: Path
) -> None:
    checkpoint = open_checkpoint(paths)
    network = checkpoint.network
    network.speak_as("grounder")
    store = ClipStore(tmp_path, vision_key=vision_key(network))
    source = RoleExamples(grounding_samples[:2], checkpoint.writer, store)
    fresh = collate([source.example(0, 0), source.example(1, 0)])
    expected = network(fresh)
    kept = store.keep_features(fresh, network)
    assert all(clip.features is not None and clip.frames is None for clip in kept.clips)
    again = collate([source.example(0, 0), source.example(1, 0)])
    assert all(clip.features is not None and clip.cache_key is None for clip in again.clips)
    for batch in (kept, again):
        assert torch.allclose(network(batch)["total"], expected["total"], atol=1e-5)
    for file in tmp_path.rglob("*.safetensors"):
        file.write_bytes(file.read_bytes()[:50])
    assert all(source.example(index, 0).clip.frames is not None for index in (0, 1))


def test_the_reply_of_each_role_is_learned_and_nothing_else(paths: CheckpointPaths, pack: Path, frame_cache: Path) -> None:
    checkpoint = open_checkpoint(paths, roles=())
    place = ("here", pack / "videos" / "a.mp4", 24.0, "multimodal")
    samples = [
        PlanningSample(*place, "Which one?", 1, "a circle"),
        GroundingSample(*place, "a circle", ((4.0, 10.0),)),
        VerifyingSample(*place, "a circle", (4.0, 10.0), True),
        AnsweringSample(*place, "Which one?", "the red one", ("the red one", "none"), 0, (0.0, 16.0), (4.0, 10.0)),
    ]
    replies = []
    for style in ("open", "choice"):
        source = RoleExamples(samples, checkpoint.writer, ClipStore(frame_cache, frames=True), answer_style=style)
        for index in range(4):
            example = source.example(index, 0)
            learned = example.labels != -100
            assert bool((example.labels[learned] == example.token_ids[learned]).all())
            replies.append(
                checkpoint.writer.tokenizer.decode(example.token_ids[learned].tolist(), skip_special_tokens=False)
            )
    plan = '[{"type": "grounder", "value": "a circle"}, {"type": "verifier"}, {"type": "answerer"}]'
    assert replies[:4] == [
        f"{text}<|im_end|>" for text in (plan, "The relevant moment happens in <|reg|>.", "Yes", "the red one")
    ]
    assert replies[7] == "A<|im_end|>"
    assert source.example(1, 0).moments[0].tolist() == pytest.approx([4 / 24, 10 / 24])


def test_a_grounders_reply_without_its_token_names_the_entry_to_set(
    paths: CheckpointPaths, grounding_samples: list[Sample], frame_cache: Path
) -> None:
    writer = open_checkpoint(paths, roles=()).writer
    source = RoleExamples(grounding_samples, writer, ClipStore(frame_cache, frames=True), grounder_reply="There.")
    with pytest.raises(TrainingError, match=r'CONFIG_INVALID: .*"There\.".*Set `grounder_reply`'):
        source.example(0, 0)
