import type { Moment } from '../../native-models/protocol/run-record.ts';

/** Segments that overlap are drawn below each other, in this many lanes at most; those beyond share the last one. */
export const mostLanes = 4;

/** For each of the segments (ascending by start) the lane it lies in, and how many lanes there are: at least one. */
export interface Lanes {
  readonly laneOf: Uint8Array;
  readonly count: number;
}

/** Puts each segment into the first lane that is free when it starts. */
export function assignLanes(sorted: readonly Moment[]): Lanes {
  const laneOf = new Uint8Array(sorted.length);
  const freeFromSec: number[] = [];
  sorted.forEach((segment, place) => {
    let lane = freeFromSec.findIndex((free) => free <= segment.startSec);
    if (lane < 0) lane = Math.min(freeFromSec.length, mostLanes - 1);
    freeFromSec[lane] = Math.max(freeFromSec[lane] ?? 0, segment.endSec);
    laneOf[place] = lane;
  });
  return { laneOf, count: Math.max(1, freeFromSec.length) };
}
