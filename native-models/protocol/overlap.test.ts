import { expect, test } from 'vitest';
import { overlapOf } from './overlap.ts';

test('overlap is intersection over union', () => {
  expect(overlapOf({ startSec: 0, endSec: 4 }, { startSec: 2, endSec: 6 })).toBeCloseTo(1 / 3);
  expect(overlapOf({ startSec: 0, endSec: 1 }, { startSec: 2, endSec: 3 })).toBe(0);
  expect(overlapOf({ startSec: 2, endSec: 2 }, { startSec: 2, endSec: 2 })).toBe(1);
});
