import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { saidTimes } from './said-times.ts';

const spans = (text: string) => saidTimes(text).map(({ startSec, endSec }) => [startSec, endSec]);

describe('ranges', () => {
  test.each([
    ['It moves from 12.5 s to 20 s.', [[12.5, 20]]],
    ['[00:12–00:20]', [[12, 20]]],
    ['(1:02:03 - 1:02:10)', [[3723, 3730]]],
    ['between 3 and 7 seconds a dog barks', [[3, 7]]],
    ['between <2.0 seconds> and <5.2 seconds>', [[2, 5.2]]],
    ['<2.0 seconds> to <5.2 seconds>', [[2, 5.2]]],
    ['From 0:05 until 0:09.5', [[5, 9.5]]],
    ['Tags: <t>2.5</t>s to <t>9</t>s', [[2.5, 9]]],
    [
      '12–20s, then 30-35 sec',
      [
        [12, 20],
        [30, 35],
      ],
    ],
    ['1 minute 5 seconds to 2 min', [[65, 120]]],
    ['"12.0s" through "14.0s"', [[12, 14]]],
    ['in the first 10 seconds', [[0, 10]]],
  ])('%s', (text, expected) => {
    expect(spans(text)).toEqual(expected);
  });
});

describe('instants', () => {
  test.each([
    ['<12.5 seconds>', [[12.5, 12.5]]],
    ['<box>[1,2,3,4]</box>at<t>4.5</t>s', [[4.5, 4.5]]],
    [
      'at 12.5 seconds and again at 00:20',
      [
        [12.5, 12.5],
        [20, 20],
      ],
    ],
    ['At 1 minute and 5 seconds', [[65, 65]]],
    ['around the 8-second mark', [[8, 8]]],
    [
      'from 20 s to 12 s',
      [
        [20, 20],
        [12, 12],
      ],
    ],
    ['at 3 s, at 3 s', [[3, 3]]],
  ])('%s', (text, expected) => {
    expect(spans(text)).toEqual(expected);
  });
});

test.each([
  'for 5 seconds',
  'it lasts about 5 seconds',
  '5 seconds later',
  'a 30-second clip',
  '16:9',
  '3 dogs to 5 cats',
  'version 1.2.3',
  '5 minutes long',
  'a ratio of 4:3, 12 frames, 3 mice, 2 steps',
  'takes 10 s',
])('%j names no time', (text) => {
  expect(spans(text)).toEqual([]);
});

test('the last seconds count back from the end', () => {
  expect(saidTimes('in the last 5 seconds')).toEqual([
    { startSec: 5, endSec: 0, fromEnd: true, text: '5 seconds' },
  ]);
});

test('words are quoted as they stand in the text', () => {
  const text = 'First «from 12.5 s to 20 s», then <31.0 seconds>.';
  expect(saidTimes(text).map((time) => time.text)).toEqual(['12.5 s to 20 s', '31.0 seconds']);
});

describe('whatever a model writes', () => {
  const pieces = fc.constantFrom(
    ...[
      '12',
      '.',
      ':',
      '5',
      ' ',
      's',
      'seconds',
      'min',
      'to',
      '-',
      '–',
      '<',
      '>',
      '[',
      ']',
      'and',
      'between',
      '\n',
      'for',
      '99:99',
      'ſ',
      '１２',
    ],
  );
  test('times are finite, ordered and quoted from it', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(pieces, { maxLength: 60 }).map((p) => p.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        for (const time of saidTimes(text)) {
          expect(text).toContain(time.text);
          expect(Number.isFinite(time.startSec) && Number.isFinite(time.endSec)).toBe(true);
          expect(time.fromEnd || time.startSec <= time.endSec).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    '1'.repeat(200_000),
    '1:'.repeat(100_000),
    '1 s to '.repeat(30_000),
    ' '.repeat(300_000),
    '1 m 1 '.repeat(40_000),
  ])('a long one is read in no time (%#)', (text) => {
    const startMs = performance.now();
    saidTimes(text);
    expect(performance.now() - startMs).toBeLessThan(1000);
  });
});
