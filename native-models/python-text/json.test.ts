import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { isJsonObject } from './json-value.ts';
import { readJson } from './read-json.ts';
import { floatText, pythonText, writeJson } from './write-values.ts';

const tables = fileURLToPath(new URL('../fixtures/pack-tools/expected/tables.json', import.meta.url));
const { rewriteJson } = JSON.parse(readFileSync(tables, 'utf8')) as {
  rewriteJson: { json: string; arguments: string; text: string }[];
};

test.each(rewriteJson)('$json is written as Python writes it', ({ json, arguments: written, text }) => {
  const value = readJson(json)!;
  expect(writeJson(value)).toBe(written);
  expect(pythonText(isJsonObject(value) ? value.get('a')! : null)).toBe(text);
});

describe('numbers', () => {
  test.each([
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [123456789012345680, '1.2345678901234568e+17'],
    [9999999999999998, '9999999999999998.0'],
    [1e15, '1000000000000000.0'],
    [-2.5e-10, '-2.5e-10'],
    [5e-324, '5e-324'],
    [Infinity, 'inf'],
    [-Infinity, '-inf'],
    [NaN, 'nan'],
  ])('%d stands as %s', (value, text) => {
    expect(floatText(value)).toBe(text);
  });
});

describe('what Python reads and JavaScript does not, and the other way round', () => {
  test.each([
    ['[NaN, Infinity, -Infinity]', '[NaN, Infinity, -Infinity]'],
    ['{"2": 1, "1": 2, "__proto__": 3}', '{"2": 1, "1": 2, "__proto__": 3}'],
    ['{"a": 1, "b": 2, "a": 3}', '{"a": 3, "b": 2}'],
    ['1e999', 'Infinity'],
    ['"\\ud800"', '"\ud800"'],
    ['"\\\\ud800"', '"\\\\ud800"'],
    [' [ ] ', '[]'],
  ])('%s', (json, written) => {
    expect(writeJson(readJson(json)!)).toBe(written);
  });

  test.each([
    '',
    '01',
    '1.',
    '.5',
    '+1',
    '[1,]',
    '{"a"}',
    "{'a': 1}",
    '"\n"',
    '"\\x41"',
    '1 2',
    '\u00a01',
    'nan',
    '"a',
  ])('%j is refused', (json) => {
    expect(readJson(json)).toBeUndefined();
  });

  test('depth and digits without end are refused, not run out of', () => {
    expect(readJson('['.repeat(100_000))).toBeUndefined();
    expect(readJson('{"a":'.repeat(100_000))).toBeUndefined();
    expect(readJson('9'.repeat(100_000))).toBeUndefined();
  });
});

test('texts within lists are quoted as Python does', () => {
  expect(pythonText(["it's", '"', 'a\'"', 'é\n\t\\', '\u00ad\u200b\u{1f642}', null, true])).toBe(
    `["it's", '"', 'a\\'"', 'é\\n\\t\\\\', '\\xad\\u200b🙂', None, True]`,
  );
});
