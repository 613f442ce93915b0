import type { Moment } from './run-record.ts';

/** Temporal intersection over union of two moments, 0..1; of two equal instants 1. */
export function overlapOf(one: Moment, other: Moment): number {
  const union = Math.max(one.endSec, other.endSec) - Math.min(one.startSec, other.startSec);
  if (union === 0) return 1;
  const shared = Math.min(one.endSec, other.endSec) - Math.max(one.startSec, other.startSec);
  return Math.max(0, shared) / union;
}
