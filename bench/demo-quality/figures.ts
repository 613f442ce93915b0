import type { Span } from './held-out-films.ts';

/** A count of hits among tries. */
export class Share {
  #hits = 0;
  #tries = 0;

  add(hit: boolean): void {
    this.#tries++;
    if (hit) this.#hits++;
  }

  get tries(): number {
    return this.#tries;
  }

  /** 0..1; undefined without tries. */
  get value(): number | undefined {
    return this.#tries === 0 ? undefined : this.#hits / this.#tries;
  }
}

/** Intersection over union of two spans. */
export function overlap(one: Span, other: Span): number {
  const both = Math.max(0, Math.min(one[1], other[1]) - Math.max(one[0], other[0]));
  const either = one[1] - one[0] + (other[1] - other[0]) - both;
  return either > 0 ? both / either : 0;
}

/** Recall of the first guess at two overlaps, and the mean overlap. */
export function recalls(overlaps: readonly number[]): { r5: number; r7: number; mIoU: number } {
  const count = Math.max(1, overlaps.length);
  const above = (threshold: number) => overlaps.filter((value) => value >= threshold).length / count;
  return { r5: above(0.5), r7: above(0.7), mIoU: overlaps.reduce((sum, value) => sum + value, 0) / count };
}

/** Chance that a right candidate scores above a wrong one; ties count half. Undefined when there is only one kind. */
export function auroc(
  judged: readonly { readonly score: number; readonly right: boolean }[],
): number | undefined {
  const sorted = [...judged].sort((a, b) => a.score - b.score);
  const right = sorted.filter((each) => each.right).length;
  const wrong = sorted.length - right;
  if (right === 0 || wrong === 0) return undefined;
  let rankSum = 0;
  for (let first = 0; first < sorted.length;) {
    let next = first;
    while (next < sorted.length && sorted[next]?.score === sorted[first]?.score) next++;
    const rank = (first + 1 + next) / 2;
    rankSum += rank * sorted.slice(first, next).filter((each) => each.right).length;
    first = next;
  }
  return (rankSum - (right * (right + 1)) / 2) / (right * wrong);
}
