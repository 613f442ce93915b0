"""Conversations about films of the shapes world, in which a model looks, lets tools find and judge, and answers.

Nothing in them has to be seen: what a question names is found and judged by tools (a VideoMind package), whose words the
model reads. So a network of a few megabytes can hold them, and what is said about a film it never saw is right.
"""

import random
from dataclasses import dataclass, field

from videomind_training.world.things import COLOURS, SHAPES, Thing
from videomind_training.world.wording import VERBS, the, verb_with

SURE_FROM = 0.5
"""A verifier that is at least as sure says Yes."""

_FIRST_LOOK_SEC = (0, 8)
_WHEN = ("When is it that {what}?", "Find the moment when {what}.", "Tell me when {what}.")
_AND_WHEN = ("And when is it that {what}?", "And find the moment when {what}.", "And when {what}?")
_SURE = ("Are you sure?", "Is that so?")
_AGAIN = ("Show it to me again.", "Look at it again.")


@dataclass(frozen=True)
class Call:
    """A call of a tool, and what it gives.

    Attributes:
        name: of the tool.
        arguments: as JSON has them.
        result: what the model is told.
        frames: how many it is shown.
    """

    name: str
    arguments: dict[str, object]
    result: str
    frames: int = 0


@dataclass(frozen=True)
class Reply:
    """What the model says: words, then perhaps a call."""

    words: str
    call: Call | None = None


@dataclass
class Conversation:
    """Questions about a film and all replies to each.

    Attributes:
        film: the name that stands for the video.
        frames: how many of it are shown first.
        turns: a question and its replies.
    """

    film: str
    frames: int
    turns: list[tuple[str, list[Reply]]] = field(default_factory=list)


def converse(rng: random.Random) -> Conversation:
    """A question about an event, and up to three that go on from it."""
    film = rng.choice((f"shapes-{rng.randint(1, 20):02d}.mp4", f"film-{rng.randint(1, 99)}.mp4", "film.mp4", "clip.mp4"))
    speaker = _Speaker(Conversation(film, _frames(rng)), rng)
    speaker.first()
    for _ in range(rng.choice((0, 0, 0, 1, 2))):
        rng.choice((speaker.another, speaker.whether_sure, speaker.again))()
    return speaker.said


def _frames(rng: random.Random) -> int:
    return 2 * rng.choice((1, 1, 2, 3))


class _Speaker:
    """Writes a conversation; knows what "it" is."""

    def __init__(self, said: Conversation, rng: random.Random) -> None:
        self.said = said
        self._rng = rng
        self._what = ""
        self._span = (0.0, 0.0)

    def first(self) -> None:
        """When something happens: look, find, check, answer."""
        start, end = _FIRST_LOOK_SEC
        look = Reply("<think>I look first.</think>", self._look(start, end))
        self._asked_when(_WHEN, look)

    def another(self) -> None:
        """When something else happens: what was looked at is known."""
        self._asked_when(_AND_WHEN)

    def whether_sure(self) -> None:
        """Whether it was so: judged again."""
        check, is_sure = self._check()
        verdict = "Yes" if is_sure else "No"
        self._turn(self._rng.choice(_SURE), check, _answer(is_sure, f"{verdict}."))

    def again(self) -> None:
        """The last moment once more, from closer."""
        start, end = self._span
        look = Reply("<think>I look again.</think>", self._look(start, end))
        self._turn(
            self._rng.choice(_AGAIN),
            look,
            Reply(f"<think>I have seen it.</think><answer>I looked at {self._words()}.</answer>"),
        )

    def _asked_when(self, questions: tuple[str, ...], *before: Reply) -> None:
        self._what = _event(self._rng)
        question = self._rng.choice(questions).format(what=self._what)
        find = Reply("<think>I let it be found.</think>", self._find())
        check, is_sure = self._check()
        said = f"From {self._words()}." if is_sure else f"Perhaps from {self._words()}."
        self._turn(question, *before, find, check, _answer(is_sure, said))

    def _turn(self, question: str, *replies: Reply) -> None:
        self.said.turns.append((question, list(replies)))

    def _words(self) -> str:
        start, end = self._span
        return f"{start:.1f} s to {end:.1f} s"

    def _look(self, start: float, end: float) -> Call:
        given = {"film": self.said.film, "from": start, "to": end}
        return Call("look", given, f"Seen from {start}s to {end}s.", _frames(self._rng))

    def _find(self) -> Call:
        moments = [_moment(self._rng) for _ in range(self._rng.choice((1, 1, 2, 5)))]
        self._span = moments[0]
        told = [f"{start:.1f}s to {end:.1f}s ({self._rng.random():.2f})" for start, end in moments]
        return Call("find", {"what": self._what}, f"Found: {'; '.join(told)}.")

    def _check(self) -> tuple[Reply, bool]:
        start, end = self._span
        rng = self._rng
        score = rng.choice((rng.random(), 1.0, 0.99, rng.uniform(0.9, 1), rng.uniform(0, 0.1)))
        told = f"{score:.2f}"
        given = {"what": self._what, "from": start, "to": end}
        return Reply("<think>I let it be checked.</think>", Call("check", given, f"Sure: {told}.")), float(told) >= SURE_FROM


def _answer(is_sure: bool, said: str) -> Reply:
    return Reply(f"<think>It is {'so' if is_sure else 'doubted'}.</think><answer>{said}</answer>")


def _moment(rng: random.Random) -> tuple[float, float]:
    length = rng.choice((28, 60, 240))
    start, end = sorted(rng.sample(range(10 * length), 2))
    return start / 10, end / 10


def _event(rng: random.Random) -> str:
    colours, shapes = sorted(COLOURS), sorted(SHAPES)
    thing = Thing(rng.choice(colours), rng.choice(shapes))
    partner = Thing(rng.choice(colours), rng.choice(shapes))
    return f"{the(thing)} {verb_with(rng.choice(VERBS[rng.choice(sorted(VERBS))]), partner).third}"
