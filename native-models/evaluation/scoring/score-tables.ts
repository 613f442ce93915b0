import type { ScoreTable } from '../../protocol/eval-score.ts';
import { recallName } from '../metrics/moment-recall.ts';
import { formatHalfToEven, formatPercent } from '../metrics/rounding.ts';
import type { RowSums, Scoreboard } from './scoreboard.ts';

/** Rows by the code points of their names, as the reference prints them, or in the order in which they were added. */
export type RowOrder = 'by-name' | 'as-added';

/** Recalls and mean overlap of the default measures. */
export function groundingTable(
  board: Scoreboard,
  kind: 'iou' | 'iop',
  order: RowOrder = 'by-name',
): ScoreTable {
  const { tops, thresholds } = board.grid;
  const recalls = tops.flatMap((top) => thresholds.map((threshold) => recallName(top, threshold)));
  return table(board, order, ['Failed', ...recalls, kind === 'iou' ? 'mIoU' : 'mIoP'], (sums) => [
    ...groundingCells(sums, kind),
  ]);
}

/** CG-Bench's: as the default one, and `rec.@IoU`, the mean of the recalls. */
export function cgGroundingTable(board: Scoreboard): ScoreTable {
  const recalls = board.grid.thresholds.map((threshold) => recallName(1, threshold));
  return table(board, 'by-name', ['Failed', ...recalls, 'mIoU', 'rec.@IoU'], (sums) => [
    ...groundingCells(sums, 'iou'),
    meanShare(sums.iou.hits, sums.grounding.samples),
  ]);
}

/** Accuracy of the answers, alone and with the first guess at 0.5, over all answered samples. */
export function answerTable(board: Scoreboard, order: RowOrder = 'by-name'): ScoreTable {
  const half = board.grid.thresholds.indexOf(0.5);
  return table(board, order, ['Failed', 'Acc', 'Acc (IoU >= 0.5)', 'Acc (IoP >= 0.5)'], ({ answers }) => [
    String(answers.samples),
    String(answers.failed),
    formatPercent(answers.correct, answers.samples),
    formatPercent(answers.correctAndIou[half] ?? 0, answers.samples),
    formatPercent(answers.correctAndIop, answers.samples),
  ]);
}

/** CG-Bench's: accuracy, and `acc.@IoU`, the mean over thresholds of right answers whose moment reaches it. */
export function cgAnswerTable(board: Scoreboard): ScoreTable {
  return table(board, 'by-name', ['Failed', 'long-acc.', 'acc.@IoU'], ({ answers }) => [
    String(answers.samples),
    String(answers.failed),
    formatPercent(answers.correct, answers.samples),
    meanShare(answers.correctAndIou, answers.samples),
  ]);
}

/** Mean over tasks of their accuracy (MLVU's M-Avg) beside the mean over samples. */
export function taskMeanTable(board: Scoreboard): ScoreTable {
  const tasks = [...board.rows.values()].filter(({ answers }) => answers.samples > 0);
  const sum = tasks.reduce((total, { answers }) => total + answers.correct / answers.samples, 0);
  const { answers } = board.all;
  return {
    columns: ['Tasks', 'Mean over tasks', '#Samples', 'Mean over samples'],
    rows: [
      [
        String(tasks.length),
        formatPercent(sum, tasks.length),
        String(answers.samples),
        formatPercent(answers.correct, answers.samples),
      ],
    ],
  };
}

function groundingCells(sums: RowSums, kind: 'iou' | 'iop'): string[] {
  const { samples, failed } = sums.grounding;
  const { hits, sum } = sums[kind];
  return [
    String(samples),
    String(failed),
    ...hits.map((count) => formatPercent(count, samples)),
    formatPercent(sum, samples),
  ];
}

function meanShare(counts: readonly number[], samples: number): string {
  if (samples === 0) return '0.00';
  const shares = counts.map((count) => (count / samples) * 100);
  return formatHalfToEven(shares.reduce((total, share) => total + share, 0) / counts.length, 2);
}

function table(
  board: Scoreboard,
  order: RowOrder,
  columns: readonly string[],
  cells: (sums: RowSums) => readonly string[],
): ScoreTable {
  const rows = [...board.rows];
  if (order === 'by-name') rows.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return {
    columns: ['Task', '#Samples', ...columns],
    rows: [...rows, ['all', board.all] as const].map(([name, sums]) => [name, ...cells(sums)]),
  };
}
