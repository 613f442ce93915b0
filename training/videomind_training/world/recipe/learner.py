"""What learns, and the losses that it learns by. All of them stay on the device until a line of the log is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn import functional
from transformers import Qwen2VLForConditionalGeneration

from videomind_training.losses.grounding import GroundingLossSettings, GroundingTargets, losses_against
from videomind_training.network.grounding_head import GroundingHead, HeadOutput

from ..candidates import POSITIVE
from .answers import Answers, answer_batch
from .batch import Batch
from .lessons import Lesson, Looked
from .matcher import Matcher
from .rows import Words

LOSSES = GroundingLossSettings(classification=1.0, regression=1.0, contrastive=0.1)
"""The published losses; from scratch, more weight for the contrast and less for the classes learns sooner."""

FINENESS = 0.1
"""Of two candidates, the one that overlaps by this much more is to be e times as likely the first."""


@torch.no_grad()
def begin_by_likeness(head: GroundingHead) -> None:
    """Starts a head in which what is alike attends to each other: query and frames are read by the same projection."""
    head.reg_proj.load_state_dict(head.vis_proj.state_dict())
    for layer in head.vis_fuse:
        layer.self_att.k.load_state_dict(layer.self_att.q.state_dict())


@dataclass
class Learner:
    """What learns: the network, the head and the matcher, with the words."""

    network: Qwen2VLForConditionalGeneration
    head: GroundingHead
    matcher: Matcher
    words: Words
    figures: dict[str, list[Tensor]] = field(default_factory=dict)

    @property
    def device(self) -> torch.device:
        """Where it learns."""
        return self.network.device

    def to(self, device: torch.device) -> Learner:
        """Moves it."""
        for part in (self.network, self.head, self.matcher):
            part.to(device)
        return self

    def note(self, name: str, value: Tensor) -> None:
        """Adds to the figures of the log's next line."""
        self.figures.setdefault(name, []).append(value.detach())

    def line(self) -> str:
        """The mean of the figures since the last line."""
        means = {name: float(torch.stack(values).float().mean()) for name, values in sorted(self.figures.items())}
        self.figures.clear()
        return " ".join(f"{name} {mean:.3f}" for name, mean in means.items())

    def loss(self, lesson: Lesson) -> Tensor:
        """Loss of a lesson, which is on this learner's device."""
        answers = answer_batch(self.network, lesson.batch)
        taught = self._taught(answers, lesson.batch, lesson.kind)
        if lesson.kind == "n":
            # Understanding what is asked, without a film to look through: many for the price of a few.
            return taught
        if lesson.kind == "g":
            self.note("g-say", answers.loss.mean())
            return answers.loss.mean() + taught + self._grounded(answers, lesson)
        return self._spoken(answers, lesson.batch, lesson.kind) + taught

    def _grounded(self, answers: Answers, lesson: Lesson) -> Tensor:
        total = answers.loss.new_zeros(())
        films = sum(len(looked.rows) for looked in lesson.looked)
        for looked in lesson.looked:
            total = total + self._looked(answers, looked) * (len(looked.rows) / films)
        return total

    def _looked(self, answers: Answers, looked: Looked) -> Tensor:
        """Loss of queries about films of one length."""
        pairs = looked.labels.shape[1]
        films, queries = answers.frames[looked.rows, :pairs], answers.last[looked.queries]
        matches = self.matcher(films, queries, looked.owners)
        shown = looked.shown.float()
        match = functional.binary_cross_entropy_with_logits(matches, shown, pos_weight=matches.new_full((), 3.0))
        moments = self.matcher.moments(queries, (looked.moments * pairs).long())
        named = self.matcher.names(queries, looked.events.float()) + self.matcher.names(films, looked.labels.float())
        # Matching is cheap and teaches the decoder; the head, which costs more, learns from some of the queries.
        chosen = looked.headed
        output: HeadOutput = self.head(films[looked.owners[chosen]], queries[chosen])
        targets = GroundingTargets(looked.positive, looked.offsets, looked.inside[chosen])
        losses = {name: loss.mean() for name, loss in losses_against(output, targets, LOSSES).items()}
        for name, loss in losses.items():
            self.note(f"g-{name[:5]}", loss)
        self.note("g-match", match)
        self.note("g-named", named)
        self.note("g-moments", moments)
        ious = _best_overlaps(output, looked)
        self.note("g-iou", ious.mean())
        self.note("g-r5", (ious >= 0.5).float().mean())
        self.note("g-r7", (ious >= 0.7).float().mean())
        return (
            LOSSES.classification * losses["classification"]
            + LOSSES.regression * losses["regression"]
            + LOSSES.contrastive * losses["contrastive"]
            + match
            + 0.5 * named
            + 0.15 * moments
        )

    def _taught(self, answers: Answers, batch: Batch, name: str) -> Tensor:
        """Loss of what is to be known halfway, and of where to look."""
        total = answers.loss.new_zeros(())
        if len(batch.meaning_of) > 0:
            states, meanings = self._where(answers.halfway, batch, batch.meaning_of, batch.meanings, name)
            meant = self.matcher.meanings(states, meanings.float())
            self.note(f"{name}-meant", meant)
            total = total + 0.4 * meant
        if len(batch.found_of) > 0:
            states, founds = self._where(answers.looked, batch, batch.found_of, batch.founds, name)
            found = self.matcher.founds(states, founds.float())
            self.note(f"{name}-found", found)
            total = total + 0.4 * found
        if len(batch.relation_of) > 0:
            related = self.matcher.relations(answers.last[batch.relation_of], batch.relations.float())
            self.note(f"{name}-related", related)
            total = total + 0.4 * related
        looks = {"look": answers.looking, "aim": answers.aiming, "take": answers.taking}
        looks |= {"edge": answers.edging, "aim-edge": answers.aim_edging}
        for kind, losses in looks.items():
            if len(losses) > 0:
                self.note(f"{name}-{kind}", losses.mean())
                total = total + 0.3 * losses.mean()
        if len(batch.running_at) > 0:
            running = self.matcher.running(answers.halfway[batch.running_at], batch.running.float())
            self.note(f"{name}-running", running)
            total = total + 0.3 * running
        if len(batch.marked_at) > 0:
            parts = self.matcher.parts(answers.halfway[batch.marked_at], batch.parts)
            self.note(f"{name}-parts", parts)
            total = total + 0.5 * parts
        numbers = self.matcher.numbers(answers.halfway[batch.numbered_at], batch.numbers)
        self.note(f"{name}-numbers", numbers)
        total = total + numbers
        if len(batch.bounds_of) > 0:
            bounds = self.matcher.bounds(*self._where(answers.looked, batch, batch.bounds_of, batch.bounds, name))
            self.note(f"{name}-bounds", bounds)
            total = total + 0.2 * bounds
        return total

    def _where(self, states: Tensor, batch: Batch, segments: Tensor, truth: Tensor, name: str) -> tuple[Tensor, Tensor]:
        """States from which segments' replies begin, with what is to be known there.

        In a lesson about moments, the same is to be known where the head's query is taken from: there is one layer left then
        to look for what comes before or after it.
        """
        places = batch.starts_at[segments]
        if name == "g":
            places, truth = torch.cat([places, batch.queries_at[segments]]), torch.cat([truth, truth])
        return states[places], truth

    def _spoken(self, answers: Answers, batch: Batch, name: str) -> Tensor:
        """Loss of replies."""
        loss = answers.loss.mean()
        self.note(f"{name}-loss", loss)
        # A reply's first word decides; the rest is manners.
        self.note(f"{name}-first", answers.hits[batch.firsts].float().mean())
        missed = torch.zeros_like(batch.firsts).index_add(0, batch.segment_of, (~answers.hits).long())
        self.note(f"{name}-whole", (missed == 0).float().mean())
        if name == "p":
            # Most of a plan is brackets: what is not known by heart counts in full.
            loss = answers.loss.sum() / len(batch.firsts) * 0.25
        if name in ("a", "l"):
            loss = loss + answers.loss[batch.firsts].mean()
        return self._judged(answers, batch, name) if len(batch.fit_of) > 0 else loss

    def _judged(self, answers: Answers, batch: Batch, name: str) -> Tensor:
        """Loss of judging candidates: the better the fit, the surer the yes, also among those that are right."""
        fit = self.matcher.fits(answers.ends[batch.fit_of], batch.fits)
        self.note(f"{name}-fit", fit)
        chances = answers.scores[batch.firsts[batch.fit_of]].log_softmax(dim=1)
        yes, no = chances[:, self.words.yes], chances[:, self.words.no]
        overlap = batch.fits[:, 0]
        wanted = ((overlap - 0.15) / 0.75).clamp(0, 1)
        margin = yes - no
        right = (overlap >= POSITIVE).float()
        pairs = right[:, None] * (1 - right)
        above = (margin[:, None] > margin).float() * pairs
        self.note(f"{name}-auroc", above.sum() / pairs.sum().clamp(min=1))
        order = self.ranked(margin, overlap, batch.rivals)
        self.note(f"{name}-order", order)
        return fit + order - (wanted * yes + (1 - wanted) * no).mean()

    def ranked(self, margin: Tensor, overlap: Tensor, rivals: Tensor) -> Tensor:
        """Loss of putting the candidates for one text in order, since the chain takes the first one.

        Args:
            margin: (candidates,), how much surer the yes is than the no.
            overlap: (candidates,), intersection over union with the moment.
            rivals: (candidates,), number of the text that each is judged for; -1 for one without rivals.
        """
        alike = (rivals[:, None] == rivals) & (rivals >= 0)
        listed = (alike.sum(dim=1) > 1).float()
        wanted = (overlap / FINENESS).expand_as(alike).masked_fill(~alike, -1e4).softmax(dim=1)
        given = margin.expand_as(alike).masked_fill(~alike, -1e4).log_softmax(dim=1)
        apart = torch.where(alike, wanted * (wanted.clamp(min=1e-9).log() - given), wanted.new_zeros(())).sum(dim=1)
        # Each list is counted once for each of its candidates: lists of more candidates weigh more.
        return (apart * listed).sum() / listed.sum().clamp(min=1)


def _best_overlaps(output: HeadOutput, looked: Looked) -> Tensor:
    """Intersection over union of each query's best point with its moment."""
    moments, frames = looked.moments[looked.headed], output.frames.shape[1]
    best = output.logits.detach().argmax(dim=1)
    places, strides = looked.points[best].unbind(1)
    offsets = output.offsets.detach()[torch.arange(len(best), device=best.device), best]
    starts = ((places - offsets[:, 0] * strides) / frames).clamp(0, 1)
    ends = ((places + offsets[:, 1] * strides) / frames).clamp(0, 1)
    both = (torch.minimum(ends, moments[:, 1]) - torch.maximum(starts, moments[:, 0])).clamp(min=0)
    either = (ends - starts) + (moments[:, 1] - moments[:, 0]) - both
    return both / either.clamp(min=1e-6)
