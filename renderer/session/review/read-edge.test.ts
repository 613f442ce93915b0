import { expect, test } from 'vitest';
import { readEdge } from './read-edge.ts';

const moment = { startSec: 10, endSec: 20 };

test.each([
  ['endSec', '12.5', { timeSec: 12.5 }],
  ['endSec', '0:12.5', { timeSec: 12.5 }],
  ['endSec', 'abc', { problem: 'This is no time.' }],
  ['endSec', '9', { problem: 'The end has to come after the start.' }],
  ['startSec', '21', { problem: 'The start has to come before the end.' }],
  ['endSec', '9:00:00', { problem: 'The video ends at 4:17.0.' }],
] as const)('of %s, "%s" is read or refused with the reason', (edge, typed, expected) => {
  expect(readEdge(typed, edge, moment, 257)).toEqual(expected);
});
