"""`train demo`: the whole recipe. Each stage resumes where it was stopped, and is skipped once it is done."""

from __future__ import annotations

import platform
import random
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch
from tokenizers import Tokenizer

from videomind_training.checkpoints.durable_files import make_folder, write_text
from videomind_training.network.grounding_head import GroundingHead, HeadSizes

from .base import train_base
from .checkpoints import load_stage, save_stage, steps_done
from .eyes import train_eyes
from .feeding import Feeding
from .films import Library
from .guesses import Guess, collect_guesses, first_found, look_closer, verifier_lessons
from .imagined import align_tower, imagined_library
from .learner import Learner, begin_by_likeness
from .lessons import HEAD_LEVELS, Draw
from .matcher import Matcher
from .network import LinearPatches, Sizes, build_network, network_config
from .publish import publish
from .roles import (
    ALPHA,
    RANK,
    adapter_of,
    answerer_lessons,
    grounder_lessons,
    load_role,
    planner_lessons,
    train_role,
    with_adapter,
)
from .rows import Words
from .seen import keep_films
from .settings import DemoSettings, keep_settings, read_settings
from .stage_log import Facts, StageLog
from .team import rank, report, share_of, size, team_of, wait_for_all
from .words import BASE_TOKENS, ROLE_TOKENS, VOCABULARY, build_tokenizer

HEAD_WIDTH, HEAD_INTERMEDIATE = 128, 384
JUDGING_RATE = 1.5e-3
"""Of the base that goes on with what it finds."""


def new_learner(tokenizer: Tokenizer, seed: int) -> Learner:
    """Network, head and matcher with fresh weights; the vision tower is frozen."""
    sizes = Sizes()
    ids = {token: tokenizer.token_to_id(token) for token in BASE_TOKENS + ROLE_TOKENS}
    network = build_network(network_config(VOCABULARY, ids, sizes), seed)
    network.model.visual.patch_embed = LinearPatches(network.model.visual.patch_embed)
    torch.manual_seed(seed)
    head = GroundingHead(HeadSizes(sizes.hidden, HEAD_WIDTH, HEAD_INTERMEDIATE, layers=3, levels=HEAD_LEVELS))
    begin_by_likeness(head)
    return Learner(network, head, Matcher(sizes.hidden), Words(tokenizer))


class Recipe:
    """The stages over one folder."""

    def __init__(self, settings: DemoSettings) -> None:
        self.settings, self.folder = settings, settings.output
        self.feeding = Feeding.of(settings.device, settings.workers, settings.scale)
        make_folder(self.folder)
        if rank() == 0:
            keep_settings(settings)
        torch.set_num_threads(settings.threads)
        path = self.folder / "tokenizer.json"
        if not path.exists():
            write_text(path, build_tokenizer(settings.seed).to_str(pretty=True))
        self.tokenizer = Tokenizer.from_file(str(path))
        self.learner = new_learner(self.tokenizer, settings.seed)
        self._library: Library | None = None
        self._guesses: list[Guess] | None = None

    def run(self) -> None:
        """All stages, in order."""
        roles = (self.planner, self.grounder, self.verifier, self.answerer)
        log = StageLog(self.folder, self._facts())
        for stage in (self.eyes, self.practise, self.align, self.keep, self.base, self.judge, *roles, self.publish):
            # What a stage begins with, the first process may just have written.
            wait_for_all()
            log.begin(stage.__name__)
            stage()
            log.end(stage.__name__)

    def eyes(self) -> None:
        """The vision tower on single pairs."""
        settings, network = self.settings, self.learner.network
        train_eyes(network, self.folder, settings.eyes_steps, settings.seed, self.feeding, settings.eyes_pairs)

    def practise(self) -> None:
        """Base and head on imagined sight."""
        self._freeze_eyes()
        hidden = self.learner.network.config.text_config.hidden_size
        films = imagined_library(hidden, count=self.settings.practice_films)
        steps, seed = self.settings.practice_steps, self.settings.seed
        train_base(self.learner, films, self.folder, steps, seed, self.feeding, name="practice")

    def align(self) -> None:
        """The tower learns to speak the code that the base has practised on."""
        tower, path = self.learner.network.model.visual, self.folder / "aligned.pt"
        if rank() == 0 and steps_done(path) == 0:
            share = align_tower(tower, self.settings.seed, self.feeding, self.settings.align_batches)
            report(f"align: the tokens have {share:.3f} of the code's variance")
            save_stage(path, 1, {"tower": tower})
        wait_for_all()
        load_stage(path, {"tower": tower})

    def keep(self) -> None:
        """Looks at the training films once, and at those that the grounder is tried on for the verifier to learn from."""
        for name, seeds in self._kept.items():
            keep_films(self.folder / name, self.learner.network.model.visual, seeds, self.feeding)

    def base(self) -> None:
        """Base and head on what the eyes see."""
        steps, seed = self.settings.base_steps, self.settings.seed + 1
        train_base(self.learner, self._films(), self.folder, steps, seed, self.feeding, from_short=False)

    def judge(self) -> None:
        """Base and head once more, half of the time on lists of what they find by now, to be put in order."""
        steps, path = self.settings.judging_steps, self.folder / "judging.pt"
        lists = None
        if steps_done(path) < steps:
            lists = verifier_lessons(self.learner.words, self._known_guesses(self.learner), [], self.feeding.scale)
        seed, how = self.settings.seed + 2, {"rate": JUDGING_RATE, "name": "judging", "from_short": False}
        train_base(self.learner, self._films(), self.folder, steps, seed, self.feeding, **how, lists=lists)

    def planner(self) -> Learner:
        """The planner's adapter."""
        return self._role("planner", 2, self.settings.planner_steps, self._draws(planner_lessons))

    def grounder(self) -> Learner:
        """The grounder's adapter, and the head."""
        return self._role("grounder", 3, self.settings.grounder_steps, self._draws(grounder_lessons))

    def verifier(self) -> Learner:
        """The verifier's adapter, on what the finished grounder finds."""
        settings, feeding = self.settings, self.feeding

        def draws() -> Draw:
            tried = Library(share_of(Library.kept(self.folder / "tried", self._kept["tried"]).films))
            grounder = self.grounder().to(feeding.device)
            guesses = collect_guesses(grounder, tried, settings.seed)
            sights = look_closer(guesses, self.learner, feeding)
            guesses += self._of_grounder(grounder)
            report(f"verifier: {len(guesses)} guesses for each process")
            return verifier_lessons(self.learner.words, guesses, sights, feeding.scale)

        return self._role("verifier", 4, settings.verifier_steps, draws)

    def answerer(self) -> Learner:
        """The answerer's adapter, in the windows of what the finished grounder finds."""
        feeding = self.feeding

        def draws() -> Draw:
            found = first_found(self._of_grounder(self.grounder().to(feeding.device)))
            return answerer_lessons(self.learner.words, self._films(), feeding.scale, found)

        return self._role("answerer", 5, self.settings.answerer_steps, draws)

    def _of_grounder(self, grounder: Learner) -> list[Guess]:
        if self._guesses is None:
            self._guesses = self._known_guesses(grounder)
        return self._guesses

    def _known_guesses(self, grounder: Learner) -> list[Guess]:
        """What is found in films that were learned from; each process tries its share of them."""
        settings, films = self.settings, self._films().films
        known = random.Random(settings.seed).sample(films, min(settings.known_guess_films, len(films)))
        return collect_guesses(grounder, Library(share_of(known)), settings.seed)

    def _draws(self, lessons: Callable[[Words, Library, int], Draw]) -> Callable[[], Draw]:
        return lambda: lessons(self.learner.words, self._films(), self.feeding.scale)

    def _films(self) -> Library:
        if self._library is None:
            self._library = Library.kept(self.folder / "films", self._kept["films"])
        return self._library

    @property
    def _kept(self) -> dict[str, range]:
        """Seeds of the films that are learned from, and of those that the grounder is tried on."""
        count = self.settings.films
        return {"films": range(count), "tried": range(count, count + self.settings.guess_films)}

    def _role(self, role: str, offset: int, steps: int, draws: Callable[[], Draw]) -> Learner:
        learner = with_adapter(self.learner, self.settings.seed + offset)
        if steps_done(self.folder / f"{role}.pt") < steps:
            train_role(learner, role, draws(), self.folder, steps, self.settings.seed, self.feeding)
        else:
            load_role(learner, role, self.folder)
        return learner

    def publish(self) -> None:
        """The result in the published layout, in `checkpoint/`."""
        if rank() > 0:
            return
        trained = {
            "planner": self.planner(),
            "grounder": self.grounder(),
            "verifier": self.verifier(),
            "answerer": self.answerer(),
        }
        adapters = {role: adapter_of(learner.to(torch.device("cpu"))) for role, learner in trained.items()}
        head, network = trained["grounder"].head, self.learner.to(torch.device("cpu")).network
        publish(self.folder / "checkpoint", network, head, adapters, self.tokenizer, RANK, ALPHA)

    def _freeze_eyes(self) -> None:
        for parameter in self.learner.network.model.visual.parameters():
            parameter.requires_grad_(False)

    def _facts(self) -> Facts:
        device = self.feeding.device
        # `platform` knows no name of it on Linux.
        processor = torch.cpu.get_capabilities().get("cpu_name") or platform.machine()
        machine = torch.cuda.get_device_name(device) if device.type == "cuda" else processor
        facts: Facts = {"machine": machine, "torch": torch.__version__, "processes": size()}
        return facts | {"threads": torch.get_num_threads(), "seed": self.settings.seed}


def run(config: Path, overrides: list[str]) -> None:
    """Runs what is not done yet.

    Raises:
        TrainingError: CHECKPOINT_INVALID, CONFIG_INVALID, DISK_FULL, LOSS_NOT_FINITE, OUTPUT_UNWRITABLE, PROCESS_LOST,
            RESUME_MISMATCH.
    """
    settings = read_settings(config, overrides)
    recipe = Recipe(settings)
    with team_of(settings.processes, partial(take_part, settings)):
        recipe.run()


def take_part(settings: DemoSettings) -> None:
    """What another process of the team does: the same."""
    Recipe(settings).run()
