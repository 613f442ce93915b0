"""What each role is told, and what its replies look like."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from videomind_training.prompts.prompt_set import PromptSet
from videomind_training.prompts.text import Guard, fill_template

AnswerStyle = Literal["choice", "open"]


@dataclass(frozen=True)
class Words:
    """What a role is told.

    Attributes:
        write: the user's text; what people, files and models wrote goes through the guard.
        reply_start: what the reply begins with, given to the role.
    """

    write: Callable[[Guard], str]
    reply_start: str = ""


def planner_words(prompts: PromptSet, question: str) -> Words:
    """The planner's prompt with the question."""
    return Words(lambda guard: fill_template(prompts.prompts["planner"], {"question": guard(question)}))


def query_words(prompts: PromptSet, role: Literal["grounder", "verifier"], query: str) -> Words:
    """The grounder's or the verifier's prompt with the text to look for."""
    return Words(lambda guard: fill_template(prompts.prompts[role], {"query": guard(query)}))


def answerer_words(prompts: PromptSet, question: str, options: list[str] | None = None, subtitles: str = "") -> Words:
    """An open question, or a multiple-choice one with its reply begun."""
    if options is None:
        template = prompts.prompts["answerer"]
        return Words(lambda guard: guard(subtitles) + fill_template(template, {"question": guard(question)}))

    def write(guard: Guard) -> str:
        listed = "".join(
            fill_template(
                prompts.choices.option, {"letter": option_letter(index), "text": guard(option[:1].upper() + option[1:])}
            )
            for index, option in enumerate(options)
        )
        return guard(subtitles) + fill_template(prompts.choices.question, {"question": guard(question), "options": listed})

    return Words(write, prompts.choices.replyStart)


def option_letter(index: int) -> str:
    """A for the first option."""
    return chr(ord("A") + index)


def normalize_query(text: str) -> str:
    """What the grounder is asked to find: whitespace collapsed, surrounding dots stripped; dots alone stay."""
    collapsed = " ".join(text.split())
    return collapsed.strip(".").strip() or collapsed


def plan_reply(route: int, query: str) -> str:
    """What the planner is to say: route 1 rephrase, ground, answer; 2 ground with the question, answer; 3 rephrase,
    ground; 4 answer. The query is that of the route (2: the question)."""
    grounder = {"type": "grounder", "value": query}
    steps = {
        1: [grounder, {"type": "verifier"}, {"type": "answerer"}],
        2: [grounder, {"type": "verifier"}, {"type": "answerer"}],
        3: [grounder, {"type": "verifier"}],
        4: [{"type": "answerer"}],
    }
    return json.dumps(steps[route], ensure_ascii=False)


@dataclass(frozen=True)
class Plan:
    """What a planner's reply asks for."""

    query: str
    grounding: bool


def parse_plan(reply: str, question: str, may_answer_directly: bool = True) -> Plan:
    """Reads a planner's reply: the first action of a JSON list, or a lone object. `grounder` with a value grounds that,
    `answerer` skips grounding; all else grounds the question."""
    try:
        parsed = json.loads(reply)
    except (ValueError, RecursionError):
        parsed = None
    first = parsed[0] if isinstance(parsed, list) and parsed else parsed
    fields = first if isinstance(first, dict) else {}
    kind = fields.get("type") if isinstance(fields.get("type"), str) else ""
    value = fields.get("value") if isinstance(fields.get("value"), str) else ""
    if kind.lower() == "answerer" and may_answer_directly:
        return Plan(question, grounding=False)
    return Plan(value if kind.lower() == "grounder" and value.strip() else question, grounding=True)
