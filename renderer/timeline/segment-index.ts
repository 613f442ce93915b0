import type { Moment } from '../../native-models/protocol/run-record.ts';

/** Segments sorted by their start, with what finding those of a stretch quickly needs. */
export interface SegmentIndex<S extends Moment> {
  /** Ascending by start, then by end, longer ones first. */
  readonly sorted: readonly S[];
  /** An implicit binary tree over `sorted`: the latest end within each node. */
  readonly latestEnds: Float64Array;
  readonly leaves: number;
}

/** Sorts segments and builds the tree: n log n once, then each query costs log n and what it finds. */
export function indexSegments<S extends Moment>(segments: readonly S[]): SegmentIndex<S> {
  const sorted = segments.toSorted((a, b) => a.startSec - b.startSec || b.endSec - a.endSec);
  let leaves = 1;
  while (leaves < sorted.length) leaves *= 2;
  const latestEnds = new Float64Array(2 * leaves).fill(-Infinity);
  sorted.forEach((segment, place) => (latestEnds[leaves + place] = segment.endSec));
  for (let node = leaves - 1; node >= 1; node -= 1) {
    latestEnds[node] = Math.max(latestEnds[2 * node] ?? -Infinity, latestEnds[2 * node + 1] ?? -Infinity);
  }
  return { sorted, latestEnds, leaves };
}

/** Calls back for each segment that touches a stretch, ascending by start, with its place in `sorted`. */
export function visitOverlapping<S extends Moment>(
  index: SegmentIndex<S>,
  startSec: number,
  endSec: number,
  visit: (segment: S, place: number) => void,
): void {
  const { sorted, latestEnds, leaves } = index;
  const descend = (node: number, from: number, size: number): void => {
    const first = sorted[from];
    if (!first || first.startSec > endSec || (latestEnds[node] ?? -Infinity) < startSec) return;
    if (size === 1) {
      visit(first, from);
      return;
    }
    const half = size / 2;
    descend(2 * node, from, half);
    descend(2 * node + 1, from + half, half);
  };
  if (sorted.length > 0) descend(1, 0, leaves);
}

/** The segments that touch a stretch, ascending by start. */
export function overlapping<S extends Moment>(index: SegmentIndex<S>, startSec: number, endSec: number): S[] {
  const found: S[] = [];
  visitOverlapping(index, startSec, endSec, (segment) => found.push(segment));
  return found;
}
