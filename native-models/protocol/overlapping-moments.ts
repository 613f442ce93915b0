import type { Moment } from './run-record.ts';

/** Moments of one video, to be asked again and again which of them overlap another. */
export class OverlappingMoments<Item extends Moment> {
  readonly #byStart: readonly Item[];
  /** Up to each place the latest end: what ends before a moment starts needs no look. */
  readonly #latestEnd: readonly number[];

  constructor(moments: readonly Item[]) {
    this.#byStart = moments.toSorted((a, b) => a.startSec - b.startSec || a.endSec - b.endSec);
    const latestEnd: number[] = [];
    for (const { endSec } of this.#byStart) latestEnd.push(Math.max(endSec, latestEnd.at(-1) ?? -Infinity));
    this.#latestEnd = latestEnd;
  }

  /** Those that have an instant in common with this one, the latest first; ends count. */
  *of({ startSec, endSec }: Moment): Generator<Item> {
    for (let at = this.#lastStartingBy(endSec); at >= 0; at--) {
      if ((this.#latestEnd[at] ?? -Infinity) < startSec) return;
      const item = this.#byStart[at];
      if (item !== undefined && item.endSec >= startSec) yield item;
    }
  }

  #lastStartingBy(timeSec: number): number {
    let low = 0;
    let high = this.#byStart.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#byStart[middle]?.startSec ?? Infinity) <= timeSec) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
