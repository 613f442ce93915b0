import { EngineError } from '../../protocol/errors.ts';

/** A text and the encoding that it was read in. */
export interface DecodedText {
  readonly text: string;
  /** Its name by the WHATWG: `utf-8`, `utf-16le`, `gbk`, `windows-1252`. */
  readonly encoding: string;
  /** False where the bytes fit other encodings too: the likeliest was taken. */
  readonly certain: boolean;
  /** Bytes that are no text in this encoding, replaced by �. */
  readonly damaged: boolean;
}

/** Encodings that a person can choose from, the likeliest of files without a mark first. */
export const encodingChoices = [
  ...['utf-8', 'utf-16le', 'utf-16be', 'gbk', 'gb18030', 'big5', 'shift_jis', 'euc-jp', 'euc-kr'],
  ...['windows-1252', 'windows-1250', 'windows-1251', 'koi8-r', 'windows-1253', 'windows-1254'],
  ...['windows-1255', 'windows-1256', 'windows-1257', 'windows-1258', 'windows-874', 'iso-8859-2'],
];

/** The proper name of an encoding; undefined for one that is not known. */
export function encodingNamed(name: string): string | undefined {
  try {
    return new TextDecoder(name.trim()).encoding;
  } catch {
    return undefined;
  }
}

/**
 * Turns bytes into text: by the mark at their beginning, as UTF-8 where they are that, else by the encoding whose everyday
 * signs they are made of.
 * @param chosen an encoding that somebody chose; it goes before everything.
 * @throws EngineError ARGUMENT_INVALID for an encoding that is not known.
 */
export function decodeText(bytes: Uint8Array, chosen?: string): DecodedText {
  if (chosen !== undefined) {
    const encoding = encodingNamed(chosen);
    if (encoding === undefined) {
      throw new EngineError('ARGUMENT_INVALID', `"${chosen}" is no encoding that is known.`, {
        remedy: `Give one such as ${encodingChoices.slice(0, 10).join(', ')}.`,
      });
    }
    return decodeAs(bytes, encoding, true);
  }
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return decodeAs(bytes, 'utf-16le', true);
  if (first === 0xfe && second === 0xff) return decodeAs(bytes, 'utf-16be', true);
  if (first === 0xef && second === 0xbb && third === 0xbf) return decodeAs(bytes, 'utf-8', true);
  const wide = wideEncoding(bytes);
  if (wide !== undefined) return decodeAs(bytes, wide, true);
  if (fits(bytes, 'utf-8')) return decodeAs(bytes, 'utf-8', true);
  return decodeAs(bytes, likeliest(bytes), false);
}

function decodeAs(bytes: Uint8Array, encoding: string, certain: boolean): DecodedText {
  const damaged = !fits(bytes, encoding);
  return { text: new TextDecoder(encoding).decode(bytes), encoding, certain, damaged };
}

function fits(bytes: Uint8Array, encoding: string): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** UTF-16 without a mark: digits, line ends and spaces leave every other byte 0. */
function wideEncoding(bytes: Uint8Array): string | undefined {
  const length = Math.min(bytes.length, 4096);
  const zeros = Array.from(bytes.subarray(0, length).entries()).filter(([, byte]) => byte === 0);
  const odd = zeros.filter(([index]) => index % 2 === 1).length;
  const even = zeros.length - odd;
  if (odd > length / 8 && even < odd / 8) return 'utf-16le';
  return even > length / 8 && odd < even / 8 ? 'utf-16be' : undefined;
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
    encoding: 'gbk',
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
  gbk: 0.85,
  big5: 0.85,
};

function likeliest(bytes: Uint8Array): string {
  // In two-byte scripts few bytes above 127 stand alone; in alphabets with accents most do.
  const pairs = pairShare(bytes);
  if (pairs > 0.9) {
    const found = wideEncodings.find(({ encoding, isEveryday }) => {
      if (!fits(bytes, encoding)) return false;
      return shareOfPairs(bytes, encoding === 'shift_jis', isEveryday) >= (everydayShare[encoding] ?? 1);
    });
    if (found !== undefined && !readsAsCyrillic(bytes)) return found.encoding;
  }
  if (readsAsCyrillic(bytes)) return 'windows-1251';
  return alphabet(bytes);
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
      if (!fits(bytes, encoding)) continue;
      const found = new TextDecoder(encoding).decode(bytes).match(script)?.length ?? 0;
      if (found > 0.8 * accented) return encoding;
    }
  }
  // Signs that are no letters between letters: in central Europe letters stand at these places.
  const within = western.match(/(?<=\p{L})[¡-¿\u0080-\u009f](?=\p{L})|(?<=\p{L})[³¹¿¼¾](?!\p{L})/gu) ?? [];
  return within.length > 0 && within.length >= accented / 12 ? 'windows-1250' : 'windows-1252';
}
