import { mutateJson } from './mutate-json.ts';

/** A small reproducible source of chance (mulberry32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 up to `end`, without it. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  pick<Item>(items: readonly Item[]): Item | undefined {
    return items[this.below(items.length)];
  }
}

/** Longest input that is made. */
export const maxInputBytes = 64 * 1024;

const tellingNumbers = [
  0,
  1,
  2,
  3,
  4,
  7,
  8,
  16,
  127,
  128,
  255,
  256,
  4096,
  32767,
  65535,
  2 ** 31 - 1,
  2 ** 32 - 1,
];
const tellingWords = [
  '',
  '0',
  '-1',
  '1e309',
  'NaN',
  '-0',
  '9007199254740993',
  '__proto__',
  'constructor',
  'null',
  'true',
  '[]',
  '{}',
  '"',
  '\\',
  '\n',
  '\r\n',
  '\t',
  ',',
  ';',
  ':',
  '\ufeff',
  '\u2028',
  '\ud800',
  '🎬',
  '\0',
  '<![CDATA[',
  '&amp;',
  '-->',
  '00:00:00,000',
  '99:99:99.999',
  '{{',
  '{%',
  '%}',
  "'''",
  '\\u0000',
  '[[[[[[[[',
  '{"a":',
].map((word) => Buffer.from(word));

/** Words of inputs: what a mutation moves about, besides bytes. */
export function wordsOf(inputs: readonly Uint8Array[]): Buffer[] {
  const words = new Set<string>();
  for (const input of inputs) {
    for (const [word] of Buffer.from(input)
      .toString('latin1')
      .matchAll(/[\w./:-]{2,40}|[^\w\s]{1,4}/g))
      words.add(word);
    if (words.size > 4000) break;
  }
  return Array.from(words, (word) => Buffer.from(word, 'latin1'));
}

/** One to eight changes of an input: of bits, bytes, numbers, words, stretches, and of one input by another. */
export function mutate(
  input: Uint8Array,
  { chance, words, others }: { chance: Chance; words: readonly Uint8Array[]; others: readonly Uint8Array[] },
): Buffer {
  if (chance.below(2) === 0) {
    const changed = mutateJson(input, chance);
    if (changed !== undefined && changed.length <= maxInputBytes) return changed;
  }
  let bytes = Buffer.from(input);
  for (let changes = 2 ** chance.below(4); changes > 0; changes--) {
    bytes = changeOnce(bytes, chance, words, others);
  }
  return bytes.subarray(0, maxInputBytes);
}

function changeOnce(
  bytes: Buffer,
  chance: Chance,
  words: readonly Uint8Array[],
  others: readonly Uint8Array[],
): Buffer<ArrayBuffer> {
  const at = chance.below(bytes.length + 1);
  const length = 1 + chance.below(2 ** (1 + chance.below(8)));
  const replaced = (put: Uint8Array, dropped: number): Buffer<ArrayBuffer> =>
    Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + dropped)]);
  switch (chance.below(10)) {
    case 0: {
      const copy = Buffer.from(bytes);
      if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 << chance.below(8));
      return copy;
    }
    case 1:
      return replaced(Buffer.from([chance.below(256)]), chance.below(2));
    case 2:
      return replaced(Buffer.alloc(0), length);
    case 3:
      return replaced(bytes.subarray(at, at + length), 0);
    case 4: {
      const from = chance.below(bytes.length + 1);
      return replaced(bytes.subarray(from, from + length), chance.below(2) * length);
    }
    case 5:
      return replaced(chance.pick(tellingWords) ?? Buffer.alloc(0), chance.below(2) * length);
    case 6:
    case 7:
      return replaced(chance.pick(words) ?? Buffer.alloc(0), chance.below(2) * length);
    case 8:
      return replaced(numberBytes(chance), chance.below(2) * 4);
    default: {
      const other = chance.pick(others) ?? bytes;
      const from = chance.below(other.length + 1);
      return replaced(other.subarray(from, from + length * 8), chance.below(2) * length * 8);
    }
  }
}

function numberBytes(chance: Chance): Buffer {
  const number = chance.pick(tellingNumbers) ?? 0;
  const bytes = Buffer.alloc(8);
  const width = 2 ** chance.below(4);
  if (width === 8) bytes.writeBigUInt64LE(BigInt(number) * (chance.below(2) === 0 ? 1n : 0x1_0000_0001n));
  else if (chance.below(2) === 0) bytes.writeUIntLE(number % 2 ** (8 * width), 0, width);
  else bytes.writeUIntBE(number % 2 ** (8 * width), 0, width);
  return bytes.subarray(0, width);
}
