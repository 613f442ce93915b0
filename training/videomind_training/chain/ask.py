"""Asks a checkpoint in PyTorch: planner, grounder, verifier, answerer."""

from dataclasses import dataclass, field

import torch
from torch import Tensor

from videomind_training.chain.candidates import Candidate, settle_bounds
from videomind_training.chain.spans import (
    Span,
    bound_span,
    place_in_window,
    verifier_window,
    windows_without_moment,
)
from videomind_training.checkpoints.read_checkpoint import Checkpoint
from videomind_training.errors import TrainingError
from videomind_training.media.frames import ClipPlan, plan_clip, read_frames
from videomind_training.media.video import Video
from videomind_training.network.batch import Clip
from videomind_training.network.generation import Prompt, Reply, generate, prefill
from videomind_training.network.moments import select_moments
from videomind_training.prompts.prompt_set import Role
from videomind_training.prompts.role_words import (
    Plan,
    Words,
    answerer_words,
    normalize_query,
    parse_plan,
    planner_words,
    query_words,
)


@dataclass(frozen=True)
class Shown:
    """What a role was shown and told."""

    plan: ClipPlan
    text: str
    prompt: Prompt


@dataclass(frozen=True)
class Judgement:
    """What the verifier thinks of one candidate."""

    shown: Shown
    span: Span
    window: Span
    yes_logit: float
    no_logit: float
    score: float


@dataclass(frozen=True)
class Grounding:
    """What the grounder found: all rows in shares of the video, and the moments in seconds."""

    shown: Shown
    reply: Reply
    rows: Tensor
    saliency: Tensor
    candidates: list[Candidate]


@dataclass
class Answer:
    """What the chain says; parts that did not run are None."""

    plan: Plan | None = None
    plan_reply: str | None = None
    grounding: Grounding | None = None
    judgements: list[Judgement] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    span: Span | None = None
    text: str | None = None


class Chain:
    """The roles of a checkpoint over one video after another.

    Args:
        checkpoint: opened with the adapters of the roles that shall run.
        candidates: how many moments are verified.
        max_new_tokens: of each role.
    """

    def __init__(self, checkpoint: Checkpoint, candidates: int = 5, max_new_tokens: int = 256) -> None:
        self.network = checkpoint.network
        self.writer = checkpoint.writer
        self.roles = checkpoint.roles
        self.candidates = candidates
        self.max_new_tokens = max_new_tokens

    def ask(self, video: Video, question: str, options: list[str] | None = None, answers: bool = True) -> Answer:
        """Runs all roles that the checkpoint has. `answers=False` only finds the moment."""
        answer = Answer()
        query, grounds = question, "grounder" in self.roles
        if "planner" in self.roles and grounds:
            answer.plan_reply = self.plan(video, question)[1]
            answer.plan = parse_plan(answer.plan_reply, question, may_answer_directly=answers)
            query, grounds = answer.plan.query, answer.plan.grounding
        if grounds:
            answer.grounding = self.ground(video, query)
            answer.candidates = answer.grounding.candidates[: self.candidates]
            if "verifier" in self.roles and len(answer.candidates) > 1:
                answer.judgements = [self.verify(video, question, each) for each in answer.candidates]
                judged = [
                    Candidate(each.span, each.confidence, judgement.score)
                    for each, judgement in zip(answer.candidates, answer.judgements, strict=True)
                ]
                answer.candidates = sorted(judged, key=lambda each: -(each.score or 0.0))
        if answers:
            best = answer.candidates[0].span if answer.candidates else None
            answer.span, _, answer.text = self.answer(video, question, options, best)
        if answer.judgements:
            answer.candidates = settle_bounds(answer.candidates, self.writer.prompts.boundsSharpness)
        return answer

    def show(self, role: Role, video: Video, words: Words, span: Span | None = None) -> Shown:
        """Chooses and decodes a role's frames and writes its prompt."""
        budget = self.writer.prompts.budget(role)
        plan = plan_clip(video, budget, *(span or (None, None)), factor=self.writer.family.factor)
        clip = Clip(plan.grid, read_frames(plan), pair_sec=plan.pair_sec)
        written = self.writer.write(words, clip)
        return Shown(plan, written.text, self._prompt(written.token_ids, clip))

    def plan(self, video: Video, question: str) -> tuple[Shown, str]:
        """What the planner says."""
        self.network.speak_as("planner")
        shown = self.show("planner", video, planner_words(self.writer.prompts, question))
        return shown, self._reply_text(shown)

    def ground(self, video: Video, query: str) -> Grounding:
        """Moments of a query, best first."""
        if self.network.head is None:
            raise TrainingError("CHECKPOINT_INVALID", "The checkpoint has no grounding head.")
        self.network.speak_as("grounder")
        shown = self.show("grounder", video, query_words(self.writer.prompts, "grounder", normalize_query(query)))
        reply = generate(self.network, shown.prompt, self.max_new_tokens)
        duration = video.length_sec
        if reply.reg_state is None:
            spans = (
                windows_without_moment(duration) if "verifier" in self.roles and self.candidates > 1 else [(0.0, duration)]
            )
            return Grounding(shown, reply, torch.empty(0, 3), torch.empty(0), [Candidate(span, 0.0) for span in spans])
        ids = shown.prompt.token_ids.to(reply.prefill.states.device)
        frames = self.network.frame_states(ids, reply.prefill.states, shown.prompt.clip.grid)
        with torch.no_grad():
            output = self.network.head(frames[None], reply.reg_state[None].float())
        rows = select_moments(output, self.network.head.sizes.levels)
        candidates = [Candidate(_seconds(video, row), float(row[2])) for row in rows]
        return Grounding(shown, reply, rows, output.logits[0].sigmoid().cpu(), candidates)

    def verify(self, video: Video, question: str, candidate: Candidate) -> Judgement:
        """How sure the verifier is that a candidate is the moment asked for, with the grounder's confidence as far as the
        checkpoint wants it."""
        self.network.speak_as("verifier")
        span, window = verifier_window(candidate.span, video.length_sec)
        shown = self.show("verifier", video, query_words(self.writer.prompts, "verifier", question), window)
        clip = shown.prompt.clip
        places = (place_in_window(time, window) for time in span)
        marked = self.writer.mark_segment(shown.prompt.token_ids.tolist(), *places, clip)
        shown = Shown(shown.plan, shown.text, self._prompt(marked, clip))
        logits = prefill(self.network, shown.prompt).last_logits.float()
        yes, no = (self.writer.tokenizer.token_to_id(word) for word in ("Yes", "No"))
        likely = logits.softmax(dim=0)
        prior = self.writer.prompts.confidenceWeight * candidate.confidence
        score = float(torch.sigmoid(likely[yes] - likely[no] + prior))
        return Judgement(shown, span, window, float(logits[yes]), float(logits[no]), score)

    def answer(self, video: Video, question: str, options: list[str] | None, moment: Span | None) -> tuple[Span, Shown, str]:
        """What the answerer says of a moment, widened, or of the whole video; the span it was shown."""
        self.network.speak_as("answerer")
        duration = video.length_sec
        span = (0.0, duration) if moment is None else bound_span(moment, duration, self.writer.prompts.minAnswerSec)
        shown = self.show("answerer", video, answerer_words(self.writer.prompts, question, options), span)
        return span, shown, self._reply_text(shown)

    def _reply_text(self, shown: Shown) -> str:
        return self.writer.read(generate(self.network, shown.prompt, self.max_new_tokens).token_ids)

    def _prompt(self, token_ids: list[int], clip: Clip) -> Prompt:
        positions, delta = self.writer.positions(token_ids, clip)
        return Prompt(torch.tensor(token_ids), positions, delta, clip)


def _seconds(video: Video, row: Tensor) -> Span:
    """A row's shares as seconds, clamped and in order; at a constant rate in float32, as published code counts."""
    if video.times_sec is None:
        duration = torch.tensor(video.length_sec, dtype=torch.float32)
        times = (row[:2].float() * duration).clamp(min=0).minimum(duration).tolist()
    else:
        times = [video.seconds_at(min(1.0, max(0.0, float(share))) * video.frames) for share in row[:2]]
    return min(times), max(times)
