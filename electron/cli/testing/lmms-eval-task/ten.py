"""A task of lmms-eval over lines that `serve --api` and `eval run own` are asked alike: `prompt` is the whole text of each."""

from __future__ import annotations

from typing import Any


def visuals(doc: dict[str, Any]) -> list[str]:
    """The video's path."""
    return [doc["video"]]


def text(doc: dict[str, Any], _kwargs: dict[str, Any] | None = None) -> str:
    """The prompt, as the engine writes it for the same question."""
    return doc["prompt"]


def messages(doc: dict[str, Any], _kwargs: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Video first, as the engine shows it."""
    content = [{"type": "video", "url": doc["video"]}, {"type": "text", "text": doc["prompt"]}]
    return [{"role": "user", "content": content}]


def score(doc: dict[str, Any], results: list[str]) -> dict[str, float]:
    """Right where the answer is the letter or the words of the right option."""
    said = results[0].rpartition("<answer>")[2].partition("</answer>")[0].strip()
    return {"accuracy": float(said in (doc["letter"], doc["answer"]))}
