import { TextDecoder } from 'node:util';
import { EngineError } from '../protocol/errors.ts';

/** Text of a file, and how its bytes were read. */
export interface DecodedText {
  /** Without a byte order mark. */
  readonly text: string;
  /** The encoding's name as the web writes it: `utf-8`, `utf-16le`, `gb18030`, `windows-1252`, … */
  readonly encoding: string;
  /** What had to be supposed, in words for people; absent where a mark, or the bytes themselves, leave no doubt. */
  readonly assumed?: string;
}

/** Encodings that a person can choose where the bytes do not tell. */
export const offeredEncodings = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1252',
  'windows-1250',
  'windows-1251',
  'gb18030',
  'big5',
  'shift_jis',
  'euc-kr',
] as const;

/**
 * Text of bytes from anywhere. A byte order mark decides, then what was asked for; else UTF-8 where the bytes are valid as
 * such, UTF-16 where every other byte is zero, and otherwise the old encoding in which they read most like words.
 * @param asked an encoding by any of the names of the WHATWG Encoding Standard.
 * @throws EngineError ARGUMENT_INVALID for an encoding that is not known.
 */
export function decodeText(bytes: Uint8Array, asked?: string): DecodedText {
  const marked = byMark(bytes);
  if (marked !== undefined) return { text: decoder(marked).decode(bytes), encoding: marked };
  if (asked !== undefined) {
    const chosen = decoder(asked);
    return { text: chosen.decode(bytes), encoding: chosen.encoding };
  }
  const wide = byZeros(bytes);
  if (wide !== undefined) {
    return { text: decoder(wide).decode(bytes), encoding: wide, assumed: supposed(wide) };
  }
  const text = decodeStrictly(bytes, 'utf-8');
  if (text !== undefined) return { text, encoding: 'utf-8' };
  const legacy = likeliest(bytes);
  return { text: decoder(legacy).decode(bytes), encoding: legacy, assumed: supposed(legacy) };
}

function supposed(encoding: string): string {
  return `the file does not say its encoding; it was read as ${encoding}`;
}

function decoder(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding);
  } catch (error) {
    throw new EngineError('ARGUMENT_INVALID', `There is no encoding "${encoding}".`, {
      remedy: `Give one of ${offeredEncodings.join(', ')}.`,
      cause: error,
    });
  }
}

function decodeStrictly(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function byMark(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return undefined;
}

/** Bytes at the start that the zeros are counted in. */
const sampleBytes = 4096;

/** Signs of the ASCII range have a zero byte in UTF-16, and no text of another encoding has one. */
function byZeros(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, sampleBytes);
  const zeros = [0, 0];
  for (const [index, byte] of sample.entries())
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const enough = sample.length / 8;
  if (odd > enough && even * 8 < odd) return 'utf-16le';
  if (even > enough && odd * 8 < even) return 'utf-16be';
  return undefined;
}

/** Old encodings with, for their text, how much like words it reads: points per sign that is not ASCII. */
const legacyEncodings: readonly (readonly [
  encoding: string,
  points: (text: string, bytes: Uint8Array) => number,
])[] = [
  // In GB 2312 the usual characters come by their sound in rows B0 to D7; what is rarer, or another script, lies elsewhere.
  [
    'gb18030',
    (text, bytes) =>
      share(text, /[\u4e00-\u9fff\u3000-\u3011\uff01-\uff5e“”‘’—…·]/gu) *
      pairsWithin(bytes, 0xb0, 0xd7, 0xa1),
  ],
  [
    'shift_jis',
    (text) =>
      share(text, /[\u3040-\u30ff\u3000-\u3011\u4e00-\u9fff\uff01-\uff5e]/gu) *
      (hasMany(text, /[\u3041-\u30fe]/gu) ? 1 : 0.4),
  ],
  [
    'big5',
    (text, bytes) =>
      share(text, /[\u4e00-\u9fff\u3000-\u3011\uff01-\uff5e]/gu) * pairsWithin(bytes, 0xa4, 0xc6, 0x40),
  ],
  [
    'euc-kr',
    (text, bytes) =>
      share(text, /[\uac00-\ud7a3]/gu) *
      pairsWithin(bytes, 0xb0, 0xc8, 0xa1) *
      (/[\uac00-\ud7a3] [\uac00-\ud7a3]/u.test(text) ? 1.05 : 0.95),
  ],
  // Words of one script: at least three of its letters in a row.
  ['windows-1251', (text) => inWords(text, /[А-яЁёІіЇїЄєҐґ]{3,}/gu) * 0.95],
  // A single accented letter between letters of the alphabet.
  [
    'windows-1252',
    (text) => inWords(text, /(?<![^\p{ASCII}])[À-ÖØ-öø-ÿŒœŠšŽž](?![^\p{ASCII}])|[–—‘’“”„…«»€°§¡¿ß]/gu) * 0.9,
  ],
];

/** The encoding in which the bytes read most like words; Windows-1252, in which all bytes mean something, where none does. */
function likeliest(bytes: Uint8Array): string {
  let best = 'windows-1252';
  let mostPoints = 0;
  for (const [encoding, pointsOf] of legacyEncodings) {
    const text = decodeStrictly(bytes, encoding);
    if (text === undefined) continue;
    const points = pointsOf(text, bytes);
    if (points > mostPoints) [best, mostPoints] = [encoding, points];
  }
  return best;
}

const foreign = /[^\p{ASCII}]/gu;

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** Of the signs that are not ASCII, those that match. */
function share(text: string, pattern: RegExp): number {
  return count(text, pattern) / Math.max(1, count(text, foreign));
}

function hasMany(text: string, pattern: RegExp): boolean {
  return share(text, pattern) > 0.2;
}

/** As `share`, of the letters in matches that may be several letters long. */
function inWords(text: string, pattern: RegExp): number {
  const letters = (text.match(pattern) ?? []).join('').length;
  return letters / Math.max(1, count(text, foreign));
}

/** Of the pairs of bytes that begin with a high one, those whose first byte is within bounds and second at least `second`. */
function pairsWithin(bytes: Uint8Array, from: number, to: number, second: number): number {
  let pairs = 0;
  let within = 0;
  for (let index = 0; index < bytes.length; index++) {
    const lead = bytes[index] ?? 0;
    if (lead < 0x80) continue;
    const trail = bytes[++index] ?? 0;
    pairs++;
    // Punctuation has rows of its own, A1 to A3.
    if ((lead >= from && lead <= to && trail >= second) || (lead >= 0xa1 && lead <= 0xa3)) within++;
  }
  return within / Math.max(1, pairs);
}
