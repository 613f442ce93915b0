import type { StoredRunEvent } from '../../../electron/host/contract/runs.ts';
import type { Speaker } from '../../../native-models/protocol/roles.ts';
import type { RunForecast } from '../../../native-models/protocol/run-forecast.ts';
import type { RunEvent } from '../../../native-models/protocol/run-events.ts';
import type {
  Candidate,
  Moment,
  Plan,
  RunWarning,
  SaidMoment,
  SaidPlace,
  ToolCall,
} from '../../../native-models/protocol/run-record.ts';

/** How far a part of a step is. */
export interface Share {
  readonly done: number;
  readonly total: number;
}

/** What a model that calls tools did, piece by piece: it thinks, calls, reads what that gave, and thinks on. */
export type ThoughtPiece =
  | { readonly type: 'reasoning'; readonly turn: number; readonly text: string }
  | {
      readonly type: 'call';
      readonly turn: number;
      readonly index: number;
      readonly name: string;
      readonly arguments: string;
      /** Once it is known. */
      readonly result?: ToolCall;
    };

/** What one role did, as it is shown. */
export interface StepView {
  readonly role: Speaker;
  /** Since the run started. */
  readonly startedMs: number;
  /** Absent while it is at work. */
  readonly endedMs?: number;
  /** The run ended while it was at work: what it would have found is not known. */
  readonly wasStopped?: true;
  readonly frames?: Share;
  readonly prefill?: Share;
  /** The reply so far, as it streams; of a reasoner the answer alone. */
  readonly reply: string;
  /** What a reasoner thinks. */
  readonly reasoning: string;
  /** The same piece by piece, of a model that calls tools; empty for others. */
  readonly pieces: readonly ThoughtPiece[];
}

/** A candidate on its way through the chain, in the grounder's order. */
export interface CandidateView extends Candidate {
  readonly state: 'found' | 'verifying' | 'verified';
}

/** A run as a window shows it, folded from its events: the same for a live run and for a replay. */
export interface RunView {
  /** `seq` of the event that comes next. */
  readonly nextSeq: number;
  /** Time of the last event, since the run started. */
  readonly atMs: number;
  readonly roles: readonly Speaker[];
  readonly durationSec?: number;
  /** How long it will take, where that was measured before. */
  readonly time?: RunForecast;
  readonly warnings: readonly RunWarning[];
  /** In the order in which they began. */
  readonly steps: readonly StepView[];
  readonly plan?: Plan;
  /** What the grounder looks for. */
  readonly query?: string;
  /** False when windows over the video stand in for moments. */
  readonly found?: boolean;
  readonly candidates: readonly CandidateView[];
  /** Windows of a long video that were looked at, in that order, and how many there will be. */
  readonly searched: readonly Moment[];
  readonly searchTotal?: number;
  /** Best first, once all is known. */
  readonly ranked?: readonly Candidate[];
  readonly moment?: Moment;
  /** What the answerer was shown. */
  readonly span?: Moment;
  readonly reasoning?: string;
  readonly saidMoments: readonly SaidMoment[];
  readonly saidPlaces: readonly SaidPlace[];
  readonly answer?: { readonly text: string; readonly option?: string };
}

/** Before the first event. */
export const emptyRunView: RunView = {
  nextSeq: 0,
  atMs: 0,
  roles: [],
  warnings: [],
  steps: [],
  candidates: [],
  searched: [],
  saidMoments: [],
  saidPlaces: [],
};

/**
 * The view after more events. Events that were folded already are passed over; at a gap it stops (the view's `nextSeq`
 * then says from where to ask again).
 */
export function foldRunEvents(view: RunView, events: readonly StoredRunEvent[]): RunView {
  let folded = view;
  for (const { seq, atMs, event } of events) {
    if (seq < folded.nextSeq) continue;
    if (seq > folded.nextSeq) break;
    folded = { ...foldEvent(folded, event, atMs), nextSeq: seq + 1, atMs };
  }
  return folded;
}

/** A view where it has anything to tell: of a run that is over and whose events are not here, the record tells instead. */
export function tellingView(view: RunView | undefined, isActive: boolean): RunView | undefined {
  return view?.nextSeq === 0 && !isActive ? undefined : view;
}

/** True when the events do not follow on the view: some are missing in between. */
export function hasGap(view: RunView, events: readonly StoredRunEvent[]): boolean {
  const [first] = events;
  return first !== undefined && first.seq > view.nextSeq;
}

/** A view whose run has ended, in whatever way: nothing in it is at work any more. */
export function endRunView(view: RunView): RunView {
  const last = view.steps.at(-1);
  const ended = endSteps(view, view.atMs);
  const stopped = ended.steps.at(-1);
  const closed: RunView =
    last === undefined || stopped === undefined || last.endedMs !== undefined
      ? ended
      : { ...ended, steps: [...ended.steps.slice(0, -1), { ...stopped, wasStopped: true }] };
  if (closed.candidates.every(({ state }) => state !== 'verifying')) return closed;
  return {
    ...closed,
    candidates: closed.candidates.map((candidate) =>
      candidate.state === 'verifying' ? { ...candidate, state: 'found' } : candidate,
    ),
  };
}

function foldEvent(view: RunView, event: RunEvent, atMs: number): RunView {
  switch (event.type) {
    case 'started':
      return {
        ...{ ...view, roles: event.roles, durationSec: event.durationSec },
        ...(event.time === undefined ? {} : { time: event.time }),
      };
    case 'warning':
      return { ...view, warnings: [...view.warnings, event.warning] };
    case 'progress':
      return changeStep(view, event.role, atMs, (step) => ({
        ...step,
        [event.stage]: { done: event.done, total: event.total },
      }));
    case 'token':
      return changeStep(view, event.role, atMs, (step) => withToken(step, event));
    case 'calling': {
      const { turn, index, name } = event;
      const piece: ThoughtPiece = { type: 'call', turn, index, name, arguments: event.arguments };
      return changeStep(view, 'reasoner', atMs, (step) => ({ ...step, pieces: [...step.pieces, piece] }));
    }
    case 'called':
      return changeStep(view, 'reasoner', atMs, (step) => ({
        ...step,
        pieces: step.pieces.map((piece) =>
          piece.type === 'call' && piece.turn === event.turn && piece.index === event.index
            ? { ...piece, result: event.call }
            : piece,
        ),
      }));
    case 'planning':
      return beginStep(view, 'planner', atMs);
    case 'planned':
      return { ...endSteps(view, atMs), plan: event.plan };
    case 'grounding':
      return { ...beginStep(view, 'grounder', atMs), query: event.query };
    case 'grounded':
      return {
        ...endSteps(view, atMs),
        found: event.found,
        candidates: event.candidates.map((candidate) => ({ ...candidate, state: 'found' })),
      };
    case 'searched':
      return {
        // The next window's reply is another one.
        ...changeStep(view, 'grounder', atMs, (step) => ({ ...step, reply: '' })),
        searched: [...view.searched, event.window],
        searchTotal: event.total,
        candidates: event.candidates.map((candidate) => ({ ...candidate, state: 'found' })),
      };
    case 'verifying':
      return withCandidate(beginStep(view, 'verifier', atMs), event.index, (candidate) => ({
        ...candidate,
        state: 'verifying',
      }));
    case 'verified':
      return withCandidate(withClaim(view, event.candidate), event.index, () => ({
        ...event.candidate,
        state: 'verified',
      }));
    case 'ranked':
      return { ...endSteps(view, atMs), ranked: event.candidates, moment: event.moment };
    case 'answering':
      // A reasoner says so too, of the stretch that it is asked about again.
      return view.roles.includes('answerer')
        ? { ...beginStep(view, 'answerer', atMs), span: event.span }
        : { ...view, span: event.span };
    case 'reasoned':
      return {
        ...{ ...endSteps(view, atMs), reasoning: event.reasoning },
        ...{ saidMoments: event.moments, saidPlaces: event.places ?? [] },
      };
    case 'answered': {
      const { text, option } = event;
      return {
        ...endSteps(view, atMs),
        answer: { text, ...(option === undefined ? {} : { option }) },
      };
    }
  }
}

/** What a verifier thinks of a moment that the model named. */
function withClaim(view: RunView, { startSec, endSec, verifierScore }: Candidate): RunView {
  if (verifierScore === undefined) return view;
  const saidMoments = view.saidMoments.map((moment) =>
    moment.startSec === startSec && moment.endSec === endSec ? { ...moment, verifierScore } : moment,
  );
  return { ...view, saidMoments };
}

/** A piece of a reply, put to what it belongs to; the text of a call is shown once the call is known. */
function withToken(step: StepView, { part, text, turn }: Extract<RunEvent, { type: 'token' }>): StepView {
  if (part === 'call') return step;
  if (part !== 'reasoning') return { ...step, reply: step.reply + text };
  const thought = { ...step, reasoning: step.reasoning + text };
  if (turn === undefined) return thought;
  const last = step.pieces.at(-1);
  if (last?.type === 'reasoning' && last.turn === turn)
    return { ...thought, pieces: [...step.pieces.slice(0, -1), { ...last, text: last.text + text }] };
  // Between what two replies think, words stand apart.
  const reasoning = step.reasoning === '' ? text : `${step.reasoning}\n\n${text}`;
  return { ...thought, reasoning, pieces: [...step.pieces, { type: 'reasoning', turn, text }] };
}

/** The role's step at work; a new one begins where there is none, and ends those before it. */
function beginStep(view: RunView, role: Speaker, atMs: number): RunView {
  const last = view.steps.at(-1);
  if (last?.role === role && last.endedMs === undefined) return view;
  const ended = endSteps(view, atMs);
  return {
    ...ended,
    steps: [...ended.steps, { role, startedMs: atMs, reply: '', reasoning: '', pieces: [] }],
  };
}

function changeStep(
  view: RunView,
  role: Speaker,
  atMs: number,
  change: (step: StepView) => StepView,
): RunView {
  const begun = beginStep(view, role, atMs);
  const last = begun.steps.at(-1);
  return last === undefined ? begun : { ...begun, steps: [...begun.steps.slice(0, -1), change(last)] };
}

function endSteps(view: RunView, atMs: number): RunView {
  const last = view.steps.at(-1);
  if (last === undefined || last.endedMs !== undefined) return view;
  return { ...view, steps: [...view.steps.slice(0, -1), { ...last, endedMs: atMs }] };
}

function withCandidate(
  view: RunView,
  index: number,
  change: (candidate: CandidateView) => CandidateView,
): RunView {
  if (view.candidates[index] === undefined) return view;
  return {
    ...view,
    candidates: view.candidates.map((candidate, at) => (at === index ? change(candidate) : candidate)),
  };
}
