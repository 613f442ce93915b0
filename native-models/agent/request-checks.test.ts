import { expect, test } from 'vitest';
import { claimedCandidates } from './request-checks.ts';

const bounds = { startSec: 2, endSec: 10 };
const judged = (startSec: number, endSec: number) =>
  claimedCandidates([{ startSec, endSec }], bounds, { fps: 25 });

test('a moment to be judged may end a frame behind what is looked at, as a range may, and ends with it', () => {
  expect(judged(4, 10.03)).toEqual([{ startSec: 4, endSec: 10, confidence: 0 }]);
});

test.each([
  ['ends later', 4, 10.05],
  ['begins earlier', 1.9, 4],
  ['lies behind all that is looked at', 10.01, 10.03],
  ['ends before it begins', 6, 5],
])('a moment that %s is refused', (_, startSec, endSec) => {
  const refusal = expect.objectContaining({
    code: 'RANGE_INVALID',
    details: { startSec, endSec, from: 2, to: 10 },
  }) as Error;
  expect(() => judged(startSec, endSec)).toThrow(refusal);
});
