import type { Moment } from '../../protocol/run-record.ts';

/** Frames of neighbouring windows are so far apart at most: what lies between them is not left out. */
const shortestSec = 1;

/** Whether one stretch lies in another. */
export function isWithin(one: Moment, other: Moment): boolean {
  const slackSec = 1e-6;
  return one.startSec >= other.startSec - slackSec && one.endSec <= other.endSec + slackSec;
}

/** What of a stretch none of some others shows, in the order of time. */
export function stretchesLeftOut(all: Moment, seen: readonly Moment[]): Moment[] {
  const left: Moment[] = [];
  let fromSec = all.startSec;
  for (const { startSec, endSec } of seen.toSorted((one, other) => one.startSec - other.startSec)) {
    if (startSec - fromSec > shortestSec) left.push({ startSec: fromSec, endSec: startSec });
    fromSec = Math.max(fromSec, endSec);
  }
  if (all.endSec - fromSec > shortestSec) left.push({ startSec: fromSec, endSec: all.endSec });
  return left;
}
