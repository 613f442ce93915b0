import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectedRuns, expectedTables, packNames } from '../test-support/reference-pack.ts';
import { boundSpan, placeInWindow, verifierWindow, windowsWithoutMoment } from './spans.ts';

const asPair = (span: { startSec: number; endSec: number }) => [span.startSec, span.endSec];

describe.each(packNames)('spans of %s', (pack) => {
  test('are bounded as in the table', () => {
    for (const { span, duration, minLength, result } of expectedTables(pack).parseSpan) {
      const bounded = boundSpan(
        { startSec: span[0], endSec: span[1] },
        { startSec: 0, endSec: duration },
        minLength,
      );
      expect(asPair(bounded)).toEqual(result);
    }
  });

  test('of candidates and their windows are those the verifier was shown', () => {
    for (const run of expectedRuns(pack)) {
      for (const shown of run.verifier?.candidates ?? []) {
        const [startSec, endSec] = shown.candidate;
        const { span, window } = verifierWindow({ startSec, endSec }, { startSec: 0, endSec: run.duration });
        expect(asPair(span)).toEqual(shown.span);
        expect(asPair(window)).toEqual(shown.window);
      }
    }
  });
});

const bounds = { startSec: 10, endSec: 40 };

test('a candidate under 2 s grows to 2 s around its centre before half its length is added', () => {
  const { span, window } = verifierWindow({ startSec: 20, endSec: 21 }, bounds);
  expect(asPair(span)).toEqual([19.5, 21.5]);
  expect(asPair(window)).toEqual([18.5, 22.5]);
});

test('a span at the edge is shifted inside instead of cut', () => {
  expect(asPair(boundSpan({ startSec: 39, endSec: 40 }, bounds, 8))).toEqual([32, 40]);
  expect(asPair(boundSpan({ startSec: 5, endSec: 11 }, bounds, 8))).toEqual([10, 18]);
});

test('bounds shorter than the shortest length are the span', () => {
  expect(asPair(boundSpan({ startSec: 12, endSec: 13 }, { startSec: 10, endSec: 14 }, 32))).toEqual([10, 14]);
});

test('a span never leaves its bounds and is never reversed', () => {
  const second = fc.double({ min: -1e4, max: 1e4, noNaN: true });
  fc.assert(
    fc.property(
      second,
      second,
      second,
      second,
      fc.double({ min: 0, max: 1e3, noNaN: true }),
      (a, b, c, d, e) => {
        const within = { startSec: Math.min(a, b), endSec: Math.max(a, b) };
        const span = boundSpan({ startSec: c, endSec: d }, within, e);
        expect(span.startSec).toBeGreaterThanOrEqual(within.startSec);
        expect(span.endSec).toBeLessThanOrEqual(within.endSec);
        expect(span.endSec).toBeGreaterThanOrEqual(span.startSec);
      },
    ),
  );
});

test('five overlapping windows cover the bounds where no moment was named', () => {
  expect(windowsWithoutMoment(bounds).map(asPair)).toEqual([
    [10, 20],
    [15, 25],
    [20, 30],
    [25, 35],
    [30, 40],
  ]);
});

test('a place outside a window is clamped, and an empty window has only its start', () => {
  expect(placeInWindow(5, bounds)).toBe(0);
  expect(placeInWindow(25, bounds)).toBe(0.5);
  expect(placeInWindow(50, bounds)).toBe(1);
  expect(placeInWindow(10, { startSec: 10, endSec: 10 })).toBe(0);
});
