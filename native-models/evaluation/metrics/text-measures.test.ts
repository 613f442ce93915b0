import { expect, test } from 'vitest';
import { measureText } from './text-measures.ts';

/* Words are counted as SQuAD's published scorer counts them. */
test.each([
  ['exact-match', 'The cat.', 'cat', 1],
  ['exact-match', 'a black cat', 'cat', 0],
  ['contains', 'I think it is a Black cat!', 'the black cat', 1],
  ['contains', 'concatenate', 'cat', 0],
  ['word-f1', 'the black cat sat', 'black cat', 0.8],
  ['word-f1', 'dog', 'cat', 0],
  ['word-f1', 'cat cat cat', 'cat', 0.5],
  ['rouge', 'the cat sat', 'the cat sat', 1],
] as const)('%s of "%s" for "%s"', (measure, reply, truth, expected) => {
  expect(measureText(measure, reply, truth)).toBeCloseTo(expected, 12);
});

test('a number is read out of words, with thousands and signs, and may be off by as much as is said', () => {
  expect(measureText('number', 'There are 1,250 of them, not 3.', '1250')).toBe(1);
  expect(measureText('number', 'about -4.5 s', '-4')).toBe(0);
  expect(measureText('number', 'about -4.5 s', '-4', { within: 0.5 })).toBe(1);
  expect(measureText('number', 'many', '4', { within: 9 })).toBe(0);
});
