import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pooledIou, selectGuesses, unionIou } from './cg-bench.ts';
import { guessOverlaps, recallHits, recallName } from './moment-recall.ts';
import type { Span } from './spans.ts';
import { overlap } from './spans.ts';

interface Row {
  readonly pred: readonly Span[];
  readonly conf: readonly number[];
  readonly span: readonly Span[];
  readonly iou: readonly (readonly number[])[];
  readonly iop: readonly (readonly number[])[];
  readonly cgbenchIou: number;
  readonly 'cgbenchIouAbove0.5': number;
  readonly reached: Readonly<Record<string, readonly number[]>>;
}

const { rows } = JSON.parse(readFileSync(new URL('../fixtures/spans.json', import.meta.url), 'utf8')) as {
  readonly rows: readonly Row[];
};
const grid = { tops: [1, 3, 5], thresholds: [0.1, 0.2, 0.3, 0.4, 0.5, 0.7] };

describe('spans', () => {
  test.each(rows.map((row, index) => [index, row] as const))(
    'overlap as in the reference, row %i',
    (_, row) => {
      const pairs = row.pred.map((guess) => row.span.map((truth) => overlap(guess, truth)));
      expect(pairs.map((line) => line.map((one) => one.iou))).toEqual(row.iou);
      expect(pairs.map((line) => line.map((one) => one.iop))).toEqual(row.iop);
      const hits = recallHits(guessOverlaps(row.pred, row.span, grid), 'iou', grid);
      const names = grid.tops.flatMap((top) =>
        grid.thresholds.map((threshold) => recallName(top, threshold)),
      );
      const expected = names.map((name) => {
        const [top = '', threshold] = name.split('@');
        return row.reached[top]?.includes(Number(threshold));
      });
      expect(hits).toEqual(expected);
    },
  );

  test.each(rows.map((row, index) => [index, row] as const))(
    'CG-Bench pools them as the reference, row %i',
    (_, row) => {
      expect(pooledIou(selectGuesses(row.pred, row.conf, -1), row.span)).toBe(row.cgbenchIou);
      expect(pooledIou(selectGuesses(row.pred, row.conf, 0.5), row.span)).toBe(row['cgbenchIouAbove0.5']);
    },
  );

  test('the true union merges what overlaps, and agrees where nothing does', () => {
    const twice: readonly Span[] = [
      [0, 4],
      [0, 4],
    ];
    expect(pooledIou([[0, 8]], twice)).toBe(1);
    expect(unionIou([[0, 8]], twice)).toBe(0.5);
    const disjoint: readonly Span[] = [
      [0, 4],
      [8, 20],
    ];
    expect(unionIou([[2, 12]], disjoint)).toBeCloseTo(pooledIou([[2, 12]], disjoint), 6);
    expect(unionIou([[5, 5]], [[9, 2]])).toBe(0);
  });

  test('what is not a number overlaps nothing', () => {
    expect(overlap([Number.NaN, 3], [0, 10])).toEqual({ iou: 0, iop: 0 });
    expect(overlap([0, Number.POSITIVE_INFINITY], [0, 10])).toEqual({ iou: 0, iop: 0 });
  });
});
