import { highlightLevels } from '../metrics/highlight-detection.ts';
import type { HighlightScore } from '../metrics/highlight-detection.ts';
import { percentOf } from '../metrics/rounding.ts';

/** What the highlight detection of all queries is worth: percent with two decimals by level, and a flat summary. */
export interface HighlightMetrics {
  readonly metrics: Record<string, Record<string, number>>;
  readonly brief: Record<string, number>;
}

/** Adds up highlight detection at the three levels: the mean over queries, and over queries and annotators. */
export class HighlightSums {
  #queries = 0;
  #annotators = 0;
  readonly #levels = highlightLevels.map(() => ({ hits: 0, precision: 0 }));

  /** @param scores of one query, one per level as `scoreHighlights` gives them */
  add(scores: readonly HighlightScore[]): void {
    this.#queries++;
    this.#annotators += scores[0]?.averagePrecisions.length ?? 0;
    for (const [level, { hit, averagePrecisions }] of scores.entries()) {
      const sums = this.#levels[level];
      if (sums === undefined) continue;
      if (hit) sums.hits++;
      for (const one of averagePrecisions) sums.precision += one;
    }
  }

  total(): HighlightMetrics {
    const metrics: Record<string, Record<string, number>> = {};
    const brief: Record<string, number> = {};
    for (const [level, [name]] of highlightLevels.entries()) {
      const { hits = 0, precision = 0 } = this.#levels[level] ?? {};
      const hit = percentOf(mean(hits, this.#queries));
      const meanPrecision = percentOf(mean(precision, this.#annotators));
      metrics[`HL-min-${name}`] = { 'HL-Hit1': hit, 'HL-mAP': meanPrecision };
      brief[`HL-min-${name}-Hit1`] = hit;
      brief[`HL-min-${name}-mAP`] = meanPrecision;
    }
    return { metrics, brief };
  }
}

function mean(sum: number, count: number): number {
  return count === 0 ? 0 : sum / count;
}
