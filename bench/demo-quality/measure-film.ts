import { candidatesDoubted } from '../../native-models/protocol/run-record.ts';
import type { Candidate, RunRecord } from '../../native-models/protocol/run-record.ts';
import type { Result } from '../../native-models/protocol/methods.ts';
import type { Role } from '../../native-models/protocol/roles.ts';
import { overlap, Share } from './figures.ts';
import type { Film, FilmQuestion, Span } from './held-out-films.ts';

/** Asks one question through the engine. */
export type Asker = (request: {
  readonly videoPath: string;
  readonly question: string;
  readonly options?: readonly string[];
  readonly roles?: Role[];
  readonly startSec?: number;
  readonly endSec?: number;
  readonly trace?: boolean;
}) => Promise<Result<'ask'>>;

/** What is counted over all films. */
export class Tally {
  readonly unverified: number[] = [];
  /** Of the chain's moment. */
  readonly verified: number[] = [];
  /** Of the candidate that comes first in the chain's order, as it was found. */
  readonly ranked: number[] = [];
  /** Of the one that comes first by what the verifier says. */
  readonly verifiedAlone: number[] = [];
  readonly guessed: number[] = [];
  readonly judged: { score: number; right: boolean }[] = [];
  readonly routes = new Share();
  readonly usable = new Share();
  readonly found: number[] = [];
  readonly choice = {
    chain: new Share(),
    whole: new Share(),
    chainLong: new Share(),
    wholeLong: new Share(),
    blind: new Share(),
    instant: new Share(),
  };
  /** How often the verifier takes no candidate for what was asked, where it happens and where it does not. */
  readonly doubted = { present: new Share(), absent: new Share() };
  readonly choiceByKind = new Map<string, Share>();
  /** Questions without options, and those that the whole film answers: through the chain, and by those who see nothing or an instant. */
  readonly open = {
    chain: new Map<string, Share>(),
    blind: new Map<string, Share>(),
    instant: new Map<string, Share>(),
  };
}

/** The share of a kind of questions; a fresh one for a kind that is new. */
function shareOf(shares: Map<string, Share>, kind: string): Share {
  const share = shares.get(kind) ?? new Share();
  shares.set(kind, share);
  return share;
}

/** From here on a film is long, in seconds. */
const longFilmSec = 120;
/** A guess without looking: the middle fifth. */
const blindGuess = [0.4, 0.6] as const;

/**
 * Asks what is measured of one film, questions of these kinds; `grey` is a film of nothing, for the blind baseline,
 * `confidenceWeight` the package's.
 */
export async function measureFilm(
  film: Film,
  grey: string,
  ask: Asker,
  tally: Tally,
  kinds: readonly string[],
  confidenceWeight: number,
): Promise<void> {
  for (const query of film.queries.slice(0, 3)) {
    await measureQuery(film, query, ask, tally, confidenceWeight);
  }
  for (const question of onePerKind(film)) {
    if (kinds.includes(question.kind)) await measureQuestion(film, question, grey, ask, tally);
  }
}

async function measureQuery(
  film: Film,
  { query, span }: Film['queries'][number],
  ask: Asker,
  tally: Tally,
  confidenceWeight: number,
): Promise<void> {
  const request = { videoPath: film.video, question: query, roles: ['grounder', 'verifier'] as Role[] };
  const { record, trace } = await ask({ ...request, trace: true });
  tally.guessed.push(overlap([blindGuess[0] * film.duration, blindGuess[1] * film.duration], span));
  const chosen = overlapOf(record.candidates[0], span);
  tally.doubted.present.add(isDoubted(record));
  if (trace?.verifier === undefined) {
    // One candidate alone is not verified; a package without a verifier has nothing to show of it.
    const those = record.roles.includes('verifier') ? (['verified', 'ranked', 'verifiedAlone'] as const) : [];
    for (const each of ['unverified', ...those] as const) tally[each].push(chosen);
    return;
  }
  const { candidates, ranks } = trace.verifier;
  // What the verifier says, without the grounder's confidence that a package may count with it.
  const judged = candidates.map(({ candidate, score }, index) => ({
    said: Math.log(score / (1 - score)) - confidenceWeight * (trace.grounder?.conf[index] ?? 0),
    overlap: overlap(candidate, span),
  }));
  const bySaid = judged.toSorted((a, b) => b.said - a.said);
  tally.unverified.push(judged[0]?.overlap ?? 0);
  tally.verified.push(chosen);
  tally.ranked.push(judged[ranks[0] ?? 0]?.overlap ?? 0);
  tally.verifiedAlone.push(bySaid[0]?.overlap ?? 0);
  for (const { said, overlap } of judged) tally.judged.push({ score: said, right: overlap >= 0.5 });
}

async function measureQuestion(
  film: Film,
  question: FilmQuestion,
  grey: string,
  ask: Asker,
  tally: Tally,
): Promise<void> {
  const options = question.options.length > 0 ? { options: question.options } : {};
  const asked = { question: question.question, ...options };
  const { record } = await ask({ videoPath: film.video, ...asked });
  tally.routes.add(routeOf(record, question) === question.route);
  if (question.route === 1 || question.route === 3) {
    const best = question.span === null ? 0 : overlapOf(record.candidates[0], question.span);
    tally.usable.add(best >= 0.5);
    tally.found.push(best);
  }
  if (question.kind === 'does' && question.answer === 'no') {
    tally.doubted.absent.add(isDoubted(record));
  }
  if (question.kind === 'when') return;
  const isRight = ({ answer }: RunRecord) =>
    question.options.length === 0
      ? plain(answer?.text) === plain(question.answer)
      : answer?.option === 'ABCDEFGH'.charAt(question.options.indexOf(question.answer));
  const isRightOf = async (request: Parameters<Asker>[0]) => isRight((await ask(request)).record);
  const answering = { ...asked, roles: ['answerer'] as Role[] };
  const blind = await isRightOf({ videoPath: grey, ...answering });
  // One instant: as few frames as an answerer can be shown, from the middle.
  const middle = film.duration / 2;
  const instant = await isRightOf({
    videoPath: film.video,
    ...answering,
    startSec: middle,
    endSec: middle + 0.8,
  });
  if (question.options.length === 0 || question.route === 4) {
    shareOf(tally.open.chain, question.kind).add(isRight(record));
    shareOf(tally.open.blind, question.kind).add(blind);
    shareOf(tally.open.instant, question.kind).add(instant);
    return;
  }
  const { choice } = tally;
  choice.chain.add(isRight(record));
  shareOf(tally.choiceByKind, question.kind).add(isRight(record));
  const whole = await isRightOf({ videoPath: film.video, ...answering });
  choice.whole.add(whole);
  if (film.duration > longFilmSec) {
    choice.chainLong.add(isRight(record));
    choice.wholeLong.add(whole);
  }
  choice.blind.add(blind);
  choice.instant.add(instant);
}

/** A question of each kind, one with options where there is one: films differ in which they allow. */
function onePerKind(film: Film): FilmQuestion[] {
  const byKind = new Map<string, FilmQuestion>();
  const order = film.questions.map(
    (_, index) => film.questions[(index * 7 + film.seed) % film.questions.length],
  );
  for (const question of order) {
    if (question === undefined) continue;
    const chosen = byKind.get(question.kind);
    const isBetter = chosen?.options.length === 0 && question.options.length > 0;
    if (chosen === undefined || isBetter) byKind.set(question.kind, question);
  }
  return [...byKind.values()];
}

/** The route that a plan says, as the planner's words have it; undefined when it cannot be read. */
function routeOf({ plan }: RunRecord, question: FilmQuestion): number | undefined {
  let steps: unknown;
  try {
    steps = JSON.parse(plan?.response ?? '');
  } catch {
    return undefined;
  }
  if (!Array.isArray(steps)) return undefined;
  const types = steps.map((step: { type?: unknown } | null) => step?.type);
  if (types[0] === 'answerer') return 4;
  if (types[0] !== 'grounder') return undefined;
  if (!types.includes('answerer')) return 3;
  return plan?.query === question.question ? 2 : 1;
}

function isDoubted({ warnings }: RunRecord): boolean {
  return warnings.some(({ code }) => code === candidatesDoubted);
}

function overlapOf(candidate: Candidate | undefined, span: Span): number {
  return candidate === undefined ? 0 : overlap([candidate.startSec, candidate.endSec], span);
}

function plain(text: string | undefined): string {
  return (text ?? '').trim().toLowerCase().replace(/\.$/u, '');
}
