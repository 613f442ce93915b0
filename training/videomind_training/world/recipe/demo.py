"""`train demo`: the whole recipe. Each stage resumes where it was stopped, and is skipped once it is done."""

from __future__ import annotations

import json
import platform
import random
import time
from collections.abc import Callable
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from videomind_training.network.grounding_head import GroundingHead, HeadSizes

from .base import Learner, Library, begin_by_likeness, train_base
from .checkpoints import load_stage, save_stage, steps_done
from .eyes import train_eyes
from .imagined import ImaginedLibrary, align_tower
from .matcher import Matcher
from .network import LinearPatches, Sizes, build_network, network_config
from .publish import publish
from .roles import (
    ALPHA,
    RANK,
    adapter_of,
    answerer_loss,
    collect_guesses,
    grounder_loss,
    load_role,
    planner_loss,
    train_role,
    verifier_loss,
    with_adapter,
)
from .rows import Words
from .seen import keep_films
from .settings import DemoSettings, read_settings
from .words import BASE_TOKENS, ROLE_TOKENS, VOCABULARY, build_tokenizer

HEAD_WIDTH, HEAD_INTERMEDIATE = 128, 384


def new_learner(tokenizer: Tokenizer, seed: int) -> Learner:
    """Network, head and matcher with fresh weights; the vision tower is frozen."""
    sizes = Sizes()
    ids = {token: tokenizer.token_to_id(token) for token in BASE_TOKENS + ROLE_TOKENS}
    network = build_network(network_config(VOCABULARY, ids, sizes), seed)
    network.model.visual.patch_embed = LinearPatches(network.model.visual.patch_embed)
    torch.manual_seed(seed)
    head = GroundingHead(HeadSizes(sizes.hidden, HEAD_WIDTH, HEAD_INTERMEDIATE, layers=3, levels=4))
    begin_by_likeness(head)
    return Learner(network, head, Matcher(sizes.hidden), Words(tokenizer))


class Recipe:
    """The stages over one folder."""

    def __init__(self, settings: DemoSettings) -> None:
        self.settings, self.folder = settings, settings.output
        self.folder.mkdir(parents=True, exist_ok=True)
        torch.set_num_threads(settings.threads)
        path = self.folder / "tokenizer.json"
        if not path.exists():
            build_tokenizer(settings.seed).save(str(path))
        self.tokenizer = Tokenizer.from_file(str(path))
        self.learner = new_learner(self.tokenizer, settings.seed)

    def run(self) -> None:
        """All stages, in order."""
        roles = (self.planner, self.grounder, self.verifier, self.answerer)
        for stage in (self.eyes, self.practise, self.align, self.keep, self.base, *roles, self.publish):
            started = time.time()
            stage()
            self._log(stage.__name__, time.time() - started)

    def eyes(self) -> None:
        """The vision tower on single pairs."""
        train_eyes(self.learner.network, self.folder, self.settings.eyes_steps, self.settings.seed, self.settings.eyes_pairs)

    def practise(self) -> None:
        """Base and head on imagined sight."""
        self._freeze_eyes()
        hidden = self.learner.network.config.text_config.hidden_size
        films = ImaginedLibrary(hidden, count=self.settings.practice_films)
        steps, seed = self.settings.practice_steps, self.settings.seed
        train_base(self.learner, films, self.folder, steps, seed, name="practice")

    def align(self) -> None:
        """The tower learns to speak the code that the base has practised on."""
        tower, path = self.learner.network.model.visual, self.folder / "aligned.pt"
        if load_stage(path, {"tower": tower}) == 0:
            share = align_tower(tower, self.settings.seed, self.settings.align_batches)
            print(f"align: the tokens have {share:.3f} of the code's variance", flush=True)
            save_stage(path, 1, {"tower": tower})

    def keep(self) -> None:
        """Looks at the training films once."""
        keep_films(self.folder / "films", self.learner.network.model.visual, 0, self.settings.films)

    def base(self) -> None:
        """Base and head on what the eyes see."""
        train_base(
            self.learner,
            Library(self.folder / "films"),
            self.folder,
            self.settings.base_steps,
            self.settings.seed + 1,
            from_short=False,
        )

    def planner(self) -> Learner:
        """The planner's adapter."""
        return self._role("planner", 2, self.settings.planner_steps, planner_loss)

    def grounder(self) -> Learner:
        """The grounder's adapter, and the head."""
        return self._role("grounder", 3, self.settings.grounder_steps, grounder_loss)

    def verifier(self) -> Learner:
        """The verifier's adapter, on what the finished grounder finds."""
        settings = self.settings

        def loss(learner: Learner, library: Library) -> Callable[[random.Random], Tensor]:
            return verifier_loss(learner, collect_guesses(self.grounder(), library, settings.seed, settings.guess_films))

        return self._role("verifier", 4, settings.verifier_steps, loss)

    def answerer(self) -> Learner:
        """The answerer's adapter."""
        return self._role("answerer", 5, self.settings.answerer_steps, answerer_loss)

    def _role(
        self, role: str, offset: int, steps: int, loss: Callable[[Learner, Library], Callable[[random.Random], Tensor]]
    ) -> Learner:
        learner = with_adapter(self.learner, self.settings.seed + offset)
        if steps_done(self.folder / f"{role}.pt") < steps:
            library = Library(self.folder / "films")
            library.refresh()
            train_role(learner, role, loss(learner, library), self.folder, steps, self.settings.seed)
        else:
            load_role(learner, role, self.folder)
        return learner

    def publish(self) -> None:
        """The result in the published layout, in `checkpoint/`."""
        trained = {
            "planner": self.planner(),
            "grounder": self.grounder(),
            "verifier": self.verifier(),
            "answerer": self.answerer(),
        }
        adapters = {role: adapter_of(learner) for role, learner in trained.items()}
        head = trained["grounder"].head
        publish(self.folder / "checkpoint", self.learner.network, head, adapters, self.tokenizer, RANK, ALPHA)

    def _freeze_eyes(self) -> None:
        for parameter in self.learner.network.model.visual.parameters():
            parameter.requires_grad_(False)

    def _log(self, stage: str, seconds: float) -> None:
        line = {"stage": stage, "seconds": round(seconds), "machine": platform.processor(), "torch": torch.__version__}
        with (self.folder / "stages.jsonl").open("a") as file:
            file.write(json.dumps({**line, "threads": torch.get_num_threads(), "seed": self.settings.seed}) + "\n")


def run(config: Path, overrides: list[str]) -> None:
    """Runs what is not done yet."""
    Recipe(read_settings(config, overrides)).run()
