import { sampleFrameIndices } from '../../media/sample-frames.ts';
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

/**
 * The frames of a span that a role looks at. `exact`: as published, spread over the span, so that hardly two looks have a pair in
 * common. `fast`: pairs of grids that all looks of the run share, about as many: of the grounder's where that is dense enough, else
 * of one whose interval is the role's, doubled until the span fits its budget. The stretch is then that of the frames.
 */
export function lookOf(run: LookingRun, role: Exclude<Role, 'answerer'>, span: Moment): RoleLook {
  const exact = { bounds: span, clip: clipFor(run, role, span) };
  if (run.request.speed !== 'fast' || !run.roles.includes('grounder')) return exact;
  const frames = exact.clip.frameIndices.length;
  const grounders = grounderGrid(run);
  const { fps, maxFrames } = run.model.promptSet.budgets[role];
  const lengthSec = span.endSec - span.startSec;
  let intervalSec = role === 'verifier' ? 1 / fps : grounders.intervalSec;
  while (intervalSec < grounders.intervalSec && lengthSec / intervalSec > maxFrames) intervalSec *= 2;
  const isShared = intervalSec >= grounders.intervalSec && isSizedAsGrounder(run, exact.clip);
  const grid = isShared ? grounders.grid : searchGrid(run.video, run.bounds, 1 / intervalSec);
  const gridSec = isShared ? grounders.intervalSec : intervalSec;
  const pairs = pairsWithin(grid, run.bounds, span, gridSec);
  const most = Math.max(fewestPairs, Math.min(maxFrames, frames + 2) / 2);
  const chosen = evenly(pairs, Math.floor(most));
  if (chosen.length < fewestPairs) return exact;
  return { bounds: stretchOf(grid, chosen), clip: clipOf(run, role, framesOfPairs(grid, chosen)) };
}

/** What the grounder looks at in this run, as a grid: that of its windows, or one as dense as its sampling of the whole. */
function grounderGrid(run: LookingRun): { readonly grid: SearchGrid; readonly intervalSec: number } {
  const plan = planSearch(run);
  const { startSec, endSec } = run.bounds;
  const { fps, maxFrames } = run.model.promptSet.budgets.grounder;
  const wholeRate = () =>
    sampleFrameIndices(run.video, { sampleFps: fps, maxFrames, startSec, endSec }).length /
    (endSec - startSec);
  const sampleFps = Math.min(run.video.fps, plan.mode === 'windows' ? plan.sampleFps : wholeRate());
  return { grid: searchGrid(run.video, run.bounds, sampleFps), intervalSec: 1 / sampleFps };
}

function isSizedAsGrounder(run: LookingRun, { frameIndices, size }: Clip): boolean {
  const { size: grounders } = clipOf(run, 'grounder', frameIndices);
  return grounders.height === size.height && grounders.width === size.width;
}

/** Pairs of a grid that show some of a span. */
function pairsWithin(grid: SearchGrid, bounds: Bounds, span: Moment, intervalSec: number): number[] {
  const last = grid.frameIndices.length / 2;
  const first = Math.floor((span.startSec - bounds.startSec) / (2 * intervalSec));
  const end = Math.min(last, Math.ceil((span.endSec - bounds.startSec) / (2 * intervalSec)));
  return Array.from(
    { length: Math.max(0, end - Math.max(0, first)) },
    (_, pair) => Math.max(0, first) + pair,
  );
}

/** No more than so many of them, evenly spread. */
function evenly(pairs: readonly number[], most: number): readonly number[] {
  if (pairs.length <= most) return pairs;
  return Array.from({ length: most }, (_, place) => {
    const at = Math.round((place * (pairs.length - 1)) / (most - 1));
    return pairs[at] ?? 0;
  });
}
