import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { elevenPointAveragePrecision, rankByScore, rankingAveragePrecision } from './average-precision.ts';

interface Row {
  readonly truth: readonly number[];
  readonly scores: readonly number[];
  readonly ap: number;
  readonly ap11: number;
}

const { rows } = JSON.parse(
  readFileSync(new URL('../fixtures/average-precision.json', import.meta.url), 'utf8'),
) as { readonly rows: readonly Row[] };

describe('average precision of a ranking', () => {
  test.each(rows.map((row, index) => [index, row] as const))('is the reference’s, row %i', (_, row) => {
    const isPositive = (item: number): boolean => row.truth[item] === 1;
    expect(rankingAveragePrecision(isPositive, rankByScore(row.scores))).toBeCloseTo(row.ap, 9);
    expect(elevenPointAveragePrecision(isPositive, rankByScore(row.scores))).toBeCloseTo(row.ap11, 9);
  });
});
