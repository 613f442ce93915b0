import { PythonFloat } from './json-value.ts';
import type { JsonValue } from './json-value.ts';

/** Deeper texts are refused, as Python's own reader does at about this depth. */
const maxDepth = 900;

/** Python refuses to read whole numbers of more digits. */
const maxDigits = 4300;

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const spacePattern = /[ \t\n\r]*/y;
// Up to a quote, a backslash or a control character.
// eslint-disable-next-line no-control-regex -- JSON forbids them in texts
const plainPattern = /[^"\\\u0000-\u001f]*/y;

const constants: readonly (readonly [string, JsonValue])[] = [
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', new PythonFloat(NaN)],
  ['Infinity', new PythonFloat(Infinity)],
  ['-Infinity', new PythonFloat(-Infinity)],
];

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/**
 * Reads a JSON text as Python's `json.loads` does: also NaN and Infinity; of a key that comes twice the last value counts, in
 * the place of the first. Undefined for anything that it would refuse.
 */
export function readJson(text: string): JsonValue | undefined {
  const reader = new Reader(text);
  try {
    return reader.whole();
  } catch (error) {
    if (error instanceof NoJson) return undefined;
    throw error;
  }
}

class NoJson extends Error {}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): JsonValue {
    this.#skipSpace();
    const value = this.#value(0);
    this.#skipSpace();
    if (this.#at < this.#text.length) throw new NoJson();
    return value;
  }

  #value(depth: number): JsonValue {
    if (depth > maxDepth) throw new NoJson();
    const first = this.#text[this.#at];
    if (first === '{') return this.#object(depth);
    if (first === '[') return this.#array(depth);
    if (first === '"') return this.#string();
    for (const [name, value] of constants) {
      if (!this.#text.startsWith(name, this.#at)) continue;
      this.#at += name.length;
      return value;
    }
    return this.#number();
  }

  #object(depth: number): JsonValue {
    const entries = new Map<string, JsonValue>();
    this.#at++;
    this.#skipSpace();
    if (this.#take('}')) return entries;
    for (;;) {
      if (this.#text[this.#at] !== '"') throw new NoJson();
      const key = this.#string();
      this.#skipSpace();
      this.#require(':');
      this.#skipSpace();
      entries.set(key, this.#value(depth + 1));
      this.#skipSpace();
      if (this.#take('}')) return entries;
      this.#require(',');
      this.#skipSpace();
    }
  }

  #array(depth: number): JsonValue {
    const values: JsonValue[] = [];
    this.#at++;
    this.#skipSpace();
    if (this.#take(']')) return values;
    for (;;) {
      values.push(this.#value(depth + 1));
      this.#skipSpace();
      if (this.#take(']')) return values;
      this.#require(',');
      this.#skipSpace();
    }
  }

  #string(): string {
    this.#at++;
    let value = '';
    for (;;) {
      value += this.#match(plainPattern);
      if (this.#take('"')) return value;
      this.#require('\\');
      const mark = this.#text[this.#at] ?? '';
      this.#at++;
      if (mark === 'u') value += this.#codeUnit();
      else if (Object.hasOwn(escapes, mark)) value += escapes[mark] ?? '';
      else throw new NoJson();
    }
  }

  #codeUnit(): string {
    const digits = this.#text.slice(this.#at, this.#at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new NoJson();
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #number(): JsonValue {
    const written = this.#match(numberPattern);
    if (written === '') throw new NoJson();
    if (/[.eE]/.test(written)) return new PythonFloat(Number(written));
    if (written.length > maxDigits) throw new NoJson();
    return BigInt(written);
  }

  #skipSpace(): void {
    this.#match(spacePattern);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #require(character: string): void {
    if (!this.#take(character)) throw new NoJson();
  }
}
