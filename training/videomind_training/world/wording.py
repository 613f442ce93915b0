"""How people speak of the world. Training and held-out films are asked about in different sentences over the same words."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from .film import Event
from .things import Thing

Split = Literal["train", "held-out"]


@dataclass(frozen=True)
class Verb:
    """One way to name an action: `turns`, `turn`, `turning`; `{other}` stands for the partner."""

    third: str
    plain: str
    going: str

    @property
    def words(self) -> set[str]:
        """Its words in all forms, without the partner."""
        return {word for form in (self.third, self.plain, self.going) for word in form.removesuffix(" {other}").split()}


VERBS: dict[str, tuple[Verb, ...]] = {
    "enter": (Verb("comes in", "come in", "coming in"), Verb("enters", "enter", "entering")),
    "leave": (Verb("leaves", "leave", "leaving"), Verb("goes out", "go out", "going out")),
    "left": (
        Verb("moves left", "move left", "moving left"),
        Verb("slides to the left", "slide to the left", "sliding to the left"),
        Verb("goes left", "go left", "going left"),
    ),
    "right": (
        Verb("moves right", "move right", "moving right"),
        Verb("slides to the right", "slide to the right", "sliding to the right"),
        Verb("goes right", "go right", "going right"),
    ),
    "rise": (Verb("rises", "rise", "rising"), Verb("moves up", "move up", "moving up")),
    "sink": (Verb("sinks", "sink", "sinking"), Verb("moves down", "move down", "moving down")),
    "turn": (Verb("turns", "turn", "turning"), Verb("spins", "spin", "spinning")),
    "blink": (Verb("blinks", "blink", "blinking"), Verb("flashes", "flash", "flashing")),
    "grow": (Verb("grows", "grow", "growing"), Verb("gets bigger", "get bigger", "getting bigger")),
    "shrink": (Verb("shrinks", "shrink", "shrinking"), Verb("gets smaller", "get smaller", "getting smaller")),
    "hit": (
        Verb("hits {other}", "hit {other}", "hitting {other}"),
        Verb("bumps into {other}", "bump into {other}", "bumping into {other}"),
    ),
    "follow": (
        Verb("follows {other}", "follow {other}", "following {other}"),
        Verb("chases {other}", "chase {other}", "chasing {other}"),
    ),
}
"""The first of each is the one that plans are written in."""

STATEMENTS: dict[Split, tuple[str, ...]] = {
    "train": (
        "{who} {third}",
        "{who} {third}",
        "{who} {going}",
        "the moment when {who} {third}",
        "the part where {who} {third}",
        "when {who} {third}",
        "the time at which {who} {third}",
        "you can see {who} {going} here",
        "this is where {who} {third}",
        "a moment of {who} {going}",
        "the time when {who} {third}",
        "the part in which {who} {third}",
        "here {who} {third}",
        "you can see that {who} {third}",
    ),
    "held-out": (
        "{who} {third}",
        "the part when {who} {third}",
        "the moment at which {who} {third}",
        "here you can see {who} {going}",
        "where {who} {third}",
        "this is {who} {going}",
    ),
}

WHEN: dict[Split, tuple[str, ...]] = {
    "train": (
        "When does {who} {plain}?",
        "When do you see {who} {going}?",
        "At what time does {who} {plain}?",
        "Find the moment when {who} {third}.",
        "Show me where {who} {third}.",
        "Where in the film does {who} {plain}?",
        "Find {who} {going}.",
        "Look for the part in which {who} {third}.",
        "When is it that {who} {third}?",
        "In the film, when does {who} {plain}?",
        "Where do you see {who} {going}?",
        "Tell me when {who} {third}.",
        "Find the part where {who} {third}.",
        "Look for the moment at which {who} {third}.",
        "Show me the time when {who} {third}.",
        "At which moment do you see {who} {going}?",
        "Show me {who} {going}.",
    ),
    "held-out": (
        "At what moment does {who} {plain}?",
        "When in the film does {who} {plain}?",
        "Show me the part in which {who} {third}.",
        "Look for {who} {going}.",
        "Find the time when {who} {third}.",
    ),
}

COLOUR_OF: dict[Split, tuple[str, ...]] = {
    "train": (
        "What colour is the {shape} that {third}?",
        "What is the colour of the {shape} that {third}?",
        "Which colour is the {going} {shape}?",
        "The {shape} that {third}: what colour is it?",
        "Tell me the colour of the {shape} that {third}.",
        "What colour is the {going} {shape}?",
        "The colour of the {shape} that {third}: what is it?",
        "Tell me what colour the {going} {shape} is.",
        "Which colour is it, the {shape} that {third}?",
        "Tell me the colour of the {going} {shape}.",
        "Which is the colour of the {shape} that {third}?",
        "Tell me: what colour is the {shape} that {third}?",
        "In the film, what colour is the {shape} that {third}?",
    ),
    "held-out": (
        "Which colour is the {shape} that {third}?",
        "Tell me what colour the {shape} is that {third}.",
        "What is the colour of the {going} {shape}?",
    ),
}

SHAPE_OF: dict[Split, tuple[str, ...]] = {
    "train": (
        "What shape is the {colour} thing that {third}?",
        "Which {colour} shape {third}?",
        "What is the shape of the {colour} thing that {third}?",
        "The {colour} thing that {third}: what shape is it?",
        "Tell me the shape of the {colour} thing that {third}.",
        "What shape is the {going} {colour} thing?",
        "The shape of the {colour} thing that {third}: what is it?",
        "Tell me what shape the {going} {colour} thing is.",
        "Which shape is it, the {colour} thing that {third}?",
        "Tell me the shape of the {going} {colour} thing.",
        "Which is the shape of the {colour} thing that {third}?",
        "Tell me: what shape is the {colour} thing that {third}?",
        "In the film, what shape is the {colour} thing that {third}?",
    ),
    "held-out": (
        "Which shape is the {colour} thing that {third}?",
        "Tell me what shape the {colour} thing is that {third}.",
        "What is the shape of the {going} {colour} thing?",
    ),
}

NEXT: dict[Split, tuple[str, ...]] = {
    "train": (
        "What does {who} do {order} {ref} {third}?",
        "What happens to {who} {order} {ref} {third}?",
        "{Order} {ref} {third}, what does {who} do?",
        "Tell me what {who} does {order} {ref} {third}.",
        "What is it that happens to {who} {order} {ref} {third}?",
        "{Order} {ref} {third}, what is it that {who} does?",
        "Tell me what happens to {who} {order} {ref} {third}.",
        "In the film, what does {who} do {order} {ref} {third}?",
        "{Order} {ref} {third}, what do you see {who} do?",
        "What do you see {who} do {order} {ref} {third}?",
        "{Order} {ref} {third}: what happens to {who} in the film?",
        "Tell me: what does {who} do {order} {ref} {third}?",
        "What is it that you see {who} do {order} {ref} {third}?",
        "What happens in the film to {who} {order} {ref} {third}?",
        "Tell me what it is that {who} does {order} {ref} {third}.",
        "{Order} {ref} {third}, what happens in the film to {who}?",
        "{Order} {ref} {third}, tell me what happens to {who}.",
        "{Order} {ref} {third}, tell me what {who} does.",
        "In the film, {order} {ref} {third}, what does {who} do?",
        "In the film, {order} {ref} {third}, what happens to {who}?",
        "What is it that {who} does in the film {order} {ref} {third}?",
        "What is it {who} does {order} {ref} {third}?",
    ),
    "held-out": (
        "{Order} {ref} {third}, what happens to {who}?",
        "What is it that {who} does {order} {ref} {third}?",
    ),
}

DOES: dict[Split, tuple[str, ...]] = {
    "train": (
        "Does {who} {plain}?",
        "Does {who} {plain} in the film?",
        "Is there a moment when {who} {third}?",
        "Can you see {who} {plain}?",
        "Is it true that {who} {third}?",
        "In the film, does {who} {plain}?",
        "Does it ever happen that {who} {third}?",
        "Is there a time when {who} {third}?",
        "Can you see in the film that {who} {third}?",
        "Do you see {who} {going}?",
        "Is {who} {going} in the film?",
        "In the film, can you see {who} {plain}?",
        "In the film, is it true that {who} {third}?",
    ),
    "held-out": (
        "Is there a part where {who} {third}?",
        "Can you see {who} {going} in the film?",
        "Does it happen that {who} {third}?",
    ),
}

HOW_MANY: dict[Split, tuple[str, ...]] = {
    "train": (
        "How many things {plain}?",
        "How many shapes {plain} in the film?",
        "How many times does a thing {plain}?",
        "Count the things that {plain}.",
        "How many shapes {plain}?",
        "How many things {plain} in the film?",
        "Count the things that {plain} in the film.",
        "How many of the shapes {plain}?",
        "How many times does a shape {plain}?",
        "How many times do you see a thing {plain} in the film?",
        "Count the shapes in the film that {plain}.",
        "Tell me how many things {plain}.",
        "Tell me how many shapes {plain} in the film.",
    ),
    "held-out": ("How many times does a shape {plain} in the film?", "Count the shapes that {plain}."),
}

ORDER: dict[Split, tuple[str, ...]] = {
    "train": (
        "Does {who} {plain} before {ref} {third}?",
        "Is it before {ref} {third} that {who} {who_third}?",
        "Is it true that {who} {who_third} before {ref} {third}?",
        "In the film, is it before {ref} {third} that {who} {who_third}?",
        "Does it happen that {who} {who_third} before {ref} {third}?",
        "Can you see {who} {plain} before {ref} {third}?",
        "In the film, can you see {who} {plain} before {ref} {third}?",
        "Does {who} {plain} in the film before {ref} {third}?",
        "In the film, is it true that {who} {who_third} before {ref} {third}?",
    ),
    "held-out": ("In the film, does {who} {plain} before {ref} {third}?",),
}

THERE: dict[Split, tuple[str, ...]] = {
    "train": (
        "Is there {a_thing} in the film?",
        "Do you see {a_thing}?",
        "Does {a_thing} appear?",
        "Can you see {a_thing}?",
        "In the film, is there {a_thing}?",
        "Do you see {a_thing} in the film?",
    ),
    "held-out": ("Can you see {a_thing} in the film?", "Does {a_thing} appear in the film?"),
}


def the(thing: Thing) -> str:
    """`the red circle`."""
    return f"the {thing}"


def verb_of(event: Event, rng: random.Random | None = None) -> Verb:
    """A verb for an event, the first of its kind without `rng`, with its partner filled in."""
    verbs = VERBS[event.kind]
    return verb_with(verbs[0] if rng is None else rng.choice(verbs), event.partner)


def verb_with(verb: Verb, partner: Thing | None) -> Verb:
    """A verb with its partner filled in."""
    other = "another" if partner is None else the(partner)
    return Verb(*(form.format(other=other) for form in (verb.third, verb.plain, verb.going)))


def say(templates: dict[Split, tuple[str, ...]], split: Split, rng: random.Random, **words: str) -> str:
    """One of the templates of a split, filled."""
    return rng.choice(templates[split]).format(**words)
