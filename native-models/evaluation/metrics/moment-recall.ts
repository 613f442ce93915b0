import type { Overlap, Span } from './spans.ts';
import { bestOverlap } from './spans.ts';

/** Which recalls are counted: R`k`@`t` for every pair. */
export interface RecallGrid {
  /** First how many guesses, ascending. */
  readonly tops: readonly number[];
  readonly thresholds: readonly number[];
}

/** R1, R3, R5 at 0.3, 0.5, 0.7: the published default of temporal grounding. */
export const defaultGrid: RecallGrid = { tops: [1, 3, 5], thresholds: [0.3, 0.5, 0.7] };

/** Per guess, in the order in which they are listed. */
export type OverlapKind = keyof Overlap;

/** Column name of a recall, e.g. `R1@0.5`. */
export function recallName(top: number, threshold: number): string {
  return `R${top}@${threshold}`;
}

/** The overlaps of the first guesses, at most as many as the grid's largest k asks for. */
export function guessOverlaps(
  guesses: readonly Span[],
  truths: readonly Span[],
  grid: RecallGrid,
): readonly Overlap[] {
  const needed = Math.max(...grid.tops);
  return guesses.slice(0, needed).map((guess) => bestOverlap(guess, truths));
}

/**
 * Which recalls of the grid a query reaches, tops outermost: some guess among the first k, as listed, has at least the
 * threshold, which is rounded to float32 like the overlaps it is compared with. A k beyond the list takes the whole list.
 * Source: fixtures/README.md, "IoU, IoP".
 */
export function recallHits(
  overlaps: readonly Overlap[],
  kind: OverlapKind,
  grid: RecallGrid,
): readonly boolean[] {
  const hits: boolean[] = [];
  for (const top of grid.tops) {
    let best = -Infinity;
    for (let index = 0; index < Math.min(top, overlaps.length); index++) {
      best = Math.max(best, overlaps[index]?.[kind] ?? NaN);
    }
    for (const threshold of grid.thresholds) hits.push(reaches(best, threshold));
  }
  return hits;
}

/** Whether an overlap reaches a threshold, in float32. */
export function reaches(value: number, threshold: number): boolean {
  return value >= Math.fround(threshold);
}
