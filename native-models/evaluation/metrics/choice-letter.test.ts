import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { heardLetter, isSilent } from './choice-letter.ts';

const { rows } = JSON.parse(
  readFileSync(new URL('../fixtures/check-answer.json', import.meta.url), 'utf8'),
) as { readonly rows: readonly (readonly [number, string, string | null])[] };

test.each(rows)('of %i options, the letter heard in %j is the reference’s', (count, reply, expected) => {
  const stops = expected?.startsWith('error') === true;
  expect(isSilent(reply)).toBe(stops);
  expect(heardLetter(reply, count) ?? null).toBe(stops ? null : expected);
});
