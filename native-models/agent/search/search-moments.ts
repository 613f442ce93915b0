import type { Candidate, SearchRecord } from '../../protocol/run-record.ts';
import { toEngineError } from '../../protocol/errors.ts';
import type { GrounderTrace, RunTrace } from '../../protocol/run-trace.ts';
import { normalizeQuery } from '../prompts/query.ts';
import { lookFor } from '../roles/grounder.ts';
import type { Sighting } from '../roles/grounder.ts';
import type { Run } from '../run.ts';
import { clipOf } from '../shown/show.ts';
import { isWithin, stretchesLeftOut } from './left-out.ts';
import { mergeMoments } from './merge-moments.ts';
import { framesOfPairs, pairsOf, stretchOf } from './search-grid.ts';
import type { SearchGrid, SearchWindow } from './search-grid.ts';
import { orderWindows } from './search-order.ts';
import type { CoarseSighting } from './search-order.ts';
import { layOut } from './search-plan.ts';
import type { WindowsPlan } from './search-plan.ts';

/** Of each window no more than so many moments are kept: the rest is noise that a verifier would have to look at. */
const momentsPerWindow = 3;

/** How many moments a search gives the verifier to judge. */
export function shortlistSize(candidates: number, windows: boolean): number {
  return candidates * (windows ? shortlistFactor : 1);
}

/** The verifier judges this many times as many moments as candidates are asked for: confidences of windows do not compare. */
const shortlistFactor = 4;

/**
 * Searches a long video window by window:
 *
 *     coarse looks ─► order of the windows ─► a look at each ─► moments found twice are one ─► shortlist for the verifier
 *
 * All looks take their frame pairs from one grid, so that what overlaps is encoded once.
 */
export async function searchMoments(run: Run, query: string, plan: WindowsPlan): Promise<Searched> {
  const { journal, request } = run;
  journal.emit({ type: 'grounding', query: normalizeQuery(query) });
  const { grid, windows, looks } = layOut(plan);
  const { goOn } = request.search ?? {};
  const settled = () => run.settle?.aborted === true;
  const unseen = windows.filter((window) => goOn?.searched.some((seen) => isWithin(window, seen)) !== true);
  const order = orderWindows(
    unseen,
    unseen.length < windows.length ? [] : await lookCoarsely(run, query, grid, looks),
  );
  const wanted = shortlistSize(request.candidates, run.roles.includes('verifier'));
  let found: Found[] = (goOn?.candidates ?? []).map((candidate) => ({ candidate, trace: undefined }));
  const searched: SearchWindow[] = [];
  const confidences: number[] = [];
  for (const [index, window] of order.entries()) {
    const sighting = settled()
      ? undefined
      : await unlessSettled(run, (looking) => look(looking, query, grid, pairsOf(window)));
    if (sighting === undefined) break;
    searched.push(window);
    confidences.push(sighting.found ? (sighting.moments[0]?.confidence ?? 0) : 0);
    const moments = sighting.found ? sighting.moments.slice(0, momentsPerWindow) : [];
    found = [...found, ...moments.map((candidate) => ({ candidate, trace: sighting.trace }))];
    const { startSec, endSec } = window;
    const candidates = shortlist(found, wanted);
    journal.emit({ type: 'searched', index, total: order.length, window: { startSec, endSec }, candidates });
  }
  const looked = [...(goOn?.searched ?? []), ...searched];
  const search: SearchRecord = {
    mode: 'windows',
    windows: looked.map(({ startSec, endSec }) => ({ startSec, endSec })),
    framesSeen: new Set(searched.flatMap((window) => framesOfPairs(grid, pairsOf(window)))).size,
    leftOut: stretchesLeftOut(stretchOf(grid, [0, grid.frameIndices.length / 2 - 1]), looked),
  };
  if (search.leftOut.length > 0) {
    journal.warn({
      code: 'SEARCH_ENDED_EARLY',
      message: `The search was ended after ${searched.length} of ${order.length} windows; what lies in the others is not found.`,
    });
  }
  const candidates = shortlist(found, wanted);
  journal.emit({ type: 'grounded', candidates, found: candidates.length > 0 });
  return {
    candidates,
    trace: traceOf(found, candidates[0]),
    search,
    searchTrace: { ...search, confidences },
  };
}

/** Does some of a search; undefined where the run is to go on with what it has meanwhile. */
async function unlessSettled<T>(run: Run, work: (looking: Run) => Promise<T>): Promise<T | undefined> {
  const signals = [run.signal, run.settle].filter((signal) => signal !== undefined);
  try {
    return await work({ ...run, signal: signals.length === 0 ? undefined : AbortSignal.any(signals) });
  } catch (thrown) {
    if (
      run.settle?.aborted === true &&
      run.signal?.aborted !== true &&
      toEngineError(thrown).code === 'CANCELLED'
    )
      return undefined;
    throw thrown;
  }
}

/** What a search came to. */
export interface Searched {
  /** For the verifier to judge, best first by confidence. */
  readonly candidates: Candidate[];
  /** Of the look that found the first; undefined where nothing was found. */
  readonly trace: GrounderTrace | undefined;
  readonly search: SearchRecord;
  readonly searchTrace: RunTrace['search'];
}

interface Found {
  readonly candidate: Candidate;
  /** Of the look that found it; of an earlier search's there is none. */
  readonly trace: GrounderTrace | undefined;
}

function shortlist(found: readonly Found[], wanted: number): Candidate[] {
  const byConfidence = found
    .map(({ candidate }) => candidate)
    .sort((one, other) => other.confidence - one.confidence);
  return mergeMoments(byConfidence).slice(0, wanted);
}

async function lookCoarsely(
  run: Run,
  query: string,
  grid: SearchGrid,
  looks: readonly (readonly number[])[],
): Promise<CoarseSighting[]> {
  const sightings: CoarseSighting[] = [];
  for (const pairs of looks) {
    const sighting = await unlessSettled(run, (looking) => look(looking, query, grid, pairs));
    if (sighting === undefined) break;
    const { trace } = sighting;
    sightings.push({ pairs, likelihoods: likelihoodsOf(trace, pairs.length) });
  }
  return sightings;
}

/** The head's best row at each pair: rows are shares of what was looked at. */
function likelihoodsOf({ rows }: GrounderTrace, pairs: number): number[] {
  const likelihoods = new Array<number>(pairs).fill(0);
  for (const [start = 0, end = 0, score = 0] of rows) {
    const first = Math.max(0, Math.floor(start * pairs));
    const last = Math.min(pairs - 1, Math.ceil(end * pairs) - 1);
    for (let pair = first; pair <= last; pair++) likelihoods[pair] = Math.max(likelihoods[pair] ?? 0, score);
  }
  return likelihoods;
}

function look(run: Run, query: string, grid: SearchGrid, pairs: readonly number[]): Promise<Sighting> {
  const clip = clipOf(run, 'grounder', framesOfPairs(grid, pairs));
  return lookFor(run, query, { bounds: stretchOf(grid, pairs), clip });
}

/** Of the look that found a moment. */
function traceOf(found: readonly Found[], best: Candidate | undefined): GrounderTrace | undefined {
  return found.find(({ candidate }) => candidate === best)?.trace;
}
