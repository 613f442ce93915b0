import type { Span } from './spans.ts';

/** A guess with its score. */
export type ScoredWindow = readonly [startSec: number, endSec: number, score: number];

/** One query of QVHighlights: the guesses as listed, and the true windows. */
export interface MomentQuery {
  readonly windows: readonly ScoredWindow[];
  readonly truths: readonly Span[];
}

/** IoU thresholds of the average precision: 0.5, 0.55 … 0.95. */
export const precisionThresholds: readonly number[] = steps(0.5, 10);

/** IoU thresholds of the recalls: 0.3, 0.35 … 0.95. */
export const recallThresholds: readonly number[] = steps(0.3, 14);

/** Windows beyond these many, as listed, have no part in the average precision. */
export const rankedWindows = 10;
const secondChances = 5;

/**
 * Average precision of one query at each of `precisionThresholds` (ActivityNet's detection measure as QVHighlights uses it;
 * fixtures/README.md, "QVHighlights scorer"): guesses by falling score, equal ones as listed, each takes the first true
 * window in the order of falling overlap that reaches the threshold and is free. NaN (nothing over nothing) reaches any.
 * Without true windows it is 0.
 *
 * @param windows already limited to the first `rankedWindows` of each prediction
 */
export function momentAveragePrecision(windows: readonly ScoredWindow[], truths: readonly Span[]): number[] {
  if (truths.length === 0) return precisionThresholds.map(() => 0);
  const ranked = [...windows].sort((a, b) => b[2] - a[2]);
  const preferences = ranked.map((window) => preferredTruths(window, truths));
  const taken = new Uint8Array(truths.length);
  return precisionThresholds.map((threshold) => {
    taken.fill(0);
    const hits = preferences.map((preference) => takeTruth(preference, threshold, taken));
    return interpolatedPrecision(hits, truths.length);
  });
}

/** Takes the first true window that reaches the threshold and is free. @returns whether there is one */
function takeTruth(preference: readonly Preference[], threshold: number, taken: Uint8Array): boolean {
  for (const { index, iou } of preference) {
    if (iou < threshold || taken[index] === 1) continue;
    taken[index] = 1;
    return true;
  }
  return false;
}

/** Recalls of one query. */
export interface MomentRecall {
  /** Paired IoU of the first listed window and the true window that it overlaps most. */
  readonly firstIou: number;
  /** Best IoU of any of the first five and any true window. */
  readonly bestOfFiveIou: number;
}

/** What the first listed window and the best of the first five are worth. */
export function momentRecall({ windows, truths }: MomentQuery): MomentRecall {
  const [first] = windows;
  if (first === undefined) return { firstIou: 0, bestOfFiveIou: 0 };
  const [nearest] = preferredTruths(first, truths, 'earlier-first');
  const nearestTruth = nearest === undefined ? undefined : truths[nearest.index];
  const bests = windows
    .slice(0, secondChances)
    .flatMap((window) => truths.map((truth) => crossIou(window, truth)))
    .map((iou) => (Number.isNaN(iou) ? 0 : iou));
  return {
    firstIou: nearestTruth === undefined ? 0 : pairedIou(first, nearestTruth),
    bestOfFiveIou: Math.max(0, ...bests),
  };
}

/** Intersection over sum of lengths less intersection; NaN for nothing over nothing. */
function crossIou(a: ScoredWindow, b: Span): number {
  const intersection = Math.max(0, Math.min(a[1], b[1]) - Math.max(a[0], b[0]));
  return intersection / (a[1] - a[0] + (b[1] - b[0]) - intersection);
}

/** Intersection over hull; 0 where the hull is. */
function pairedIou(a: ScoredWindow, b: Span): number {
  const intersection = Math.max(0, Math.min(a[1], b[1]) - Math.max(a[0], b[0]));
  const hull = Math.max(a[1], b[1]) - Math.min(a[0], b[0]);
  return hull === 0 ? 0 : intersection / hull;
}

interface Preference {
  readonly index: number;
  readonly iou: number;
}

/** True windows by falling cross IoU, NaN first; of equal ones the later index first unless asked otherwise. */
function preferredTruths(
  window: ScoredWindow,
  truths: readonly Span[],
  ties: 'later-first' | 'earlier-first' = 'later-first',
): readonly Preference[] {
  const preferences = truths.map((truth, index) => ({ index, iou: crossIou(window, truth) }));
  if (preferences.length < 2) return preferences;
  const rank = (iou: number): number => (Number.isNaN(iou) ? Number.POSITIVE_INFINITY : iou);
  const later = ties === 'later-first' ? -1 : 1;
  return preferences.sort((a, b) => compare(rank(b.iou), rank(a.iou)) || later * (a.index - b.index));
}

/** Area under the interpolated precision over all steps of recall. */
function interpolatedPrecision(hits: readonly boolean[], truthCount: number): number {
  let found = 0;
  for (const hit of hits) if (hit) found++;
  let area = 0;
  let precision = 0;
  for (let index = hits.length - 1; index >= 0; index--) {
    precision = Math.max(precision, found / (index + 1));
    const before = hits[index] === true ? found - 1 : found;
    area += (found / truthCount - before / truthCount) * precision;
    found = before;
  }
  return area;
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Multiples of 0.05 as the decimal fractions that they are written as. */
function steps(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => Number((first + index * 0.05).toFixed(2)));
}
