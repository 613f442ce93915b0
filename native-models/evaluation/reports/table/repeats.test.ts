import { describe, expect, it } from 'vitest';
import { holmAdjusted } from '../significance.ts';
import { isMajorityRight, meanAndDeviation, passAt, shownPasses } from './repeats.ts';

describe('several runs', () => {
  it('have a mean and the deviation of a sample; one run has none', () => {
    expect(meanAndDeviation([2, 4, 9])).toEqual({ mean: 5, deviation: Math.sqrt(13) });
    expect(meanAndDeviation([7])).toEqual({ mean: 7 });
  });

  it('pass at k as drawing k of them without replacement does', () => {
    // All subsets of two of five answers, two of which are right: 1 − C(3,2)/C(5,2).
    expect(passAt(2, 2, 5)).toBeCloseTo(1 - 3 / 10, 12);
    expect(passAt(1, 2, 5)).toBeCloseTo(0.4, 12);
    expect(passAt(5, 0, 5)).toBeCloseTo(0, 12);
    expect(passAt(4, 2, 5)).toBe(1);
    expect(shownPasses(5)).toEqual([1, 2, 4, 5]);
    expect(shownPasses(1)).toEqual([1]);
  });

  it('are right together where most choose the right option; the first of a tie counts', () => {
    const a = { heard: 'A', correct: true };
    const b = { heard: 'B', correct: false };
    const silent = { correct: false };
    expect(isMajorityRight([b, a, a])).toBe(true);
    expect(isMajorityRight([a, b])).toBe(true);
    expect(isMajorityRight([b, a])).toBe(false);
    expect(isMajorityRight([silent, silent, a])).toBe(true);
    expect(isMajorityRight([silent])).toBe(false);
  });

  it('of many tests are corrected by Holm’s method', () => {
    // As R’s p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm").
    const adjusted = holmAdjusted([0.01, 0.04, 0.03, 0.005]);
    [0.03, 0.06, 0.06, 0.02].forEach((value, index) => expect(adjusted[index]).toBeCloseTo(value, 12));
    expect(holmAdjusted([0.6, 0.9])).toEqual([1, 1]);
    expect(holmAdjusted([])).toEqual([]);
  });
});
