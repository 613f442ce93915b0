import { EngineError } from '../../protocol/errors.ts';
import type { PromptedRun } from '../shown/show.ts';
import type { Bounds } from '../shown/spans.ts';
import type { Video } from '../../media/video.ts';
import { searchGrid, searchWindows } from './search-grid.ts';
import type { SearchGrid, SearchWindow } from './search-grid.ts';
import { coarseLooks } from './search-order.ts';

/** How a video will be looked through. */
export type SearchPlan = { readonly mode: 'whole' } | WindowsPlan;

/** A search window by window. */
export interface WindowsPlan {
  readonly mode: 'windows';
  readonly video: Video;
  readonly bounds: Bounds;
  /** Frames a second of the grid. */
  readonly sampleFps: number;
  readonly pairsPerWindow: number;
}

/** What a search will look at: the windows in the film's order, and the coarse looks that come before them. */
export interface SearchLayout {
  readonly grid: SearchGrid;
  readonly windows: readonly SearchWindow[];
  readonly looks: readonly (readonly number[])[];
}

/** Lays out the windows of a plan. */
export function layOut({ video, bounds, sampleFps, pairsPerWindow }: WindowsPlan): SearchLayout {
  const grid = searchGrid(video, bounds, sampleFps);
  return { grid, windows: searchWindows(grid, pairsPerWindow), looks: coarseLooks(grid, pairsPerWindow) };
}

/**
 * Decides how to look. Windows are as long as the grounder's budget of frames reaches at its own rate, unless the request says
 * otherwise; what fits into one window is looked at whole, the published way.
 *
 * @throws EngineError ARGUMENT_INVALID when a window would take more frames than the grounder was made for, or fewer than four.
 */
export function planSearch(run: PromptedRun & { readonly bounds: Bounds }): SearchPlan {
  const { search } = run.request;
  if (search === undefined || search.mode === 'whole') return { mode: 'whole' };
  const { fps, maxFrames } = run.model.promptSet.budgets.grounder;
  const sampleFps = Math.min(search.sampleFps ?? fps, run.video.fps);
  const longestSec = maxFrames / sampleFps;
  const windowSec = search.windowSec ?? longestSec;
  const pairsPerWindow = Math.round((windowSec * sampleFps) / 2);
  if (2 * pairsPerWindow > maxFrames || pairsPerWindow < 2) {
    throw new EngineError(
      'ARGUMENT_INVALID',
      `A window of ${windowSec} s at ${sampleFps} frames a second has ${2 * pairsPerWindow} frames; the model takes 4 to ${maxFrames}.`,
      { remedy: `Choose windows of at most ${Math.floor(longestSec)} s, or fewer frames a second.` },
    );
  }
  const { startSec, endSec } = run.bounds;
  if (endSec - startSec <= windowSec) return { mode: 'whole' };
  return { mode: 'windows', video: run.video, bounds: run.bounds, sampleFps, pairsPerWindow };
}
