import {
  momentAveragePrecision,
  momentRecall,
  precisionThresholds,
  rankedWindows,
  recallThresholds,
} from '../metrics/moment-retrieval.ts';
import type { MomentRecall, ScoredWindow } from '../metrics/moment-retrieval.ts';
import { percentOf } from '../metrics/rounding.ts';
import type { Span } from '../metrics/spans.ts';

/**
 * One query with everything that was predicted and annotated for it, one list each time it is given. Of a query given
 * twice, recalls take the later and average precision pools both.
 */
export interface RetrievalQuery {
  readonly predictions: readonly (readonly ScoredWindow[])[];
  readonly truths: readonly (readonly Span[])[];
}

/** Numbers of one range of window lengths, percent with two decimals, as the reference writes them. */
export interface RangeMetrics {
  readonly 'MR-R1': Record<string, number>;
  readonly 'MR-R5': Record<string, number>;
  readonly 'MR-mAP': Record<string, number>;
  readonly 'MR-mIoU': number;
}

const ranges = [
  ['short', 0, 10],
  ['middle', 10, 30],
  ['long', 30, Number.POSITIVE_INFINITY],
] as const;

/** What the moment retrieval of all queries is worth, by length of the true windows. */
export interface RetrievalMetrics {
  readonly metrics: Record<string, RangeMetrics>;
  /** Flat summary, in the reference's names. */
  readonly brief: Record<string, number>;
  /** Ranges without any true window: the reference reports the full set in their place. */
  readonly emptyRanges: readonly string[];
}

/**
 * Adds up the moment retrieval of QVHighlights in the ranges short (0, 10], middle (10, 30], long (30, ∞) and full
 * (`fixtures/README.md`, "QVHighlights"). True windows outside a range are dropped, then queries with none left; guesses
 * are not.
 */
export class RetrievalSums {
  readonly #full = emptySums();
  readonly #parts = ranges.map((range) => ({ range, sums: emptySums() }));

  /** Each query is looked at once and not kept. */
  add(query: RetrievalQuery): void {
    const whole = scoreQuery(query);
    addTo(this.#full, whole);
    for (const { range, sums } of this.#parts) {
      const truths = withinRange(query.truths, range);
      if (truths.length === 0) continue;
      const isWhole = truths.flat().length === query.truths.flat().length;
      addTo(sums, isWhole ? whole : scoreQuery({ ...query, truths }));
    }
  }

  total(): RetrievalMetrics {
    const metrics: Record<string, RangeMetrics> = { full: rangeMetrics(this.#full) };
    const empty = this.#parts.filter(({ sums }) => sums.count === 0);
    for (const { range, sums } of this.#parts) {
      metrics[range[0]] = rangeMetrics(sums.count === 0 ? this.#full : sums);
    }
    return { metrics, brief: briefMetrics(metrics), emptyRanges: empty.map(({ range }) => range[0]) };
  }
}

/** What one query is worth in one range. */
interface QueryScore {
  readonly recall: MomentRecall;
  readonly precisions: readonly number[];
}

/** Sums over the queries of a range; recalls are counted per threshold. */
interface RangeSums {
  count: number;
  firstIou: number;
  readonly firstHits: number[];
  readonly bestOfFiveHits: number[];
  readonly precisions: number[];
}

function emptySums(): RangeSums {
  const zeros = (thresholds: readonly number[]): number[] => thresholds.map(() => 0);
  return {
    count: 0,
    firstIou: 0,
    firstHits: zeros(recallThresholds),
    bestOfFiveHits: zeros(recallThresholds),
    precisions: zeros(precisionThresholds),
  };
}

function scoreQuery({ predictions, truths }: RetrievalQuery): QueryScore {
  return {
    recall: momentRecall({ windows: predictions.at(-1) ?? [], truths: truths.at(-1) ?? [] }),
    precisions: momentAveragePrecision(
      predictions.flatMap((windows) => windows.slice(0, rankedWindows)),
      truths.flat(),
    ),
  };
}

function addTo(sums: RangeSums, { recall, precisions }: QueryScore): void {
  sums.count++;
  sums.firstIou += recall.firstIou;
  for (let index = 0; index < recallThresholds.length; index++) {
    const threshold = recallThresholds[index] ?? 1;
    if (recall.firstIou >= threshold) sums.firstHits[index] = (sums.firstHits[index] ?? 0) + 1;
    if (recall.bestOfFiveIou >= threshold) {
      sums.bestOfFiveHits[index] = (sums.bestOfFiveHits[index] ?? 0) + 1;
    }
  }
  for (let index = 0; index < precisions.length; index++) {
    sums.precisions[index] = (sums.precisions[index] ?? 0) + (precisions[index] ?? 0);
  }
}

function rangeMetrics({ count, firstIou, firstHits, bestOfFiveHits, precisions }: RangeSums): RangeMetrics {
  const perQuery = (sum: number): number => (count === 0 ? 0 : sum / count);
  const byThreshold = (thresholds: readonly number[], sums: readonly number[]): Record<string, number> =>
    Object.fromEntries(thresholds.map((one, index) => [String(one), percentOf(perQuery(sums[index] ?? 0))]));
  return {
    'MR-R1': byThreshold(recallThresholds, firstHits),
    'MR-R5': byThreshold(recallThresholds, bestOfFiveHits),
    'MR-mAP': {
      ...byThreshold(precisionThresholds, precisions),
      average: percentOf(mean(precisions.map(perQuery))),
    },
    'MR-mIoU': percentOf(perQuery(firstIou)),
  };
}

function briefMetrics(metrics: Readonly<Record<string, RangeMetrics>>): Record<string, number> {
  const brief: Record<string, number> = {};
  for (const [name, range] of Object.entries(metrics)) {
    brief[`MR-${name}-mAP`] = range['MR-mAP']['average'] ?? 0;
    brief[`MR-${name}-mIoU`] = range['MR-mIoU'];
  }
  const { full } = metrics;
  for (const threshold of ['0.5', '0.75']) {
    brief[`MR-full-mAP@${threshold}`] = full?.['MR-mAP'][threshold] ?? 0;
  }
  for (const threshold of ['0.3', '0.5', '0.7']) {
    brief[`MR-full-R1@${threshold}`] = full?.['MR-R1'][threshold] ?? 0;
    brief[`MR-full-R5@${threshold}`] = full?.['MR-R5'][threshold] ?? 0;
  }
  return brief;
}

function withinRange(
  truths: readonly (readonly Span[])[],
  [, overSec, upToSec]: (typeof ranges)[number],
): readonly (readonly Span[])[] {
  return truths
    .map((windows) => windows.filter(([start, end]) => end - start > overSec && end - start <= upToSec))
    .filter((windows) => windows.length > 0);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
