import { expect, it } from 'vitest';
import { largestDifference } from './largest-difference.ts';

it('is a share of the largest expected value, and endless where something is no number', () => {
  expect(largestDifference(Float32Array.of(1, -4.5), Float32Array.of(1, -5))).toBeCloseTo(0.1, 6);
  expect(largestDifference(Float32Array.of(0), Float32Array.of(0))).toBe(0);
  expect(largestDifference(Float32Array.of(NaN), Float32Array.of(1))).toBe(Infinity);
  expect(() => largestDifference(Float32Array.of(1), Float32Array.of(1, 2))).toThrow('lengths');
});
