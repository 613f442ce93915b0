import { pythonError, type StringToken } from './python-tokens.ts';

const simpleEscapes: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const escapePattern = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([^]))/gu;

/** Replaces the backslash escapes of a Python string by what they stand for. */
function unescapePython(body: string, line: number, path: string): string {
  return body.replace(
    escapePattern,
    (
      whole: string,
      hex: string | undefined,
      short: string | undefined,
      long: string | undefined,
      octal: string | undefined,
      other: string | undefined,
    ) => {
      const digits = hex ?? short ?? long;
      if (digits !== undefined) {
        const code = Number.parseInt(digits, 16);
        if (code > 0x10ffff) throw pythonError(path, line, `${whole} is no character.`);
        return String.fromCodePoint(code);
      }
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      if (other === 'N') {
        throw pythonError(
          path,
          line,
          'characters by name (\\N{…}) are not read; write the character itself.',
        );
      }
      if (other === 'x' || other === 'u' || other === 'U') {
        throw pythonError(path, line, `${whole} is an incomplete escape.`);
      }
      // Python leaves a backslash before any other character alone.
      return other === undefined ? whole : (simpleEscapes[other] ?? whole);
    },
  );
}

/** Puts earlier constants into an f-string: `{NAME}` is replaced, `{{` and `}}` stand for single braces. */
function fillFString(
  body: string,
  isRaw: boolean,
  unescape: (literal: string) => string,
  lookUp: (name: string) => string,
  fail: (problem: string) => Error,
): string {
  let result = '';
  let literal = '';
  for (let index = 0; index < body.length; index++) {
    const character = body[index] ?? '';
    if (character === '\\' && !isRaw && !'{}'.includes(body[index + 1] ?? '{')) {
      literal += character + (body[++index] ?? '');
      continue;
    }
    if ((character === '{' || character === '}') && body[index + 1] === character) {
      literal += character;
      index++;
      continue;
    }
    if (character === '}') throw fail('a single "}" in an f-string.');
    if (character !== '{') {
      literal += character;
      continue;
    }
    const end = body.indexOf('}', index);
    const name = body.slice(index + 1, end === -1 ? undefined : end).trim();
    if (end === -1 || !/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) {
      throw fail(`only names of earlier constants may stand in an f-string, not {${name.slice(0, 80)}}.`);
    }
    result += unescape(literal) + lookUp(name);
    literal = '';
    index = end;
  }
  return result + unescape(literal);
}

/**
 * The value of one Python string literal. `lookUp` gives the value of an earlier constant for f-strings.
 * Throws PROMPTS_INVALID with the line, for bytes, `\N{…}` and expressions in f-strings.
 */
export function readPythonString(
  token: StringToken,
  path: string,
  lookUp: (name: string, line: number) => string,
): string {
  const { prefix, body, line } = token;
  if (prefix.includes('b') || prefix.includes('t')) {
    throw pythonError(path, line, `a string with the prefix ${prefix} is no text.`);
  }
  const isRaw = prefix.includes('r');
  const unescape = isRaw
    ? (literal: string): string => literal
    : (literal: string): string => unescapePython(literal, line, path);
  if (!prefix.includes('f')) return unescape(body);
  return fillFString(
    body,
    isRaw,
    unescape,
    (name) => lookUp(name, line),
    (problem) => pythonError(path, line, problem),
  );
}
