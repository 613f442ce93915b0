import { TextDecoder } from 'node:util';
import { EngineError } from '../protocol/errors.ts';
import { decodedOnceMore } from './encoded-twice.ts';

/** Text of a file, and how its bytes were read. */
export interface DecodedText {
  /** Without a byte order mark. */
  readonly text: string;
  /** The encoding's name as the web writes it: `utf-8`, `utf-16le`, `gb18030`, `windows-1252`, … */
  readonly encoding: string;
  /** Bytes were no text in this encoding and stand as �; absent where all were. */
  readonly damaged?: true;
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
  'gbk',
  'gb18030',
  'big5',
  'shift_jis',
  'euc-kr',
  'euc-jp',
  'koi8-r',
  'windows-1253',
  'windows-1254',
  'windows-1255',
  'windows-1256',
  'windows-1257',
  'windows-1258',
  'windows-874',
  'iso-8859-2',
] as const;

/**
 * Text of bytes from anywhere. A byte order mark decides, then what was asked for; else UTF-8 where the bytes are valid as
 * such, UTF-16 where every other byte is zero, and otherwise the old encoding in which they read most like words.
 * @param asked an encoding by any of the names of the WHATWG Encoding Standard.
 * @throws EngineError ARGUMENT_INVALID for an encoding that is not known.
 */
export function decodeText(bytes: Uint8Array, asked?: string): DecodedText {
  const widest = decodeUtf32(bytes);
  if (widest !== undefined) return widest;
  const marked = byMark(bytes);
  if (marked !== undefined) return marked === 'utf-8' ? decodeUtf8(bytes) : decodeAs(bytes, marked);
  if (asked !== undefined) return decodeAs(bytes, decoder(asked).encoding);
  const declared = declaredEncoding(bytes);
  if (declared !== undefined) return decodeAs(bytes, declared);
  const wide = byZeros(bytes);
  if (wide !== undefined) {
    return { text: decoder(wide).decode(bytes), encoding: wide, assumed: supposed(wide) };
  }
  if (decodeStrictly(bytes, 'utf-8') !== undefined) return decodeUtf8(bytes);
  const legacy = likeliest(bytes);
  return { text: decoder(legacy).decode(bytes), encoding: legacy, assumed: supposed(legacy) };
}

function decodeAs(bytes: Uint8Array, encoding: string): DecodedText {
  const text = decodeStrictly(bytes, encoding);
  if (text !== undefined) return { text, encoding };
  return { text: decoder(encoding).decode(bytes), encoding, damaged: true };
}

function decodeUtf8(bytes: Uint8Array): DecodedText {
  const decoded = decodeAs(bytes, 'utf-8');
  const text = decodedOnceMore(decoded.text);
  if (text === undefined) return decoded;
  return {
    text,
    encoding: 'utf-8',
    assumed: 'the text had been encoded twice (as “Ã¤” for “ä”); it was put right',
  };
}

/** What an XML document says of itself, where it is an old encoding; that of most others is known without it. */
function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const name = /^<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/u.exec(head)?.[1];
  if (name === undefined) return undefined;
  try {
    const { encoding } = new TextDecoder(name);
    return encoding.startsWith('utf-') ? undefined : encoding;
  } catch {
    return undefined;
  }
}

/** UTF-32, which nothing but its mark tells and no browser reads. */
function decodeUtf32(bytes: Uint8Array): DecodedText | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength - (bytes.byteLength % 4));
  if (view.byteLength < 8) return undefined;
  const little = view.getUint32(0, true) === 0xfeff;
  if (!little && view.getUint32(0) !== 0xfeff) return undefined;
  const signs: string[] = [];
  for (let at = 4; at < view.byteLength; at += 4) {
    const code = view.getUint32(at, little);
    // Signs of UTF-16 after the mark of UTF-16 and a zero would be no signs of Unicode.
    if (code > 0x10ffff) return undefined;
    signs.push(String.fromCodePoint(code));
  }
  return { text: signs.join(''), encoding: little ? 'utf-32le' : 'utf-32be' };
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

/** An encoding of two bytes a sign, and how everyday a sign of it is by its bytes. */
interface WideEncoding {
  readonly encoding: string;
  readonly isEveryday: (lead: number, trail: number) => boolean;
}

const between = (value: number, from: number, to: number): boolean => value >= from && value <= to;

/** Standards put their everyday signs first; names of the parts are theirs. */
const wideEncodings: readonly WideEncoding[] = [
  // KS X 1001: the 2,350 syllables of Hangul, and signs.
  { encoding: 'euc-kr', isEveryday: (lead, trail) => between(lead, 0xb0, 0xc8) && trail >= 0xa1 },
  // JIS X 0208: kana; the everyday Kanji only count beside them.
  { encoding: 'euc-jp', isEveryday: (lead) => lead === 0xa4 || lead === 0xa5 },
  {
    encoding: 'shift_jis',
    isEveryday: (lead, trail) => (lead === 0x82 && between(trail, 0x9f, 0xf1)) || lead === 0x83,
  },
  // GB 2312, level 1: the 3,755 commonest Chinese signs; and punctuation.
  {
    encoding: 'gb18030',
    isEveryday: (lead, trail) => trail >= 0xa1 && (between(lead, 0xb0, 0xd7) || between(lead, 0xa1, 0xa3)),
  },
  // Big5, level 1: the 5,401 commonest signs; and punctuation.
  { encoding: 'big5', isEveryday: (lead) => between(lead, 0xa4, 0xc6) || between(lead, 0xa1, 0xa3) },
];

/** How much of a text must be everyday signs: in Japanese, kana stand between Kanji; Korean has Hangul alone. */
const everydayShare: Readonly<Record<string, number>> = {
  'euc-kr': 0.93,
  'euc-jp': 0.35,
  shift_jis: 0.35,
  gb18030: 0.85,
  big5: 0.85,
};

function likeliest(bytes: Uint8Array): string {
  // In two-byte scripts few bytes above 127 stand alone; in alphabets with accents most do.
  const pairs = pairShare(bytes);
  if (pairs > 0.9) {
    const found = wideEncodings.find(({ encoding, isEveryday }) => {
      if (decodeStrictly(bytes, encoding) === undefined) return false;
      return shareOfPairs(bytes, encoding === 'shift_jis', isEveryday) >= (everydayShare[encoding] ?? 1);
    });
    if (found !== undefined && !readsAsCyrillic(bytes)) {
      return found.encoding === 'gb18030' && !hasFourBytes(bytes) ? 'gbk' : found.encoding;
    }
  }
  if (readsAsCyrillic(bytes)) return 'windows-1251';
  return alphabet(bytes);
}

/** Signs of four bytes are what GB 18030 has beyond GBK. */
function hasFourBytes(bytes: Uint8Array): boolean {
  for (let index = 0; index < bytes.length; index++) {
    if ((bytes[index] ?? 0) < 0x80) continue;
    if (between(bytes[index + 1] ?? 0, 0x30, 0x39)) return true;
    index++;
  }
  return false;
}

/** Which share of the bytes above 127 stands beside another one, or is followed by a byte that completes it. */
function pairShare(bytes: Uint8Array): number {
  let high = 0;
  let paired = 0;
  for (let index = 0; index < bytes.length; index++) {
    if ((bytes[index] ?? 0) < 0x80) continue;
    high++;
    const trail = bytes[index + 1] ?? 0;
    if (trail >= 0x40 && trail !== 0x7f) {
      paired++;
      index++;
      if (trail >= 0x80) {
        high++;
        paired++;
      }
    }
  }
  return high === 0 ? 0 : paired / high;
}

function shareOfPairs(bytes: Uint8Array, halfWidth: boolean, isEveryday: WideEncoding['isEveryday']): number {
  let pairs = 0;
  let everyday = 0;
  for (let index = 0; index < bytes.length; index++) {
    const lead = bytes[index] ?? 0;
    if (lead < 0x80 || (halfWidth && between(lead, 0xa1, 0xdf))) continue;
    pairs++;
    if (isEveryday(lead, bytes[index + 1] ?? 0)) everyday++;
    index++;
  }
  return pairs === 0 ? 0 : everyday / pairs;
}

/** Words of Cyrillic letters alone, small ones after at most one capital, of which o, e, a, и and н are the commonest. */
function readsAsCyrillic(bytes: Uint8Array): boolean {
  return cyrillicShare(new TextDecoder('windows-1251').decode(bytes)) > 0.8;
}

function cyrillicShare(text: string): number {
  const words = text.match(/[^\s\d\p{P}\p{S}]*[\u0080-\uffff][^\s\d\p{P}\p{S}]*/gu) ?? [];
  const proper = words.filter((word) => /^(?:[А-ЯЁЄІЇҐЎ]?[а-яёєіїґў]+|[А-ЯЁЄІЇҐЎ]+)$/u.test(word));
  const letters = words.join('');
  const vowels = letters.match(/[оеаиіыуяОЕАИІЫУЯ]/gu)?.length ?? 0;
  if (letters.length === 0 || vowels < 0.25 * letters.length) return 0;
  return proper.length / words.length;
}

/** An encoding of one byte a sign. */
function alphabet(bytes: Uint8Array): string {
  if (cyrillicShare(new TextDecoder('koi8-r').decode(bytes)) > 0.8) return 'koi8-r';
  const scripts: readonly (readonly [string, RegExp])[] = [
    ['windows-1253', /\p{Script=Greek}/gu],
    ['windows-1255', /\p{Script=Hebrew}/gu],
    ['windows-1256', /\p{Script=Arabic}/gu],
    ['windows-874', /\p{Script=Thai}/gu],
  ];
  const western = new TextDecoder('windows-1252').decode(bytes);
  // A word of accented letters alone is of another alphabet.
  const foreign = western.match(/(?<!\p{L})[À-ÿ]{3,}(?!\p{L})/gu)?.join('').length ?? 0;
  const accented = western.match(/[\u0080-\uffff]/gu)?.length ?? 0;
  if (foreign > accented / 2) {
    for (const [encoding, script] of scripts) {
      if (decodeStrictly(bytes, encoding) === undefined) continue;
      const found = new TextDecoder(encoding).decode(bytes).match(script)?.length ?? 0;
      if (found > 0.8 * accented) return encoding;
    }
  }
  // Signs that are no letters between letters: in central Europe letters stand at these places.
  const within = western.match(/(?<=\p{L})[¡-¿\u0080-\u009f](?=\p{L})|(?<=\p{L})[³¹¿¼¾](?!\p{L})/gu) ?? [];
  return within.length > 0 && within.length >= accented / 12 ? 'windows-1250' : 'windows-1252';
}
