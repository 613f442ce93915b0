/** [start, end] in seconds. An inverted or empty span overlaps nothing. */
export type Span = readonly [startSec: number, endSec: number];

const { fround } = Math;

/**
 * Overlap of two spans, with every step in float32 as the published scorer computes it (fixtures/README.md, "IoU,
 * IoP"; the measures of the Charades-STA and NExT-GQA papers). What is not finite is 0.
 */
export interface Overlap {
  /** Intersection over union. */
  readonly iou: number;
  /** Intersection over the length of the guess. */
  readonly iop: number;
}

/** IoU and IoP of a guess and one true span. */
export function overlap(guess: Span, truth: Span): Overlap {
  const intersection = intersectionSec(guess, truth);
  const guessSec = lengthSec(guess);
  const union = fround(fround(guessSec + lengthSec(truth)) - intersection);
  return {
    iou: finiteOrZero(fround(intersection / union)),
    iop: finiteOrZero(fround(intersection / guessSec)),
  };
}

/** What a guess is worth: its best true span, for IoU and IoP each by itself. */
export function bestOverlap(guess: Span, truths: readonly Span[]): Overlap {
  let iou = 0;
  let iop = 0;
  for (const truth of truths) {
    const one = overlap(guess, truth);
    iou = Math.max(iou, one.iou);
    iop = Math.max(iop, one.iop);
  }
  return { iou, iop };
}

/** Length in float32; negative for an inverted span. */
export function lengthSec([start, end]: Span): number {
  return fround(fround(end) - fround(start));
}

/** Common part in float32, at least 0; NaN when a bound is. */
export function intersectionSec(a: Span, b: Span): number {
  const end = Math.min(fround(a[1]), fround(b[1]));
  const start = Math.max(fround(a[0]), fround(b[0]));
  return Math.max(0, fround(end - start));
}

/** 0 for NaN and the infinities. */
export function finiteOrZero(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
