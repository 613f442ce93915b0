import { expect, test } from 'vitest';
import helpers from '../../fixtures/helpers.json' with { type: 'json' };
import { capitalize, cleanQuery, cleanQuestion, countWords } from './clean-text.ts';

test.each(helpers.query)('the query %j is grounded as %j', (text, cleaned) => {
  expect(cleanQuery(text)).toBe(cleaned);
});

test.each(helpers.question)('the question %j is asked as %j', (text, cleaned) => {
  expect(cleanQuestion(text)).toBe(cleaned);
});

test('only the first character is capitalized', () => {
  expect(capitalize('where was it before I left')).toBe('Where was it before I left');
  expect(capitalize('')).toBe('');
});

test('words are what stands between white space', () => {
  expect(countWords(' one\ttwo\u3000three ')).toBe(3);
  expect(countWords(' ')).toBe(0);
});
