import { expect, test } from 'vitest';
import { FormatProblem, fixedText, formatText, parseFormat } from './format-text.ts';
import { PythonFloat } from './json-value.ts';

test.each([
  [0.25, 1, '0.2'],
  [0.75, 1, '0.8'],
  [1.25, 1, '1.2'],
  [1.75, 1, '1.8'],
  [0.05, 1, '0.1'],
  [0.15, 1, '0.1'],
  [0.35, 1, '0.3'],
  [2.5, 1, '2.5'],
  [4096.25, 1, '4096.2'],
  [0, 1, '0.0'],
  [-0, 1, '-0.0'],
  [0.5, 0, '0'],
  [1.5, 0, '2'],
  [2.5, 0, '2'],
  [-2.5, 0, '-2'],
  [0.125, 2, '0.12'],
  [0.375, 2, '0.38'],
  [2.675, 2, '2.67'],
  [1e22, 1, '10000000000000000000000.0'],
])('%d with %i decimals is written as Python does: %s', (value, digits, text) => {
  expect(fixedText(value, digits)).toBe(text);
});

test('placeholders are filled once, in Python’s ways of writing', () => {
  const values = { a: 'x{b}', b: 60n, c: new PythonFloat(99), d: null };
  expect(formatText('{a} {b} {c} {c:.1f} {b:d} {c:g} {a:.1s} {{b}} {d}', values)).toBe(
    'x{b} 60 99.0 99.0 60 99 x {b} None',
  );
});

test.each(['{', '}', '{}', '{0}', '{a.b}', '{a[0]}', '{a!r}', '{a:>10}', '{a:.999f}', '{a:{b}}'])(
  '%s is refused: nothing in a value can be reached',
  (text) => {
    expect(() => parseFormat(text)).toThrow(FormatProblem);
  },
);
