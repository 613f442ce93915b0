import { PythonFloat } from './json-value.ts';
import type { JsonValue } from './json-value.ts';

/** A float as Python's `repr` writes it: the shortest digits that name it, `5.0` with its point, exponents from 1e16 and below 1e-4. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [digits = '0', exponentText = '0'] = Math.abs(value).toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent >= 16 || exponent < -4) {
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${digits}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  const plain = plainDigits(digits.replace('.', ''), exponent);
  return sign + (plain.includes('.') ? plain : `${plain}.0`);
}

/** Digits with the point after the first moved by `exponent` places. */
function plainDigits(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** A JSON text as Python's `json.dumps(value, ensure_ascii=False)` writes it: `, ` and `: ` between, keys in their order. */
export function writeJson(value: JsonValue): string {
  if (value instanceof PythonFloat) return jsonFloat(value.value);
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Map) {
    const entries = [...value].map(
      ([key, each]: [string, JsonValue]) => `${jsonString(key)}: ${writeJson(each)}`,
    );
    return `{${entries.join(', ')}}`;
  }
  if (Array.isArray(value)) return `[${value.map((each: JsonValue) => writeJson(each)).join(', ')}]`;
  if (typeof value === 'string') return jsonString(value);
  return value === null ? 'null' : value ? 'true' : 'false';
}

function jsonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return floatText(value);
}

/** JSON.stringify, but for halves of surrogate pairs, which Python leaves as they are. */
function jsonString(text: string): string {
  return JSON.stringify(text).replace(
    /\\u(d[89a-f][0-9a-f]{2})/giu,
    (whole, digits: string, at, all: string) =>
      isEscapedBackslash(all, Number(at)) ? whole : String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

/** Whether the backslash at a place is the second of an escaped one. */
function isEscapedBackslash(text: string, at: number): boolean {
  let before = 0;
  while (text[at - 1 - before] === '\\') before++;
  return before % 2 === 1;
}

/** A value as Python's `str` writes it, which is how it appears in formatted texts. */
export function pythonText(value: JsonValue): string {
  return typeof value === 'string' ? value : pythonRepr(value);
}

function pythonRepr(value: JsonValue): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof PythonFloat) return floatText(value.value);
  if (typeof value === 'string') return quoted(value);
  if (value instanceof Map) {
    const entries = [...value].map(
      ([key, each]: [string, JsonValue]) => `${quoted(key)}: ${pythonRepr(each)}`,
    );
    return `{${entries.join(', ')}}`;
  }
  return `[${(value as readonly JsonValue[]).map(pythonRepr).join(', ')}]`;
}

/** A text as Python's `repr` quotes it: in single quotes, unless only double ones spare an escape. */
function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = Array.from(text, (character) => {
    if (character === quote || character === '\\') return `\\${character}`;
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    if (character === '\t') return '\\t';
    return isPrintable(character) ? character : escapedCode(character);
  });
  return quote + escaped.join('') + quote;
}

/** Letters, marks, numbers, signs, and the space: what Python prints as it is. */
function isPrintable(character: string): boolean {
  return character === ' ' || !/[\p{C}\p{Z}]/u.test(character);
}

function escapedCode(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
