import type { Moment } from '../../native-models/protocol/run-record.ts';

/** Segments sorted by their start, with their times in plain arrays: what is looked at for each frame painted. */
export interface SegmentIndex<S extends Moment> {
  /** Ascending by start, longer ones first. */
  readonly sorted: readonly S[];
  readonly startsSec: Float64Array;
  readonly endsSec: Float64Array;
  /** The latest end up to each place: never falls, so that what ended before a view is passed over at once. */
  readonly latestEndsSec: Float64Array;
}

/** Sorts segments once, so that looking for those of a stretch costs little more than what it finds. */
export function indexSegments<S extends Moment>(segments: readonly S[]): SegmentIndex<S> {
  const sorted = segments.toSorted((a, b) => a.startSec - b.startSec || b.endSec - a.endSec);
  const startsSec = Float64Array.from(sorted, (segment) => segment.startSec);
  const endsSec = Float64Array.from(sorted, (segment) => segment.endSec);
  let latest = -Infinity;
  const latestEndsSec = endsSec.map((end) => (latest = Math.max(latest, end)));
  return { sorted, startsSec, endsSec, latestEndsSec };
}

/** Places in `sorted`, from the first to before the last, outside of which nothing touches a stretch. */
export function placesWithin(
  index: SegmentIndex<Moment>,
  startSec: number,
  endSec: number,
): { readonly from: number; readonly until: number } {
  return {
    from: firstPlace(index.latestEndsSec, (latest) => latest >= startSec),
    until: firstPlace(index.startsSec, (start) => start > endSec),
  };
}

/** The segments that touch a stretch, with their places in `sorted`, ascending by start. */
export function overlapping<S extends Moment>(
  index: SegmentIndex<S>,
  startSec: number,
  endSec: number,
): { readonly segment: S; readonly place: number }[] {
  const found: { segment: S; place: number }[] = [];
  const { from, until } = placesWithin(index, startSec, endSec);
  for (let place = from; place < until; place += 1) {
    const segment = index.sorted[place];
    if (segment && segment.endSec >= startSec) found.push({ segment, place });
  }
  return found;
}

/** The first place whose value satisfies what no value before it and all after it satisfy. */
function firstPlace(values: Float64Array, holds: (value: number) => boolean): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(values[middle] ?? Infinity)) high = middle;
    else low = middle + 1;
  }
  return low;
}
