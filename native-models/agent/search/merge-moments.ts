import type { Candidate, Moment } from '../../protocol/run-record.ts';

/** Moments that share this much of what they cover are one moment found twice. */
const sameOverlap = 0.5;

/** Keeps of each moment that was found more than once the one that comes first; the order stays. */
export function mergeMoments(candidates: readonly Candidate[]): Candidate[] {
  const kept: Candidate[] = [];
  for (const candidate of candidates) {
    if (kept.every((other) => overlap(candidate, other) < sameOverlap)) kept.push(candidate);
  }
  return kept;
}

/** Intersection over union of two stretches; 0 for two empty ones. */
export function overlap(one: Moment, other: Moment): number {
  const shared = Math.min(one.endSec, other.endSec) - Math.max(one.startSec, other.startSec);
  const covered = Math.max(one.endSec, other.endSec) - Math.min(one.startSec, other.startSec);
  return shared > 0 && covered > 0 ? shared / covered : 0;
}
