import { secondsToPosition, positionToSeconds } from '../../media/timeline.ts';
import type { TimelineVideo } from '../../media/timeline.ts';
import type { Moment } from '../../protocol/run-record.ts';
import type { Bounds } from '../shown/spans.ts';

/** Frames of a video at one rate, as pairs that a vision tower takes together: windows that overlap share them. */
export interface SearchGrid {
  readonly video: TimelineVideo;
  /** Pair k is frames 2k and 2k + 1 of these. */
  readonly frameIndices: readonly number[];
}

/** Neighbouring pairs of a grid: from `firstPair` up to `endPair`, and the stretch that they show. */
export interface SearchWindow extends Moment {
  readonly firstPair: number;
  readonly endPair: number;
}

/** Windows overlap by this share of their length: an event of no more than that lies whole in one of them. */
const overlapShare = 1 / 4;

/** Lays a grid over a stretch: its frames at a rate, or all of them where the video has fewer; an even number. */
export function searchGrid(video: TimelineVideo, bounds: Bounds, sampleFps: number): SearchGrid {
  const intervalSec = 1 / Math.min(sampleFps, video.fps);
  const frames = Math.floor((bounds.endSec - bounds.startSec) / intervalSec / 2) * 2;
  const frameIndices = Array.from({ length: frames }, (_, frame) => {
    const position = secondsToPosition(video, bounds.startSec + frame * intervalSec);
    return Math.min(video.totalFrames - 1, Math.round(position));
  });
  return { video, frameIndices };
}

/** Cuts a grid into windows of so many pairs that overlap, the last one ending where the grid does. */
export function searchWindows(grid: SearchGrid, pairsPerWindow: number): SearchWindow[] {
  const pairs = grid.frameIndices.length / 2;
  if (pairs <= pairsPerWindow) return pairs === 0 ? [] : [windowOf(grid, 0, pairs)];
  const wantedStride = Math.max(1, Math.round(pairsPerWindow * (1 - overlapShare)));
  const steps = Math.ceil((pairs - pairsPerWindow) / wantedStride);
  return Array.from({ length: steps + 1 }, (_, step) => {
    const firstPair = Math.round(((pairs - pairsPerWindow) * step) / steps);
    return windowOf(grid, firstPair, firstPair + pairsPerWindow);
  });
}

/** The frames of some pairs of a grid. */
export function framesOfPairs(grid: SearchGrid, pairs: readonly number[]): number[] {
  return pairs.flatMap((pair) => grid.frameIndices.slice(2 * pair, 2 * pair + 2));
}

/** The pairs of a window. */
export function pairsOf({ firstPair, endPair }: SearchWindow): number[] {
  return Array.from({ length: endPair - firstPair }, (_, pair) => firstPair + pair);
}

/** From the first frame of some pairs, ascending, to the last. */
export function stretchOf(grid: SearchGrid, pairs: readonly number[]): Moment {
  const secondsAt = (frame: number) => positionToSeconds(grid.video, grid.frameIndices[frame] ?? 0);
  const [first = 0, last = first] = [pairs[0], pairs.at(-1)];
  return { startSec: secondsAt(2 * first), endSec: secondsAt(2 * last + 1) };
}

function windowOf(grid: SearchGrid, firstPair: number, endPair: number): SearchWindow {
  return { firstPair, endPair, ...stretchOf(grid, [firstPair, endPair - 1]) };
}
