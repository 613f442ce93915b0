import { expect, test } from 'vitest';
import { mergeMoments, overlap } from './merge-moments.ts';

const moment = (startSec: number, endSec: number, confidence: number) => ({ startSec, endSec, confidence });

test('a moment that two windows found is one, the first of them', () => {
  const found = [moment(10, 20, 0.9), moment(12, 21, 0.8), moment(40, 45, 0.7), moment(10, 50, 0.6)];
  expect(mergeMoments(found)).toEqual([found[0], found[2], found[3]]);
});

test('the overlap of stretches is intersection over union, also where they are empty', () => {
  expect(overlap(moment(0, 10, 0), moment(5, 15, 0))).toBeCloseTo(1 / 3);
  expect(overlap(moment(0, 1, 0), moment(2, 3, 0))).toBe(0);
  expect(overlap(moment(1, 1, 0), moment(1, 1, 0))).toBe(0);
});
