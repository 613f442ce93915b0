"""Questions from files of others, and the forms that trainers read, each read back."""

import importlib.util
import json
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from datasets import load_dataset
from tiny_reasoner import films, tiny_config
from transformers import TrainingArguments
from trl.data_utils import is_conversational

from videomind_training.errors import TrainingError
from videomind_training.reasoner.configuration import ReasonerConfig, read_reasoner_configuration
from videomind_training.reasoner.data.items import ReasonerItem
from videomind_training.reasoner.data.read_items import ItemFile, ItemLimits, ReadItems, read_items
from videomind_training.reasoner.data.trainer_forms import item_of_row
from videomind_training.reasoner.learning.material import read_material
from videomind_training.reasoner.recipes import llamafactory, verl
from videomind_training.reasoner.recipes.export_recipe import export_recipe
from videomind_training.reasoner.rewards.scoring import Rewards

fields = Path(llamafactory.__file__).parent / "fields"
everything = ItemLimits(False, 2000, 0, 3600, ("choice", "number", "moment", "open"))


def read(folder: Path, form: str, lines: list[object], limits: ItemLimits = everything, share: float = 1) -> ReadItems:
    (folder / "a.mp4").touch()
    (folder / "b.mp4").touch()
    path = folder / "lines.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return read_items([ItemFile(path, form, folder)], limits, 0, 1, share)


def test_videokrs_published_files_are_read(tmp_path: Path) -> None:
    reasoned = {
        "id": 3,
        "question": "Which?",
        "options": {"B": "blue", "A": "red"},
        "think": "<think>It is red.</think>",
        "solution": "<answer>A</answer>",
        "video_path": "a.mp4",
        "problem_type": "multiple choice",
    }
    reinforced = {"question": "Why?", "solution": "because", "path": "b.mp4", "problem_type": "open-ended"}
    found = read(tmp_path, "videokr", [reasoned, reinforced, {**reinforced, "solution": 42, "problem_type": "numerical"}])
    first, second, third = found.train
    assert (first.id, first.options, first.kind, first.answer, first.think) == (
        *("3", ("A. red", "B. blue"), "choice", "A"),
        "It is red.",
    )
    assert (second.kind, second.answer, second.think, second.id) == ("open", "because", None, "lines.jsonl:2")
    assert (third.kind, third.answer) == ("number", "42")


def test_a_models_own_right_replies_teach(tmp_path: Path) -> None:
    line = {
        "video_path": "a.mp4",
        "question": "Which?",
        "options": ["red", "blue"],
        "answer": "red",
        "ans": "A",
        "source": "s",
    }
    right = {**line, "reasoner_response": "<think>It is red.</think>\n<answer>A</answer>"}
    wrong = {**line, "reasoner_response": "<think>It is blue.</think>\n<answer>B</answer>"}
    formless = {**line, "reasoner_response": "A"}
    items = read(tmp_path, "eval-run", [right, wrong, formless]).train
    assert [item.think for item in items] == ["It is red.", None, None]
    assert items[0].options == ("A. red", "B. blue")
    kept = read(tmp_path, "eval-run", [right, wrong, formless], replace(everything, needs_reasoning=True))
    assert len(kept.train) == 1
    assert kept.left_out == {"no reasoning": 2}


def test_videominds_annotations_are_asked_for_moments_and_answers(tmp_path: Path) -> None:
    grounding = {"query": "a dog runs", "relevant_windows": [[2, 5.5]], "duration": 20, "video_path": "a.mp4"}
    (item,) = read(tmp_path, "grounding", [grounding]).train
    assert (item.kind, item.answer, item.spans) == ("moment", "from 2 s to 5.5 s", ((2, 5.5),))
    answering = {"question": "Which?", "answer": "blue", "options": ["red", "blue"], "ans": "B", "video_path": "a.mp4"}
    (item,) = read(tmp_path, "answering", [answering]).train
    assert (item.kind, item.answer, item.options) == ("choice", "B", ("A. red", "B. blue"))


def test_what_is_left_out_is_reported_with_its_place(tmp_path: Path) -> None:
    good = {"question": "Why?", "solution": "so", "video_path": "a.mp4", "duration": 10}
    lines = ["{no json", {**good, "video_path": "gone.mp4"}, {**good, "solution": ""}, {**good, "duration": 9000}, good]
    report = read(tmp_path, "videokr", lines).report()
    assert report["train"] == 1
    assert report["leftOut"] == {"video over 3600 s": 1}
    assert [each["source"] for each in report["bad"]] == [f"lines.jsonl:{line}" for line in (1, 2, 3)]


@pytest.mark.parametrize("form", ["videokr", "eval-run", "grounding"])
def test_a_file_that_is_missing_names_the_entries_of_a_reasoner(form: str, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"ANNOTATIONS_INVALID.*gone\.jsonl.*under `data\.files` or `data\.held_out`"):
        read_items([ItemFile(tmp_path / "gone.jsonl", form, tmp_path)], everything, 0, 1, 0)


def test_a_recipe_of_bad_questions_names_what_lists_them_all(config: ReasonerConfig, tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text("{no json")
    data = config.data.model_copy(update={"files": (config.data.files[0].model_copy(update={"path": file}),)})
    with pytest.raises(TrainingError, match=r"ANNOTATIONS_INVALID: bad\.jsonl:1 is not JSON.*what `check-data`"):
        export_recipe("trl", config.model_copy(update={"data": data}), tmp_path / "recipe")
    assert not (tmp_path / "recipe").exists()


def test_a_wrong_entry_points_to_the_guide_of_reasoners(tmp_path: Path) -> None:
    path = tmp_path / "sft.yaml"
    path.write_text("{base: base, output: out, data: {files: [{path: a.jsonl}]}, learning: {steps: 0}}")
    with pytest.raises(TrainingError, match=r"CONFIG_INVALID.*learning\.steps.*See training/reasoners\.md"):
        read_reasoner_configuration(path)


def test_no_video_is_in_both_parts_and_the_seed_draws_the_same(tmp_path: Path) -> None:
    file = ItemFile(films(tmp_path, 12), "videokr", tmp_path)
    drawn = [read_items([file], everything, 9, seed, 0) for seed in (1, 1, 2)]
    assert len(drawn[0].validation) >= 9
    assert not {item.video for item in drawn[0].train} & {item.video for item in drawn[0].validation}
    assert drawn[0].validation == drawn[1].validation != drawn[2].validation


@pytest.fixture(scope="module")
def config(packs: Path, tmp_path_factory: pytest.TempPathFactory) -> ReasonerConfig:
    folder = tmp_path_factory.mktemp("films")
    config = tiny_config(packs / "pack-qwen3", films(folder), folder / "out")
    return config.model_copy(update={"data": config.data.model_copy(update={"validation": 3})})


def test_trl_reads_its_form_back(config: ReasonerConfig, tmp_path: Path) -> None:
    export_recipe("trl", config, tmp_path / "trl")
    rows = load_dataset("json", data_files=str(tmp_path / "trl" / "train.jsonl"), split="train", cache_dir=str(tmp_path))
    assert is_conversational(rows[0])
    assert [item_of_row(row) for row in rows] == read_material(config, needs_reasoning=False).train
    assert rows[0]["completion"][0]["content"][0]["text"].endswith("</answer>")


def test_llamafactorys_form_keeps_to_its_fields(config: ReasonerConfig, tmp_path: Path) -> None:
    with_lora = config.model_validate({**config.model_dump(), "lora": {}})
    known = json.loads((fields / f"llamafactory-{llamafactory.version}.json").read_text("utf-8"))
    trainers = {*TrainingArguments.__dataclass_fields__, *known["arguments"]}
    for each in (config, with_lora):
        export_recipe("llamafactory", each, tmp_path / "lf")
        assert set(yaml.safe_load((tmp_path / "lf" / "sft.yaml").read_text("utf-8"))) <= trainers
    ((_, entry),) = json.loads((tmp_path / "lf" / "dataset_info.json").read_text("utf-8")).items()
    assert {*entry["columns"], *entry["tags"]} <= set(known["dataset"])
    rows = json.loads((tmp_path / "lf" / entry["file_name"]).read_text("utf-8"))
    items: list[ReasonerItem] = read_material(config, needs_reasoning=True).train
    assert [row["videos"] for row in rows] == [[str(item.video)] for item in items]
    for row, item in zip(rows, items, strict=True):
        user, assistant = row["messages"]
        assert user["content"].startswith(f"<video>{item.question}")
        assert user["content"].count("<video>") == len(row["videos"])
        assert assistant["content"] == f"<think>{item.think}</think>\n<answer>{item.answer}</answer>"


def test_verls_form_keeps_to_its_keys_and_is_rewarded_as_here(config: ReasonerConfig, tmp_path: Path) -> None:
    export_recipe("verl", config, tmp_path / "verl", nodes=2, gpus=4)
    known = json.loads((fields / f"verl-{verl.version}.json").read_text("utf-8"))["keys"]
    words = shlex.split((tmp_path / "verl" / "launch.sh").read_text("utf-8"), comments=True)
    given = dict(word.partition("=")[::2] for word in words if "=" in word)
    assert set(given) <= set(known)
    assert given["trainer.nnodes"] == "2"
    files = {name: str(tmp_path / "verl" / f"{name}.parquet") for name in ("train", "val")}
    data = load_dataset("parquet", data_files=files, cache_dir=str(tmp_path))
    items = read_material(config, needs_reasoning=False)
    assert [item_of_row(row["extra_info"]) for row in data["train"]] == items.train
    assert [item_of_row(row["extra_info"]) for row in data["val"]] == items.validation
    spec = importlib.util.spec_from_file_location("reward", tmp_path / "verl" / verl.reward_file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    rewards = Rewards(config.grpo.rewards, tmp_path)
    for row, item in zip(data["train"], items.train, strict=True):
        for reply in (f"<think>x</think><answer>{item.answer}</answer>", "<answer>from 1 s to 4 s</answer>"):
            score = module.compute_score(row["data_source"], reply, row["reward_model"]["ground_truth"], row["extra_info"])
            assert score["score"] == rewards.total(reply, item)
