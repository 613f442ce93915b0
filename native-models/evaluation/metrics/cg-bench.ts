import { float32Sum } from './float32-sum.ts';
import type { RecallGrid } from './moment-recall.ts';
import type { Span } from './spans.ts';
import { finiteOrZero, intersectionSec, lengthSec } from './spans.ts';

/** CG-Bench averages over five thresholds of the first guess (CG-Bench paper; fixtures/README.md, "Thresholds"). */
export const cgBenchGrid: RecallGrid = { tops: [1], thresholds: [0.1, 0.2, 0.3, 0.4, 0.5] };

/**
 * Which guesses CG-Bench scores together: the first, and with a threshold above 0 all whose confidence is above it.
 *
 * @param confidenceThreshold 0 or less: the first guess alone, the published setting
 */
export function selectGuesses(
  guesses: readonly Span[],
  confidences: readonly number[],
  confidenceThreshold: number,
): readonly Span[] {
  if (confidenceThreshold <= 0) return guesses.slice(0, 1);
  return guesses.filter(
    (_, index) => index === 0 || (confidences[index] ?? Number.NEGATIVE_INFINITY) > confidenceThreshold,
  );
}

/**
 * CG-Bench's one number a question, as its published scorer computes it: the sum of all pairwise intersections over the sum
 * of all lengths less that. Overlapping intervals are counted more than once, so the value can leave [0, 1]; with one
 * guess and disjoint true intervals it is the honest IoU (fixtures/README.md, "CG-Bench IoU").
 */
export function pooledIou(guesses: readonly Span[], truths: readonly Span[]): number {
  const intersection = float32Sum(
    guesses.flatMap((guess) => truths.map((truth) => intersectionSec(guess, truth))),
  );
  const lengths = Math.fround(float32Sum(guesses.map(lengthSec)) + float32Sum(truths.map(lengthSec)));
  return finiteOrZero(Math.fround(intersection / Math.fround(lengths - intersection)));
}

/** IoU of two sets of intervals, each merged first: what CG-Bench's number means to be. In [0, 1]. */
export function unionIou(guesses: readonly Span[], truths: readonly Span[]): number {
  const guessed = merge(guesses);
  const wanted = merge(truths);
  let intersection = 0;
  for (const [start, end] of guessed) {
    for (const truth of wanted)
      intersection += Math.max(0, Math.min(end, truth[1]) - Math.max(start, truth[0]));
  }
  const sum = [...guessed, ...wanted].reduce((total, [start, end]) => total + end - start, 0);
  return finiteOrZero(intersection / (sum - intersection));
}

/** Disjoint, ascending; empty, inverted and unbounded intervals are left out. */
function merge(spans: readonly Span[]): readonly Span[] {
  const sorted = spans
    .filter(([start, end]) => end > start && Number.isFinite(end - start))
    .sort((a, b) => a[0] - b[0]);
  const merged: Span[] = [];
  for (const span of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && span[0] <= last[1])
      merged[merged.length - 1] = [last[0], Math.max(last[1], span[1])];
    else merged.push(span);
  }
  return merged;
}
