import { roundHalfEven } from '../../media/round-half-even.ts';
import { positionToSeconds, secondsToPosition } from '../../media/timeline.ts';
import type { Video } from '../../media/video.ts';
import type { Moment } from '../../protocol/run-record.ts';
import type { Bounds } from './spans.ts';

/**
 * Seconds of presentation of a moment that the grounding head gives in shares of what the grounder saw, clamped to it
 * and in order.
 *
 * With a constant rate a share times the duration, in float32 as in the reference implementation; else the share is counted
 * in frames and looked up in the presentation times, where the reference would be off from what a player shows. A pair in
 * the wrong order is swapped on its own (the reference swaps all of them together).
 */
export function momentFromShares(video: Video, bounds: Bounds, startShare: number, endShare: number): Moment {
  const start = shareToSeconds(video, bounds, startShare);
  const end = shareToSeconds(video, bounds, endShare);
  return { startSec: Math.min(start, end), endSec: Math.max(start, end) };
}

/**
 * Seconds as benchmarks write them: a share times the annotated length, clamped to it, rounded half to even to a unit, all
 * in float32, so that 0.2 s appears as 0.20000000298023224 (reference benchmarks, "How a run goes").
 */
export function benchmarkMoment(
  startShare: number,
  endShare: number,
  durationSec: number,
  unitSec: number,
): Moment {
  const write = (share: number): number => {
    const seconds = Math.fround(Math.fround(share) * Math.fround(durationSec));
    const clamped = Math.min(Math.fround(durationSec), Math.max(0, seconds));
    return Math.fround(roundHalfEven(Math.fround(clamped / Math.fround(unitSec))) * Math.fround(unitSec));
  };
  const [start, end] = [write(startShare), write(endShare)];
  return { startSec: Math.min(start, end), endSec: Math.max(start, end) };
}

function shareToSeconds(video: Video, bounds: Bounds, share: number): number {
  if (video.constantRate) {
    const durationSec = Math.fround(bounds.endSec - bounds.startSec);
    const offsetSec = Math.fround(Math.fround(share) * durationSec);
    return bounds.startSec + Math.min(durationSec, Math.max(0, offsetSec));
  }
  const first = secondsToPosition(video, bounds.startSec);
  const last = secondsToPosition(video, bounds.endSec);
  return positionToSeconds(video, first + Math.min(1, Math.max(0, share)) * (last - first));
}
