import { expect, test } from 'vitest';
import { findLines, lineAt } from './find-lines.ts';

const lines = [
  { startSec: 0, endSec: 2, text: 'The Red ball' },
  { startSec: 1, endSec: 3, text: 'rolls.' },
  { startSec: 5, endSec: 6, text: 'A ball is red' },
];

test('lines are found by all words, in any order and case', () => {
  expect(findLines(lines, ' red  BALL')).toEqual([lines[0], lines[2]]);
  expect(findLines(lines, 'blue')).toEqual([]);
  expect(findLines(lines, ' ')).toBe(lines);
});

test('the line that is said is the last one that began and still goes on; between lines none is', () => {
  expect([0, 1.5, 2.5, 3, 4, 5.5].map((timeSec) => lineAt(lines, timeSec))).toEqual([0, 1, 1, -1, -1, 2]);
});
