import type { Role } from '../protocol/roles.ts';
import type { Candidate, Moment, Plan, SearchRecord } from '../protocol/run-record.ts';
import type { GrounderTrace, RunTrace } from '../protocol/run-trace.ts';
import { answer, answererPairs } from './roles/answerer.ts';
import type { Answer } from './roles/answerer.ts';
import { ground } from './roles/grounder.ts';
import type { Grounding } from './roles/grounder.ts';
import { plan } from './roles/planner.ts';
import { claimedCandidates } from './request-checks.ts';
import { settleBounds } from './roles/settle-bounds.ts';
import type { Run } from './run.ts';
import { planSearch } from './search/search-plan.ts';
import { searchMoments } from './search/search-moments.ts';
import type { Subtitle } from '../media/subtitles/subtitle.ts';
import { verify } from './roles/verifier.ts';

/** What came out of a chain. */
export interface ChainResult {
  readonly plan?: Plan;
  /** Where the request says how to search. */
  readonly search?: SearchRecord;
  /** Best first; empty without grounding. */
  readonly candidates: Candidate[];
  readonly answer?: Answer['answer'];
  readonly trace: RunTrace;
}

/**
 * The chain of roles:
 *
 *     question ─► planner ─► grounder ─► verifier ─► answerer ─► answer + the moment that proves it
 *
 * Each is the same network with another adapter. The plan can only switch grounding off.
 */
export async function runChain(run: Run, subtitles: readonly Subtitle[]): Promise<ChainResult> {
  const { journal, roles, request } = run;
  const runs = (role: Role) => roles.includes(role);
  const trace: RunTrace = {};

  const planned = runs('planner') ? await journal.time('planner', () => plan(run)) : undefined;
  if (planned !== undefined) trace.planner = planned.trace;

  let { reader } = run;
  let candidates: Candidate[] = [];
  let search: SearchRecord | undefined;
  let shownToAnswerer: Moment | undefined = runs('grounder') ? undefined : request.moment;
  if (request.claims !== undefined) {
    const claimed = claimedCandidates(request.claims, run.bounds, run.video);
    const verification = await journal.time('verifier', () => verify(run, claimed));
    trace.verifier = verification.trace;
    ({ candidates, reader } = verification);
    [shownToAnswerer] = candidates;
  } else if (runs('grounder') && planned?.plan.grounding !== false) {
    const query = planned?.plan.query ?? request.benchmark?.query ?? request.question;
    const grounding = await journal.time('grounder', () => groundOrSearch(run, query));
    if (grounding.trace !== undefined) trace.grounder = grounding.trace;
    if (grounding.searchTrace !== undefined) trace.search = grounding.searchTrace;
    ({ candidates, search } = grounding);
    [shownToAnswerer] = candidates;

    if (runs('verifier') && candidates.length > (request.isOneOfMany === true ? 0 : 1)) {
      const next = runs('answerer') ? answererPairs(run, candidates[0]) : undefined;
      const verification = await journal.time('verifier', () => verify(run, grounding.candidates, next));
      trace.verifier = verification.trace;
      // The answerer is shown it as it was found: of the grounder's first its frames are decoded by now.
      [shownToAnswerer] = verification.candidates;
      candidates = settleBounds(verification.candidates, run.model.promptSet.boundsSharpness);
      ({ reader } = verification);
    }
    candidates = candidates.slice(0, request.candidates);
  }
  const [best] = candidates;
  if (best !== undefined) {
    const { startSec, endSec } = best;
    journal.emit({ type: 'ranked', candidates, moment: { startSec, endSec } });
  }

  const answered = runs('answerer')
    ? await journal.time('answerer', () => answer({ ...run, reader }, shownToAnswerer, subtitles))
    : undefined;
  if (answered !== undefined) trace.answerer = answered.trace;

  return {
    candidates,
    trace,
    ...(search === undefined ? {} : { search }),
    ...(planned === undefined ? {} : { plan: planned.plan }),
    ...(answered === undefined ? {} : { answer: answered.answer }),
  };
}

/** Looks at all of the video at once, or window by window. */
async function groundOrSearch(
  run: Run,
  query: string,
): Promise<
  Omit<Grounding, 'trace'> & {
    trace: GrounderTrace | undefined;
    search: SearchRecord | undefined;
    searchTrace?: RunTrace['search'];
  }
> {
  const plan = planSearch(run);
  if (plan.mode === 'windows') return searchMoments(run, query, plan);
  const grounding = await ground(run, query);
  if (run.request.search === undefined) return { ...grounding, search: undefined };
  const framesSeen = new Set(grounding.trace.frameIndices).size;
  const { startSec, endSec } = run.bounds;
  return {
    ...grounding,
    search: { mode: 'whole', windows: [{ startSec, endSec }], framesSeen, leftOut: [] },
  };
}
