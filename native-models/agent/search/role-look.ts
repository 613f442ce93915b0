import type { Role, Speaker } from '../../protocol/roles.ts';
import type { Moment } from '../../protocol/run-record.ts';
import type { Clip } from '../shown/clip.ts';
import { clipFor, clipOf } from '../shown/show.ts';
import type { PromptedRun } from '../shown/show.ts';
import type { Bounds } from '../shown/spans.ts';
import { framesOfPairs, searchGrid, stretchOf } from './search-grid.ts';
import type { SearchGrid } from './search-grid.ts';
import { planSearch } from './search-plan.ts';

/** A stretch that a role looks at, and the frames of it. */
export interface RoleLook {
  readonly bounds: Bounds;
  readonly clip: Clip;
}

/** What of a run decides what its roles look at. */
export type LookingRun = PromptedRun & { readonly bounds: Bounds; readonly roles: readonly Speaker[] };

/** A role has to see so many pairs, as the published sampling has it. */
const fewestPairs = 2;

/** How many times farther apart a role's own frames may be than the grounder's, for it to see the grounder's instead. */
const sharedDensity = { least: 0.9, most: 4 } as const;

/**
 * The frames of a span that a role looks at. `exact`: as published, spread over the span, so that hardly two looks have a pair in
 * common. `fast`: planner and verifier see pairs that the grounder sees, where these are about as dense as their own would be; the
 * stretch is then that of the frames. A verifier that looks more closely keeps its own: moved onto a common grid, they cost the demo
 * model three points of R1@0.7.
 */
export function lookOf(run: LookingRun, role: Exclude<Role, 'answerer'>, span: Moment): RoleLook {
  const exact = { bounds: span, clip: clipFor(run, role, span) };
  if (run.request.speed !== 'fast' || role === 'grounder' || !run.roles.includes('grounder')) return exact;
  const grid = grounderGrid(run);
  const frames = exact.clip.frameIndices.length;
  const density = (span.endSec - span.startSec) / frames / intervalOf(grid);
  if (density < sharedDensity.least || (role === 'planner' && density > sharedDensity.most)) return exact;
  if (!isSizedAsGrounder(run, exact.clip)) return exact;
  const chosen = evenly(pairsWithin(grid, span), Math.max(fewestPairs, Math.ceil(frames / 2)));
  if (chosen.length < fewestPairs) return exact;
  return { bounds: stretchOf(grid, chosen), clip: clipOf(run, role, framesOfPairs(grid, chosen)) };
}

/** What the grounder looks at in this run: the grid of its windows, or the frames that it sees of the whole. */
function grounderGrid(run: LookingRun): SearchGrid {
  const plan = planSearch(run);
  if (plan.mode === 'windows') return searchGrid(run.video, run.bounds, plan.sampleFps);
  return { video: run.video, frameIndices: clipFor(run, 'grounder', run.bounds).frameIndices };
}

function intervalOf(grid: SearchGrid): number {
  const { startSec, endSec } = stretchOf(grid, [0, grid.frameIndices.length / 2 - 1]);
  return (endSec - startSec) / Math.max(1, grid.frameIndices.length - 1);
}

function isSizedAsGrounder(run: LookingRun, { frameIndices, size }: Clip): boolean {
  const { size: grounders } = clipOf(run, 'grounder', frameIndices);
  return grounders.height === size.height && grounders.width === size.width;
}

/** Pairs of a grid that show some of a span. */
function pairsWithin(grid: SearchGrid, span: Moment): number[] {
  return Array.from({ length: grid.frameIndices.length / 2 }, (_, pair) => pair).filter((pair) => {
    const { startSec, endSec } = stretchOf(grid, [pair]);
    return startSec < span.endSec && endSec > span.startSec;
  });
}

/** No more than so many of them, evenly spread. */
function evenly(pairs: readonly number[], most: number): readonly number[] {
  if (pairs.length <= most) return pairs;
  return Array.from({ length: most }, (_, place) => {
    const at = Math.round((place * (pairs.length - 1)) / (most - 1));
    return pairs[at] ?? 0;
  });
}
