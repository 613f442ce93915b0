import fc from 'fast-check';
import { expect, test } from 'vitest';
import { engineErrorOf, expectOnlyEngineErrors } from '../testing/engine-error.ts';
import { parsePythonConstants } from './python-constants.ts';

/** The value of the constant X in a piece of Python. */
function valueOfX(source: string): string {
  return parsePythonConstants(source, 'constants.py').get('X').text;
}

// Expected values are what Python 3.11 prints for these sources.
test.each<[string, string, string]>([
  ['single quotes', `X = 'a "b" c'`, 'a "b" c'],
  ['double quotes', `X = "it's"`, "it's"],
  ['triple quotes over lines', `X = """one\n  'two' "three"\n"""`, `one\n  'two' "three"\n`],
  ['triple single quotes', `X = '''a\n"""b'''`, 'a\n"""b'],
  ['an empty string', `X = ''`, ''],
  ['escapes', String.raw`X = 'a\n\t\\\'\"\r\a\b\f\v\0b'`, 'a\n\t\\\'"\r\x07\b\f\v\0b'],
  ['characters by number', String.raw`X = '\x41\u00e9\U0001F642\101\7'`, 'A\u00e9\u{1f642}A\x07'],
  ['unknown escapes, which stay', String.raw`X = '\d\X41\('`, String.raw`\d\X41\(`],
  ['a line continued in a string', `X = 'a\\\nb'`, 'ab'],
  ['raw strings', String.raw`X = r'\n\'{x}'`, String.raw`\n\'{x}`],
  ['the prefix u', `X = u'a'`, 'a'],
  ['capital prefixes', String.raw`X = R'\n'`, String.raw`\n`],
  ['a hash in a string', `X = 'a # b' # comment 'c'`, 'a # b'],
  ['adjacent strings', `X = 'a' "b" '''c'''`, 'abc'],
  ['adjacent strings in brackets', `X = (\n    'a '  # first\n\n    "b"\n)`, 'a b'],
  ['a statement continued after a backslash', `X = 'a' \\\n    'b'`, 'ab'],
  ['plus', `X = 'a' + ('b' + "c") + 'd'`, 'abcd'],
  ['earlier constants', `A = 'a'\nB = A + 'b'\nX = B + A`, 'aba'],
  [
    'f-strings over earlier constants',
    `A = 'tool'\nX = f'use {A} and { A }: {{"k": 1}}'`,
    'use tool and tool: {"k": 1}',
  ],
  ['f-strings beside plain strings', `A = 'a'\nX = (f'{A}'\n  ' {}')`, 'a {}'],
  ['raw f-strings', String.raw`A = 'a'` + '\n' + String.raw`X = rf'\d{A}'`, String.raw`\da`],
  ['escapes in f-strings', String.raw`A = '\\n'` + '\n' + String.raw`X = f'\n{A}'`, '\n\\n'],
  ['annotations', `X: Final[str] = 'a'`, 'a'],
  ['the last assignment', `X = 'a'\nX = 'b'`, 'b'],
  ['additions to a constant', `X = 'a'\nX += 'b'`, 'ab'],
  ['two statements in a line', `X = 'a'; Y = 'b'`, 'a'],
  ['Windows line ends', `A = 'x'\r\nX = """a\r\nb"""\r\n`, 'a\nb'],
  ['a byte order mark', `\ufeffX = 'a'`, 'a'],
  ['names in other scripts', `größe = 'a'\nX = größe`, 'a'],
  [
    'constants among other statements',
    `"""Module."""\nimport os\nIGNORE = -100\nT = {'X': 'no'}\ndef f(X='no'):\n    X = 'no'\n    return X == 'no'\nX = 'yes'\nif False:\n  X = 'no'`,
    'yes',
  ],
  ['past keywords at the start of a line in brackets', `X = 'a'\nY = dict(\nX = 'b'\n)`, 'a'],
])('reads %s', (_, source, expected) => {
  expect(valueOfX(source)).toBe(expected);
});

test.each<[string, string, RegExp]>([
  ['a missing constant', `Y = 'a'`, /has no constant X/],
  ['a string that is not closed', `A = 'a'\nX = 'b`, /line 2: this string is not closed/],
  ['a triple string that is not closed', `X = """a\n"b`, /line 1: this string is not closed/],
  ['bytes', `X = b'a'`, /line 1: a string with the prefix b/],
  ['characters by name', String.raw`X = '\N{EM DASH}'`, /line 1: characters by name/],
  ['an incomplete escape', String.raw`X = '\x4'`, /line 1: \\x is an incomplete escape/],
  ['a number beyond all characters', String.raw`X = '\UFFFFFFFF'`, /is no character/],
  ['an expression in an f-string', `A = 'a'\nX = f'{A.upper()}'`, /line 2: only names of earlier constants/],
  ['a format in an f-string', `A = 'a'\nX = f'{A:>9}'`, /only names/],
  ['an open brace in an f-string', `X = f'{'`, /only names/],
  ['a closing brace in an f-string', `X = f'}'`, /single "}"/],
  ['a later constant', `X = A\nA = 'a'`, /line 1: A is no earlier string constant/],
  ['itself', `X = X + 'a'`, /X is no earlier/],
  ['a call', `X = ''.join(['a'])`, /line 1: X is not made of strings alone/],
  ['a number', `X = 5`, /a string was expected/],
  ['a formatted string', `X = '%s' % 'a'`, /not made of strings alone/],
  ['a list of strings', `X = ('a', 'b')`, /a "\)" is missing/],
  ['brackets without end', `X = ${'('.repeat(100_000)}`, /a string was expected/],
  [
    'a text that doubles',
    `X = '${'a'.repeat(64)}'\n${'X = X + X\n'.repeat(40)}`,
    /more than 100000 characters/,
  ],
])('refuses %s', async (_, source, message) => {
  const error = await engineErrorOf(() => valueOfX(source));
  expect(error.code).toBe('PROMPTS_INVALID');
  expect(error.message).toContain('constants.py');
  expect(error.message).toMatch(message);
});

test('what is wrong with other constants does not matter', () => {
  expect(valueOfX(`A = b'a'\nB = f'{x!r}'\nX = 'fine'\nC = A`)).toBe('fine');
});

test('reads a megabyte of source in bounded time', () => {
  const lines = Array.from(
    { length: 20_000 },
    (_, index) => `C${index} = 'some text of a constant' # comment`,
  );
  expect(valueOfX(`${lines.join('\n')}\nX = C19999`)).toBe('some text of a constant');
  expect(() => valueOfX(`X = f'${'{{'.repeat(40_000)}'`)).not.toThrow();
  expect(() => valueOfX('\\\n'.repeat(400_000))).toThrow(/no constant/);
}, 3000);

test('whatever the source is, only a typed error comes out', async () => {
  const pieces = fc.constantFrom(
    ...[
      'X',
      ' = ',
      "'",
      '"',
      '"""',
      "'''",
      'f',
      'r',
      'b',
      '{',
      '}',
      '{{',
      '}}',
      '\\',
      '\n',
      '(',
      ')',
      '+',
      '#',
    ],
    ...['A', 'A = "a"\n', 'X = ', '\\x', '\\N{', '__proto__ = ', ':', ',', ' ', 'é', '\ud800', '\0'],
  );
  const source = fc.oneof(
    fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 200 }),
  );
  await fc.assert(
    fc.asyncProperty(source, async (text) => {
      await expectOnlyEngineErrors(() => valueOfX(text));
    }),
    { numRuns: 1000 },
  );
});

test('any text written as a Python literal is read back', () => {
  const quoted = fc.string({ unit: 'grapheme', maxLength: 80 }).filter((text) => !text.includes('\r'));
  fc.assert(
    fc.property(quoted, fc.constantFrom("'", '"', "'''", '"""'), (text, quote) => {
      const escaped = text
        .replaceAll('\\', '\\\\')
        .replaceAll('\n', '\\n')
        .replaceAll(quote[0] ?? '', `\\${quote[0] ?? ''}`);
      expect(valueOfX(`X = ${quote}${escaped}${quote}`)).toBe(text);
      const braces = escaped.replaceAll('{', '{{').replaceAll('}', '}}');
      expect(valueOfX(`X = f${quote}${braces}${quote}`)).toBe(text);
    }),
    { numRuns: 300 },
  );
});
