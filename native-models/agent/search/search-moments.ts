import type { Candidate, SearchRecord } from '../../protocol/run-record.ts';
import type { GrounderTrace } from '../../protocol/run-trace.ts';
import { normalizeQuery } from '../prompts/query.ts';
import { lookFor } from '../roles/grounder.ts';
import type { Sighting } from '../roles/grounder.ts';
import type { Run } from '../run.ts';
import { clipOf } from '../shown/show.ts';
import { mergeMoments } from './merge-moments.ts';
import { framesOfPairs, pairsOf, stretchOf } from './search-grid.ts';
import type { SearchGrid } from './search-grid.ts';
import { orderWindows } from './search-order.ts';
import type { CoarseSighting } from './search-order.ts';
import { layOut } from './search-plan.ts';
import type { WindowsPlan } from './search-plan.ts';

/** Of each window no more than so many moments are kept: the rest is noise that a verifier would have to look at. */
const momentsPerWindow = 3;

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
  const order = orderWindows(windows, await lookCoarsely(run, query, grid, looks));
  const wanted = request.candidates * (run.roles.includes('verifier') ? shortlistFactor : 1);
  let found: Found[] = [];
  for (const [index, window] of order.entries()) {
    const sighting = await look(run, query, grid, pairsOf(window));
    const moments = sighting.found ? sighting.moments.slice(0, momentsPerWindow) : [];
    found = [...found, ...moments.map((candidate) => ({ candidate, trace: sighting.trace }))];
    const { startSec, endSec } = window;
    const candidates = shortlist(found, wanted);
    journal.emit({ type: 'searched', index, total: order.length, window: { startSec, endSec }, candidates });
  }
  const candidates = shortlist(found, wanted);
  journal.emit({ type: 'grounded', candidates, found: candidates.length > 0 });
  return {
    candidates,
    trace: traceOf(found, candidates[0]),
    search: {
      mode: 'windows',
      windows: order.map(({ startSec, endSec }) => ({ startSec, endSec })),
      framesSeen: new Set(grid.frameIndices).size,
      leftOut: [],
    },
  };
}

/** What a search came to. */
export interface Searched {
  /** For the verifier to judge, best first by confidence. */
  readonly candidates: Candidate[];
  /** Of the look that found the first; undefined where nothing was found. */
  readonly trace: GrounderTrace | undefined;
  readonly search: SearchRecord;
}

interface Found {
  readonly candidate: Candidate;
  readonly trace: GrounderTrace;
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
    const { trace } = await look(run, query, grid, pairs);
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
