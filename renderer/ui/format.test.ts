import { expect, test } from 'vitest';
import { formatBytes, formatMoment, formatShare, formatShown, formatSpan } from './format.ts';

test('sizes have two digits and the unit that fits', () => {
  expect([0, 999, 1200, 4_370_000_000, 999_600_000, 25_000_000_000].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1.2 kB',
    '4.4 GB',
    '1.0 GB',
    '25 GB',
  ]);
});

test('spans of time are told in the units that people say', () => {
  expect([0.84, 12.4, 59.7, 185, 3720].map(formatSpan)).toEqual([
    '0.8 s',
    '12 s',
    '1 min',
    '3 min 5 s',
    '1 h 2 min',
  ]);
});

test('shares are whole per cents', () => {
  expect(formatShare(0.866)).toBe('87 %');
});

test('how many of all are shown is told with what they are', () => {
  const told = [
    [1, 1],
    [3, 3],
    [1, 3],
    [0, 1],
  ].map(([shown = 0, all = 0]) => formatShown(shown, all, ['line', 'lines']));
  expect(told).toEqual(['1 line', '3 lines', '1 of 3 lines', '0 of 1 line']);
});

test('moments of today are told by the clock, others by the day', () => {
  const noon = new Date(2026, 4, 3, 12, 5).getTime();
  expect(formatMoment(noon, noon + 60_000)).toBe('12:05');
  expect(formatMoment(noon, noon + 86_400_000)).toBe('3 May');
});
