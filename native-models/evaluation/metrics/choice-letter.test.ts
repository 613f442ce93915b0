import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { heardLetter, isSilent, tolerantLetter } from './choice-letter.ts';

const { rows } = JSON.parse(
  readFileSync(new URL('../fixtures/check-answer.json', import.meta.url), 'utf8'),
) as { readonly rows: readonly (readonly [number, string, string | null])[] };

test.each(rows)('of %i options, the letter heard in %j is the reference’s', (count, reply, expected) => {
  const stops = expected?.startsWith('error') === true;
  expect(isSilent(reply)).toBe(stops);
  expect(heardLetter(reply, count) ?? null).toBe(stops ? null : expected);
});

const options = ['Red cup', 'Blue door', 'Green tree', 'A white wall'];

test.each([
  ['A', 'A'],
  ['**B**', 'B'],
  ['（C）', 'C'],
  ['<answer>D</answer>', 'D'],
  ['best option: c.', 'C'],
  ['Best option: (C) Green tree', 'C'],
  ['The answer is B', 'B'],
  ['The answer is option (b).', 'B'],
  ['blue door', 'B'],
  ['A white wall.', 'D'],
  ['D. A white wall', 'D'],
  ['I think it is C.', 'C'],
  ['Definitely A', 'A'],
  ['It is A or B', undefined],
  ['The answer is a cat', undefined],
  ['E', undefined],
  ['', undefined],
  ['no idea', undefined],
])('the second reading forgives form: %j is %j', (reply, letter) => {
  expect(tolerantLetter(reply, options)).toBe(letter);
});
