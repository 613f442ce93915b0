import type { BenchmarkName, TextMeasure } from '../../protocol/eval-task.ts';
import { ownMetrics } from '../../protocol/eval-task.ts';
import { recallName } from '../metrics/moment-recall.ts';
import type { ScoredSample } from './scored-samples.ts';
import { scoringMode } from './scored-samples.ts';

/** One number of a sample; a figure is its mean over the samples that take part. */
export interface Measure {
  readonly table: 'Grounding (IoU)' | 'Grounding (IoP)' | 'QA' | 'Task';
  /** As the scorer's tables name it. */
  readonly column: string;
  /** Whether a sample is either right or wrong by it. */
  readonly isBinary: boolean;
  /** 0 to 1; NaN where a sample takes no part. */
  readonly of: (sample: ScoredSample) => number;
}

const binaryTextMeasures: ReadonlySet<TextMeasure> = new Set(['exact-match', 'contains', 'number']);

/** The accuracy by the reading that forgives form; never what is published. */
export const forgivingAccuracy = 'Acc, read forgivingly';

/** The measures behind the columns of the scorer's tables (`score-tables.ts`), and those of one's own task. */
export function measures(benchmark: BenchmarkName): readonly Measure[] {
  const { grid } = scoringMode(benchmark);
  const recalls = (['iou', 'iop'] as const).flatMap((kind) => {
    const table = kind === 'iou' ? 'Grounding (IoU)' : 'Grounding (IoP)';
    return grid.tops.flatMap((top, topIndex) =>
      grid.thresholds.map((threshold, index): Measure => {
        const place = topIndex * grid.thresholds.length + index;
        return {
          table,
          column: recallName(top, threshold),
          isBinary: true,
          of: ({ score }) => truth(score.grounding?.[kind].hits[place]),
        };
      }),
    );
  });
  const half = grid.thresholds.indexOf(0.5);
  const reachesHalf = ({ score }: ScoredSample, kind: 'iou' | 'iop'): boolean =>
    score.grounding?.[kind].hits[half] === true;
  return [
    ...recalls,
    {
      table: 'Grounding (IoU)',
      column: 'mIoU',
      isBinary: false,
      of: ({ score }) => score.grounding?.iou.value ?? NaN,
    },
    {
      table: 'Grounding (IoP)',
      column: 'mIoP',
      isBinary: false,
      of: ({ score }) => score.grounding?.iop.value ?? NaN,
    },
    {
      table: 'Grounding (IoU)',
      column: 'rec.@IoU',
      isBinary: false,
      of: ({ score }) => (score.grounding === undefined ? NaN : share(score.grounding.iou.hits)),
    },
    { table: 'QA', column: 'Acc', isBinary: true, of: accuracy },
    { table: 'QA', column: 'long-acc.', isBinary: true, of: accuracy },
    {
      table: 'QA',
      column: forgivingAccuracy,
      isBinary: true,
      of: ({ score }) => truth(score.tolerantAnswer?.correct),
    },
    {
      table: 'QA',
      column: 'Acc (IoU >= 0.5)',
      isBinary: true,
      of: (sample) => accuracyWhere(sample, reachesHalf(sample, 'iou')),
    },
    {
      table: 'QA',
      column: 'Acc (IoP >= 0.5)',
      isBinary: true,
      of: (sample) => accuracyWhere(sample, reachesHalf(sample, 'iop')),
    },
    {
      table: 'QA',
      column: 'acc.@IoU',
      isBinary: false,
      of: (sample) => accuracy(sample) * share(sample.score.grounding?.iou.hits ?? []),
    },
    ...ownMetrics(benchmark).map((metric): Measure => ({
      table: 'Task',
      column: metric.name,
      isBinary: 'use' in metric && binaryTextMeasures.has(metric.use),
      of: ({ taskValues }) => taskValues[metric.name] ?? NaN,
    })),
  ];
}

function truth(value: boolean | undefined): number {
  return value === undefined ? NaN : Number(value);
}

function accuracy({ score }: ScoredSample): number {
  return truth(score.answer?.correct);
}

function accuracyWhere(sample: ScoredSample, holds: boolean): number {
  const right = accuracy(sample);
  return holds || Number.isNaN(right) ? right : 0;
}

function share(hits: readonly boolean[]): number {
  return hits.length === 0 ? 0 : hits.filter(Boolean).length / hits.length;
}

/** What a measure is called in reports. */
export function measureName({ table, column }: Pick<Measure, 'table' | 'column'>): string {
  return table === 'Grounding (IoP)' ? `${column} (IoP)` : column;
}
