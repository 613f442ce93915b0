"""Questions as the rows that trainers read: TRL's, LLaMA-Factory's and verl's."""

from pathlib import Path
from typing import Any

from videomind_training.reasoner.data.items import ReasonerItem, problem_types
from videomind_training.reasoner.shown.frame_rule import ReasonerBudget
from videomind_training.reasoner.shown.words import Instructions, ReplyTemplate, question_text

Row = dict[str, Any]


def trl_row(item: ReasonerItem, words: Instructions, template: ReplyTemplate) -> Row:
    """TRL's conversational form: `prompt`, and `completion` where there is reasoning to learn; the rest is for rewards."""
    content = [{"type": "video", "video": str(item.video)}, {"type": "text", "text": _asked(item, words)}]
    row: Row = {"prompt": [{"role": "user", "content": content}], **_facts(item)}
    if item.think is not None:
        reply = [{"type": "text", "text": template.reply(item.think, item.answer)}]
        row["completion"] = [{"role": "assistant", "content": reply}]
    return row


def llamafactory_row(item: ReasonerItem, words: Instructions, template: ReplyTemplate) -> Row:
    """LLaMA-Factory's sharegpt form with OpenAI's tags: `messages` and `videos`. Raises ValueError without reasoning."""
    if item.think is None:
        raise ValueError(f"{item.source} has no reasoning to learn")
    return {
        "messages": [
            {"role": "user", "content": f"<video>{_asked(item, words)}"},
            {"role": "assistant", "content": template.reply(item.think, item.answer)},
        ],
        "videos": [str(item.video)],
    }


def verl_row(item: ReasonerItem, words: Instructions, budget: ReasonerBudget, split: str, index: int) -> Row:
    """verl's form, with VideoKR's `reward_model` and `extra_info`, and the true moments besides."""
    video = {
        "video": str(item.video),
        "fps": budget.fps,
        "min_frames": budget.min_frames,
        "max_frames": budget.max_frames,
        "min_pixels": budget.min_pixels,
        "max_pixels": budget.max_pixels,
    }
    return {
        "data_source": item.origin,
        "prompt": [{"role": "user", "content": f"<video>{_asked(item, words)}"}],
        "videos": [video],
        "ability": "video_reasoning",
        "reward_model": {"style": "rule", "ground_truth": f"<answer>{item.answer}</answer>"},
        "extra_info": {
            **_facts(item),
            "problem_id": item.id,
            "problem_type": problem_types[item.kind],
            "answer": item.answer,
            "split": split,
            "index": index,
        },
    }


def item_of_row(row: Row) -> ReasonerItem:
    """The question of a row of TRL's or of verl's `extra_info`, as rewards need it."""
    return ReasonerItem(
        source=row["source"],
        id=row["id"],
        video=Path(row["video"]),
        question=row["question"],
        options=tuple(row["options"]),
        kind=row["kind"],
        answer=row["solution"],
        think=row["think"] or None,
        spans=tuple((float(start), float(end)) for start, end in row["spans"]),
        duration=row["duration"],
        origin=row["origin"],
    )


def _facts(item: ReasonerItem) -> Row:
    return {
        "source": item.source,
        "id": item.id,
        "video": str(item.video),
        "question": item.question,
        "options": list(item.options),
        "kind": item.kind,
        "solution": item.answer,
        "think": item.think or "",
        "spans": [list(span) for span in item.spans],
        "duration": item.duration,
        "origin": item.origin,
    }


def _asked(item: ReasonerItem, words: Instructions) -> str:
    return question_text(item.question, item.options, words)
