import { expect, test } from 'vitest';
import { markSegment } from './segment-marks.ts';

const [start, pad, end, segStart, segEnd] = [1, 2, 3, 8, 9];
const prompt = [0, start, pad, pad, pad, pad, pad, pad, end, 0];
const clip = { pairs: 3, tokensPerPair: 2 };
const tokens = { visionStart: start, segStart, segEnd };

test.each([
  ['the whole window', 0, 1, [0, start, segStart, pad, pad, pad, pad, pad, pad, segEnd, end, 0]],
  ['its middle', 0.3, 0.7, [0, start, pad, pad, segStart, pad, pad, segEnd, pad, pad, end, 0]],
  ['halves to the even pair', 0.5, 0.5, [0, start, pad, pad, pad, pad, segStart, segEnd, pad, pad, end, 0]],
])('marks %s', (_, startPlace, endPlace, marked) => {
  expect(markSegment(prompt, { startPlace, endPlace }, clip, tokens)).toEqual(marked);
});

test.each([
  [
    'the whole window',
    0,
    1,
    [7, segStart, start, pad, end, 7, start, pad, end, 7, start, pad, end, segEnd, 0],
  ],
  [
    'its last third',
    0.7,
    1,
    [7, start, pad, end, 7, start, pad, end, 7, segStart, start, pad, end, segEnd, 0],
  ],
  ['nothing', 0.3, 0.4, [7, start, pad, end, 7, segStart, segEnd, start, pad, end, 7, start, pad, end, 0]],
])('marks %s between stamps and blocks, where each pair has its own', (_, startPlace, endPlace, marked) => {
  const stamped = [7, start, pad, end, 7, start, pad, end, 7, start, pad, end, 0];
  const segment = { startPlace, endPlace };
  expect(markSegment(stamped, segment, { pairs: 3, tokensPerPair: 1 }, tokens)).toEqual(marked);
});
