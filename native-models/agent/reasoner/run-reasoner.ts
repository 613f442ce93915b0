import type { ReasonerSettings } from '../../checkpoints/manifest.ts';
import type { PromptedModel } from '../../checkpoints/package-outline.ts';
import type { Subtitle } from '../../media/subtitles/subtitle.ts';
import { EngineError } from '../../protocol/errors.ts';
import { reasonerRequestSchema } from '../../protocol/reasoner-request.ts';
import type { ReasonerRequest } from '../../protocol/reasoner-request.ts';
import type { Candidate, Moment, ReasonedReply, SaidMoment, ToolTurn } from '../../protocol/run-record.ts';
import type { RunTrace, ToolStop } from '../../protocol/run-trace.ts';
import { maxSubtitleLines, subtitleText } from '../prompts/subtitle-lines.ts';
import { ground } from '../roles/grounder.ts';
import { settleBounds } from '../roles/settle-bounds.ts';
import { verify } from '../roles/verifier.ts';
import type { Run, Workspace } from '../run.ts';
import { verifierWindow } from '../shown/spans.ts';
import { reasonerBudget } from './budget.ts';
import { reason } from './reason.ts';
import type { Reasoned, Subject } from './reason.ts';
import { chooseReasonerClip } from './reasoner-clip.ts';
import { reasonWithTools } from './tools/reason-with-tools.ts';
import type { ReasonedWithTools, ToolSubject } from './tools/reason-with-tools.ts';

/** What came out of a run with a model that reasons aloud. */
export interface ReasonerResult {
  /** Moments that a VideoMind package judged or found, best first. */
  readonly candidates: Candidate[];
  readonly reply: ReasonedReply;
  /** What was said of all that was asked about, where the reply rests on the verified moment only. */
  readonly firstReply?: ReasonedReply;
  readonly trace: RunTrace;
  /** Of a model that calls tools: the replies of the run that the reply comes from, and why no other followed. */
  readonly turns?: readonly ToolTurn[] | undefined;
  readonly stop?: ToolStop | undefined;
}

/**
 * A model that reasons aloud, and, where the request wants it, a VideoMind package beside it:
 *
 *     question ─► reasoner ─► said times ─► verifier ─► (reasoner again, on the best moment only)
 *     question ─► grounder ─► verifier ─► reasoner, on the best moment or on everything
 *
 * The two work one after the other; both stay in memory.
 */
export async function runReasoner(
  run: Run,
  settings: ReasonerSettings,
  subtitles: readonly Subtitle[],
  videoMind: Workspace | undefined,
): Promise<ReasonerResult> {
  const asked = askedOf(run);
  const reasonOn = (moment: Moment | undefined): Promise<Spoken> => {
    const { tools } = asked;
    if (tools !== undefined) {
      const subject = toolSubjectOf(run, moment);
      run.journal.emit({ type: 'answering', span: subject.span });
      const askedTools = { ...asked, tools };
      return run.journal.time('reasoner', () =>
        reasonWithTools(run, settings, askedTools, subject, subtitles, videoMind),
      );
    }
    const subject = subjectOf(run, settings, asked, moment);
    run.journal.emit({ type: 'answering', span: subject.span });
    const lines = spokenLines(run, subtitles, subject.span);
    return run.journal.time('reasoner', () => reason(run, settings, asked, subject, lines));
  };
  const { verification } = asked;
  if (verification === undefined || videoMind === undefined) {
    const { reply, trace, turns, stop } = await reasonOn(undefined);
    return { candidates: [], reply, trace: { reasoner: trace }, turns, stop };
  }
  const judgeRun = { ...run, ...videoMind };
  const fromMoment = verification.answerFrom === 'moment';
  if (verification.candidates === 'grounded') {
    const { candidates, trace } = await findCandidates(judgeRun);
    const reasoned = await reasonOn(fromMoment ? candidates[0] : undefined);
    const { reply, turns, stop } = reasoned;
    return { candidates, reply, trace: { ...trace, reasoner: reasoned.trace }, turns, stop };
  }
  const first = await reasonOn(undefined);
  const { candidates, trace } = await judgeMoments(judgeRun, first.reply.moments);
  const whole = { ...trace, reasoner: first.trace };
  const [best] = candidates;
  if (!fromMoment || best === undefined) {
    const { turns, stop } = first;
    return { candidates, reply: withScores(first.reply, candidates), trace: whole, turns, stop };
  }
  const second = await reasonOn(best);
  return {
    candidates,
    reply: second.reply,
    firstReply: withScores(first.reply, candidates),
    trace: { ...whole, reasonerOnMoment: second.trace },
    turns: second.turns,
    stop: second.stop,
  };
}

/** What was said, with tools or without. */
type Spoken = (Reasoned & Partial<Pick<ReasonedWithTools, 'turns' | 'stop'>>) | ReasonedWithTools;

/** The reasoner's share of a request, with defaults where it has none. */
export function askedOf({ request }: Pick<Run, 'request'>): ReasonerRequest {
  return request.reasoner ?? reasonerRequestSchema.parse({});
}

/** The same for a model that calls tools. */
function toolSubjectOf({ bounds, request }: Run, moment: Moment | undefined): ToolSubject {
  if (moment !== undefined) return { span: verifierWindow(moment, bounds).span, isPart: true };
  return { span: bounds, isPart: request.startSec !== undefined || request.endSec !== undefined };
}

/** All that the run looks at, or a moment of it, at least as long as a verifier looks at. */
function subjectOf(
  { model, video, bounds, request }: Run,
  settings: ReasonerSettings,
  asked: ReasonerRequest,
  moment: Moment | undefined,
): Subject {
  const budget = reasonerBudget(settings, asked);
  if (moment !== undefined) {
    const { span } = verifierWindow(moment, bounds);
    return { span, clip: chooseReasonerClip(model, video, span, budget) };
  }
  // Without a range the reader is given none: the ends of one are rounded otherwise.
  const hasRange = request.startSec !== undefined || request.endSec !== undefined;
  return { span: bounds, clip: chooseReasonerClip(model, video, hasRange ? bounds : {}, budget) };
}

function spokenLines({ journal }: Run, subtitles: readonly Subtitle[], span: Moment): string {
  const { text, leftOut } = subtitleText(subtitles, span);
  if (leftOut > 0) {
    journal.warn({
      code: 'SUBTITLES_CUT',
      message: `The model read the first ${maxSubtitleLines} lines of subtitles; ${leftOut} more in this part were left out.`,
    });
  }
  return text;
}

type Judged = { readonly candidates: Candidate[]; readonly trace: RunTrace };

/** What the package's grounder finds for the question, judged by its verifier. */
async function findCandidates(run: Run): Promise<Judged> {
  const grounding = await run.journal.time('grounder', () => ground(run, run.request.question));
  if (grounding.candidates.length < 2) {
    return ranked(run, { candidates: grounding.candidates, trace: { grounder: grounding.trace } });
  }
  const verification = await run.journal.time('verifier', () => verify(run, grounding.candidates));
  return ranked(run, {
    candidates: settleBounds(verification.candidates, run.model.promptSet.boundsSharpness),
    trace: { grounder: grounding.trace, verifier: verification.trace },
  });
}

/** As many of the moments as the request has candidates, judged by the package's verifier. */
async function judgeMoments(run: Run, moments: readonly SaidMoment[]): Promise<Judged> {
  const said = moments
    .slice(0, run.request.candidates)
    .map(({ startSec, endSec }) => ({ startSec, endSec, confidence: 0 }));
  if (said.length === 0) {
    run.journal.warn({
      code: 'NO_MOMENT_SAID',
      message: 'The reply names no time of the video, so there was nothing to verify.',
    });
    return { candidates: [], trace: {} };
  }
  const { candidates, trace } = await run.journal.time('verifier', () => verify(run, said));
  return ranked(run, { candidates, trace: { verifier: trace } });
}

function ranked({ journal }: Run, judged: Judged): Judged {
  const { candidates } = judged;
  const [best] = candidates;
  if (best !== undefined) {
    const { startSec, endSec } = best;
    journal.emit({ type: 'ranked', candidates, moment: { startSec, endSec } });
  }
  return judged;
}

function withScores(reply: ReasonedReply, candidates: readonly Candidate[]): ReasonedReply {
  const scoreOf = ({ startSec, endSec }: Moment) =>
    candidates.find((candidate) => candidate.startSec === startSec && candidate.endSec === endSec)
      ?.verifierScore;
  const moments = reply.moments.map((moment): SaidMoment => {
    const verifierScore = scoreOf(moment);
    return verifierScore === undefined ? moment : { ...moment, verifierScore };
  });
  return { ...reply, moments };
}

/** Refuses a package that cannot do what it is to do for a reasoner. @throws EngineError ROLES_INVALID */
export function requireVideoMind(
  { model }: { readonly model: Pick<PromptedModel, 'path' | 'roles'> },
  candidates: 'said' | 'grounded',
): void {
  const needed = candidates === 'said' ? (['verifier'] as const) : (['grounder', 'verifier'] as const);
  const missing = needed.filter((role) => !model.roles.includes(role));
  if (missing.length === 0) return;
  throw new EngineError('ROLES_INVALID', `${model.path} has no ${missing.join(' and no ')}.`, {
    remedy: 'Name a VideoMind package that has them, imported with --adapters.',
  });
}
