import type { Role } from '../protocol/roles.ts';
import type { Candidate, Plan } from '../protocol/run-record.ts';
import type { RunTrace } from '../protocol/run-trace.ts';
import { answer, answererPairs } from './roles/answerer.ts';
import type { Answer } from './roles/answerer.ts';
import { ground } from './roles/grounder.ts';
import { plan } from './roles/planner.ts';
import { settleBounds } from './roles/settle-bounds.ts';
import type { Run } from './run.ts';
import type { Subtitle } from '../media/subtitles/subtitle.ts';
import { verify } from './roles/verifier.ts';

/** What came out of a chain. */
export interface ChainResult {
  readonly plan?: Plan;
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
  let shownToAnswerer: Candidate | undefined;
  if (runs('grounder') && planned?.plan.grounding !== false) {
    const query = planned?.plan.query ?? request.benchmark?.query ?? request.question;
    const grounding = await journal.time('grounder', () => ground(run, query));
    trace.grounder = grounding.trace;
    candidates = grounding.candidates;
    [shownToAnswerer] = candidates;

    if (runs('verifier') && candidates.length > 1) {
      const next = runs('answerer') ? answererPairs(run, candidates[0]) : undefined;
      const verification = await journal.time('verifier', () => verify(run, grounding.candidates, next));
      trace.verifier = verification.trace;
      // The answerer is shown it as it was found: of the grounder's first its frames are decoded by now.
      [shownToAnswerer] = verification.candidates;
      candidates = settleBounds(verification.candidates, run.model.promptSet.boundsSharpness);
      ({ reader } = verification);
    }
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
    ...(planned === undefined ? {} : { plan: planned.plan }),
    ...(answered === undefined ? {} : { answer: answered.answer }),
  };
}
