import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Candidate } from '../../protocol/run-record.ts';
import { settleBounds } from './settle-bounds.ts';

const candidate = (startSec: number, endSec: number, logOdds: number): Candidate => ({
  startSec,
  endSec,
  confidence: 0.5,
  verifierScore: 1 / (1 + Math.exp(-logOdds)),
});
const ranked = [candidate(10, 20, 1), candidate(11, 22, 0.5), candidate(40, 50, 0.25), candidate(16, 30, 0)];

test('the best candidate takes its bounds from all that mean the same moment, by how sure each is', () => {
  const [best, ...others] = settleBounds(ranked, 2);
  // Of the others only the second overlaps it by half or more.
  const weight = Math.exp(-1) / (1 + Math.exp(-1));
  expect(best!.startSec).toBeCloseTo(10 + weight, 9);
  expect(best!.endSec).toBeCloseTo(20 + 2 * weight, 9);
  expect(best!.verifierScore).toBe(ranked[0]!.verifierScore);
  expect(others).toEqual(ranked.slice(1));
});

test('a sharpness of 0 leaves the bounds as found, as published checkpoints want them', () => {
  expect(settleBounds(ranked, 0)).toEqual(ranked);
});

test('a candidate alone, and none at all, stay as they are', () => {
  expect(settleBounds([candidate(3, 4, 0)], 4)).toEqual([candidate(3, 4, 0)]);
  expect(settleBounds([], 4)).toEqual([]);
});

test('settled bounds lie between those of the candidates, whatever these are', () => {
  const any = fc
    .tuple(fc.double({ min: 0, max: 100, noNaN: true }), fc.double({ min: 0, max: 50, noNaN: true }))
    .chain(([startSec, length]) =>
      fc.double({ min: -1, max: 5, noNaN: true }).map((odds) => candidate(startSec, startSec + length, odds)),
    );
  fc.assert(
    fc.property(
      fc.array(any, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 0, max: 100 }),
      (all, sharpness) => {
        const sorted = all.toSorted((a, b) => b.verifierScore! - a.verifierScore!);
        const [best] = settleBounds(sorted, sharpness);
        const within = (value: number, found: readonly number[]) => {
          expect(value).toBeGreaterThanOrEqual(Math.min(...found) - 1e-9);
          expect(value).toBeLessThanOrEqual(Math.max(...found) + 1e-9);
        };
        within(
          best!.startSec,
          all.map(({ startSec }) => startSec),
        );
        within(
          best!.endSec,
          all.map(({ endSec }) => endSec),
        );
      },
    ),
  );
});
