import { overlapOf } from '../../../native-models/protocol/overlap.ts';
import { OverlappingMoments } from '../../../native-models/protocol/overlapping-moments.ts';
import type { ComparedMoment } from './compared-moment.ts';

/** Two moments that are taken for the same one. */
export interface Pair {
  readonly one: ComparedMoment;
  readonly other: ComparedMoment;
  readonly iou: number;
}

/** What of two lists goes together, and what is left over. */
export interface Pairing {
  readonly pairs: readonly Pair[];
  readonly extra: readonly ComparedMoment[];
  readonly missing: readonly ComparedMoment[];
}

/**
 * Pairs moments of one video, each with one at most: those that overlap most first. So the pairs from some overlap
 * upwards are those that a pairing above that overlap would give. `isSame` says which two may go together.
 */
export function pairMoments(
  ones: readonly ComparedMoment[],
  others: readonly ComparedMoment[],
  isSame: (one: ComparedMoment, other: ComparedMoment) => boolean,
  minIou = 0,
): Pairing {
  const index = new OverlappingMoments(others);
  const found: Pair[] = [];
  for (const one of ones.toSorted(inOrder)) {
    for (const other of index.of(one)) {
      if (!isSame(one, other)) continue;
      const iou = overlapOf(one, other);
      if (iou > 0 && iou >= minIou) found.push({ one, other, iou });
    }
  }
  found.sort((a, b) => b.iou - a.iou || inOrder(a.one, b.one) || inOrder(a.other, b.other));
  const taken = new Set<ComparedMoment>();
  const pairs = found.filter(({ one, other }) => {
    if (taken.has(one) || taken.has(other)) return false;
    taken.add(one).add(other);
    return true;
  });
  return {
    pairs,
    extra: ones.filter((moment) => !taken.has(moment)),
    missing: others.filter((moment) => !taken.has(moment)),
  };
}

function inOrder(one: ComparedMoment, other: ComparedMoment): number {
  return one.startSec - other.startSec || one.endSec - other.endSec;
}
