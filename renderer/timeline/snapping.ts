import type { FrameTimes } from '../player/frame-times.ts';
import type { TimelineTrack } from './timeline-model.ts';

/** What an edge can snap to, ascending. */
export interface SnapPoints {
  readonly timesSec: Float64Array;
}

/** Collects the times that attract: edges of other segments, the playhead, marks, sampled frames. */
export function snapPoints(
  tracks: readonly TimelineTrack[],
  leaveOutIds: ReadonlySet<string>,
  others: readonly number[],
): SnapPoints {
  const times: number[] = [...others];
  for (const track of tracks) {
    for (const segment of track.segments) {
      if (leaveOutIds.has(segment.id)) continue;
      times.push(segment.startSec, segment.endSec);
    }
  }
  return { timesSec: Float64Array.from(times).sort() };
}

/** The nearest point within reach, if there is one. */
export function nearestPoint(points: SnapPoints, timeSec: number, reachSec: number): number | undefined {
  const { timesSec } = points;
  let low = 0;
  let high = timesSec.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesSec[middle] ?? Infinity) < timeSec) low = middle + 1;
    else high = middle;
  }
  const before = timesSec[low - 1];
  const after = timesSec[low];
  const nearest =
    before === undefined || (after !== undefined && after - timeSec < timeSec - before) ? after : before;
  return nearest !== undefined && Math.abs(nearest - timeSec) <= reachSec ? nearest : undefined;
}

/** The frame boundary nearest to a time: a frame begins there, or the last one ends. Not known yet: undefined. */
export function nearestFrameEdge(frames: FrameTimes | undefined, timeSec: number): number | undefined {
  const frame = frames?.frameAt(timeSec);
  if (!frame) return undefined;
  return timeSec - frame.timeSec <= frame.endSec - timeSec ? frame.timeSec : frame.endSec;
}

/** What an edge at `timeSec` snaps to. */
export interface Snap {
  readonly timeSec: number;
  /** `point`: an edge, the playhead, a sampled frame (shown by a line); `frame`: the boundary of a frame. */
  readonly to: 'point' | 'frame' | 'nothing';
}

/** Points within reach come first, then the boundary of the nearest frame. */
export function snap(
  timeSec: number,
  points: SnapPoints,
  frames: FrameTimes | undefined,
  reachSec: number,
): Snap {
  const point = nearestPoint(points, timeSec, reachSec);
  if (point !== undefined) return { timeSec: point, to: 'point' };
  const edge = nearestFrameEdge(frames, timeSec);
  return edge === undefined ? { timeSec, to: 'nothing' } : { timeSec: edge, to: 'frame' };
}
