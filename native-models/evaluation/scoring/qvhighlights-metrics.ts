import { highlightLevels } from '../metrics/highlight-detection.ts';
import type { HighlightScore } from '../metrics/highlight-detection.ts';
import {
  momentAveragePrecision,
  momentRecall,
  precisionThresholds,
  rankedWindows,
  recallThresholds,
} from '../metrics/moment-retrieval.ts';
import type { MomentRecall, ScoredWindow } from '../metrics/moment-retrieval.ts';
import { roundHalfToEven } from '../metrics/rounding.ts';
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
  readonly metrics: Record<string, Record<string, number> | RangeMetrics>;
  /** Flat summary, in the reference's names. */
  readonly brief: Record<string, number>;
  /** Ranges without any true window: the reference reports the full set in their place. */
  readonly emptyRanges: readonly string[];
}

/**
 * Moment retrieval of QVHighlights in the ranges short (0, 10], middle (10, 30], long (30, ∞) and full (reference metrics
 * notes, "QVHighlights scorer"). True windows outside a range are dropped, then queries with none left; guesses are not.
 */
export function retrievalMetrics(queries: readonly RetrievalQuery[]): RetrievalMetrics {
  const fullScores = queries.map(scoreQuery);
  const full = rangeMetrics(fullScores);
  const metrics: Record<string, RangeMetrics> = { full };
  const brief: Record<string, number> = {};
  const emptyRanges: string[] = [];
  for (const [name, overSec, upToSec] of ranges) {
    const inside = queries.flatMap((query, index) => {
      const truths = query.truths
        .map((windows) => windows.filter((window) => isWithin(window, overSec, upToSec)))
        .filter((windows) => windows.length > 0);
      if (truths.length === 0) return [];
      const isWhole = truths.flat().length === query.truths.flat().length;
      return (isWhole ? fullScores[index] : undefined) ?? scoreQuery({ ...query, truths });
    });
    if (inside.length === 0) emptyRanges.push(name);
    metrics[name] = inside.length === 0 ? full : rangeMetrics(inside);
  }
  for (const [name, range] of Object.entries(metrics)) {
    brief[`MR-${name}-mAP`] = range['MR-mAP']['average'] ?? 0;
    brief[`MR-${name}-mIoU`] = range['MR-mIoU'];
  }
  for (const threshold of ['0.5', '0.75']) brief[`MR-full-mAP@${threshold}`] = full['MR-mAP'][threshold] ?? 0;
  for (const threshold of ['0.3', '0.5', '0.7']) {
    brief[`MR-full-R1@${threshold}`] = full['MR-R1'][threshold] ?? 0;
    brief[`MR-full-R5@${threshold}`] = full['MR-R5'][threshold] ?? 0;
  }
  return { metrics, brief, emptyRanges };
}

/**
 * Highlight detection at the three levels, percent with two decimals, and its flat summary.
 *
 * @param queries per query, a score per level as `scoreHighlights` gives them
 */
export function highlightMetrics(queries: readonly (readonly HighlightScore[])[]): {
  readonly metrics: Record<string, Record<string, number>>;
  readonly brief: Record<string, number>;
} {
  const metrics: Record<string, Record<string, number>> = {};
  const brief: Record<string, number> = {};
  for (const [index, [name]] of highlightLevels.entries()) {
    const scores = queries.flatMap((levels) => levels[index] ?? []);
    const hit = percent(mean(scores.map((score) => (score.hit ? 1 : 0))));
    const precision = percent(mean(scores.flatMap((score) => score.averagePrecisions)));
    metrics[`HL-min-${name}`] = { 'HL-Hit1': hit, 'HL-mAP': precision };
    brief[`HL-min-${name}-Hit1`] = hit;
    brief[`HL-min-${name}-mAP`] = precision;
  }
  return { metrics, brief };
}

/** What one query is worth in one range. */
interface QueryScore {
  readonly recall: MomentRecall;
  readonly precisions: readonly number[];
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

function rangeMetrics(scores: readonly QueryScore[]): RangeMetrics {
  const recalls = scores.map(({ recall }) => recall);
  const perThreshold = precisionThresholds.map((_, index) =>
    mean(scores.map(({ precisions }) => precisions[index] ?? 0)),
  );
  return {
    'MR-R1': shares(recalls, 'firstIou'),
    'MR-R5': shares(recalls, 'bestOfFiveIou'),
    'MR-mAP': {
      ...Object.fromEntries(
        precisionThresholds.map((threshold, index) => [String(threshold), percent(perThreshold[index] ?? 0)]),
      ),
      average: percent(mean(perThreshold)),
    },
    'MR-mIoU': percent(mean(recalls.map((recall) => recall.firstIou))),
  };
}

function shares(recalls: readonly MomentRecall[], kind: keyof MomentRecall): Record<string, number> {
  return Object.fromEntries(
    recallThresholds.map((threshold) => [
      String(threshold),
      percent(mean(recalls.map((recall) => (recall[kind] >= threshold ? 1 : 0)))),
    ]),
  );
}

function isWithin([start, end]: Span, overSec: number, upToSec: number): boolean {
  const lengthSec = end - start;
  return lengthSec > overSec && lengthSec <= upToSec;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(share: number): number {
  return roundHalfToEven(share * 100, 2);
}
