import { describe, expect, test } from 'vitest';
import { interval95, resampledMeans } from './bootstrap.ts';
import { bootstrapPValue, mcNemarPValue } from './significance.ts';

describe('bootstrap', () => {
  const options = { resamples: 2000, seed: 1 };

  test('the 95 % range of a share is that of the binomial distribution', () => {
    const half = Float64Array.from({ length: 400 }, (_, index) => index % 2);
    const [means = new Float64Array()] = resampledMeans([half], options);
    const range = interval95(means);
    // 1.96 · √(0.25 / 400) = 0.049
    expect(range?.lowest).toBeCloseTo(0.451, 2);
    expect(range?.highest).toBeCloseTo(0.549, 2);
  });

  test('samples that take no part are in no mean', () => {
    const values = Float64Array.from([1, NaN, 1, NaN]);
    const [means = new Float64Array()] = resampledMeans([values], options);
    expect(new Set(means.filter((mean) => !Number.isNaN(mean)))).toEqual(new Set([1]));
    expect(interval95(Float64Array.of(NaN))).toBeUndefined();
  });

  test('columns are drawn together, and the same for the same seed', () => {
    const values = Float64Array.from({ length: 50 }, (_, index) => index);
    const [a, b] = resampledMeans([values, values], options);
    expect(a).toEqual(b);
    expect(resampledMeans([values], options)[0]).toEqual(a);
    expect(resampledMeans([values], { ...options, seed: 2 })[0]).not.toEqual(a);
  });
});

describe('significance', () => {
  // scipy.stats.binomtest(k, n, 0.5).pvalue
  test.each([
    [0, 0, 1],
    [5, 5, 1],
    [1, 9, 0.021484375],
    [10, 2, 0.03857421875],
    [0, 5, 0.0625],
    [40, 60, 0.05688793364098078],
  ])('McNemar of %i against %i', (a, b, expected) => {
    expect(mcNemarPValue(a, b)).toBeCloseTo(expected, 10);
  });

  test('thousands of discordant samples neither over- nor underflow', () => {
    expect(mcNemarPValue(5000, 5000)).toBe(1);
    const tiny = mcNemarPValue(4000, 6000);
    expect(tiny).toBeGreaterThanOrEqual(0);
    expect(tiny).toBeLessThan(1e-50);
  });

  test('differences on one side of zero are as unlikely as the resamples can tell', () => {
    expect(bootstrapPValue(Float64Array.from({ length: 999 }, () => 0.1))).toBeCloseTo(0.002);
    expect(bootstrapPValue(Float64Array.from([-1, 1, -1, 1]))).toBe(1);
    expect(bootstrapPValue(Float64Array.from([0, 0, 0]))).toBe(1);
  });
});
