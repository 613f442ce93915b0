import { expect, test } from 'vitest';
import { normalizeQuery } from './query.ts';

test.each([
  ['a  cat\n\tsits ', 'a cat sits'],
  ['..a cat... ', 'a cat'],
  [' . a v1.2 cat . ', 'a v1.2 cat'],
  ['a\u00a0cat', 'a cat'],
  ['...', '...'],
])('%j becomes %j', (text, query) => {
  expect(normalizeQuery(text)).toBe(query);
});

test('20,000 dots before a word take no time', () => {
  expect(normalizeQuery(`${'.'.repeat(20_000)}a${'.'.repeat(20_000)}b`)).toMatch(/^a\.+b$/u);
});
