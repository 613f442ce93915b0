import { describe, expect, it } from 'vitest';
import { extrapolateClipSec, median, quantile } from './statistics.ts';

describe('the median', () => {
  it('is the middle value, or the mean of the two middle ones', () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 100])).toBe(3.5);
  });

  it('of nothing is an error', () => {
    expect(() => median([])).toThrow();
  });
});

describe('a quantile', () => {
  it('is the smallest value that so many do not exceed', () => {
    const values = [4, 1, 3, 2];
    expect([0, 0.25, 0.5, 0.6, 1].map((share) => quantile(values, share))).toEqual([1, 1, 2, 3, 4]);
    expect(() => quantile([], 0.5)).toThrow();
  });
});

describe('extrapolating the time of a clip', () => {
  it('follows a cost a pair that grows with the clip', () => {
    const sec = (pairs: number) => 0.5 * pairs + 0.25 * pairs ** 2;
    const measured = [8, 16, 32].map((pairs) => ({ pairs, sec: sec(pairs) }));
    expect(extrapolateClipSec(measured, 75)).toBeCloseTo(sec(75), 6);
  });

  it('stays proportional where the cost a pair does not grow', () => {
    const measured = [8, 16].map((pairs) => ({ pairs, sec: 0.3 * pairs }));
    expect(extrapolateClipSec(measured, 75)).toBeCloseTo(22.5, 6);
  });

  it('needs two lengths', () => {
    expect(() => extrapolateClipSec([{ pairs: 8, sec: 1 }], 75)).toThrow();
  });
});
