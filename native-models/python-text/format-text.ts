import { PythonFloat, numberOf } from './json-value.ts';
import type { JsonValue } from './json-value.ts';
import { pythonText } from './write-values.ts';

/** A piece of a text with placeholders: words, or a value with how it is written. */
export type FormatPiece = { readonly text: string } | { readonly name: string; readonly spec: string };

/** A text with placeholders that is none: an unclosed brace, an empty name, a way of writing that is not known. */
export class FormatProblem extends Error {}

const specPattern = /^(?:\.(\d{1,2}))?([fdgs]?)$/;

/**
 * Takes a text apart as Python's `str.format` does: `{name}`, `{name:.1f}`, and `{{` and `}}` for braces themselves. Ways of
 * writing that are known: nothing, `.Nf`, `.Ng`, `d`, `s`.
 * @throws FormatProblem
 */
export function parseFormat(text: string): FormatPiece[] {
  const pieces: FormatPiece[] = [];
  let words = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character !== '{' && character !== '}') {
      words += character;
      continue;
    }
    if (text[at + 1] === character) {
      words += character;
      at++;
      continue;
    }
    if (character === '}') throw new FormatProblem('a } without its {; write }} for the sign itself');
    const end = text.indexOf('}', at);
    if (end < 0) throw new FormatProblem('a { without its }; write {{ for the sign itself');
    const [, name = '', spec = ''] = /^([A-Za-z_]\w*)(?::(.*))?$/su.exec(text.slice(at + 1, end)) ?? [];
    if (name === '') throw new FormatProblem(`no name between the braces of "${text.slice(at, end + 1)}"`);
    if (!specPattern.test(spec)) throw new FormatProblem(`"${spec}" is no known way of writing a value`);
    if (words !== '') pieces.push({ text: words });
    words = '';
    pieces.push({ name, spec });
    at = end;
  }
  if (words !== '') pieces.push({ text: words });
  return pieces;
}

/**
 * Fills a text's placeholders once: braces in the values are text. Values stand as Python's `str` writes them.
 * @throws FormatProblem for a name that has no value.
 */
export function formatText(text: string, values: Readonly<Record<string, JsonValue>>): string {
  return parseFormat(text)
    .map((piece) => {
      if ('text' in piece) return piece.text;
      const value = Object.hasOwn(values, piece.name) ? values[piece.name] : undefined;
      if (value === undefined) throw new FormatProblem(`{${piece.name}} has no value here`);
      return formatValue(value, piece.spec);
    })
    .join('');
}

function formatValue(value: JsonValue, spec: string): string {
  const [, digitsText, kind = ''] = specPattern.exec(spec) ?? [];
  if (kind === 's' || spec === '') {
    const text = pythonText(value);
    return digitsText === undefined ? text : Array.from(text).slice(0, Number(digitsText)).join('');
  }
  const number = numberOf(value);
  // A model's arguments may be anything: what is no number stands as it is, instead of ending the run.
  if (number === undefined || kind === 'd') return pythonText(value);
  if (!Number.isFinite(number)) return pythonText(new PythonFloat(number));
  const digits = digitsText === undefined ? 6 : Number(digitsText);
  return kind === 'f' ? fixedText(number, digits) : significantText(number, digits);
}

/**
 * A number with so many decimals, exact ties to the even digit, as Python and C write it. (`toFixed` is exact too, but takes
 * ties away from zero.)
 */
export function fixedText(value: number, digits: number): string {
  if (Math.abs(value) >= 1e21) return `${BigInt(value)}${digits === 0 ? '' : `.${'0'.repeat(digits)}`}`;
  const up = value.toFixed(digits);
  if (Object.is(value, -0)) return `-${up}`;
  if (!isTie(value, digits)) return up;
  const last = Number(up.at(-1));
  if (last % 2 === 0) return up;
  // A tie went away from zero to an odd digit: the even one before it has the same leading digits.
  return up.slice(0, -1) + String(last - 1);
}

/** Whether a value lies exactly between two numbers of so many decimals: its binary form ends at the place after them. */
function isTie(value: number, digits: number): boolean {
  const beyond =
    Math.abs(value)
      .toFixed(Math.min(100, digits + 60))
      .split('.')[1]
      ?.slice(digits) ?? '';
  return /^50*$/.test(beyond);
}

/** So many significant digits, without zeros at the end, as C's `%g`. */
function significantText(value: number, digits: number): string {
  const precision = Math.max(1, digits);
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '0', exponentText = '0'] = value.toExponential(precision - 1).split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < precision) {
    const plain = fixedText(value, precision - 1 - exponent);
    return plain.includes('.') ? plain.replace(/\.?0+$/, '') : plain;
  }
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return `${short}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
