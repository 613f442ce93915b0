import { TextDecoder } from 'node:util';
import { EngineError } from '../protocol/errors.ts';
import { likeliestAlphabet, readsAsCyrillic } from './alphabets.ts';
import { decodedOnceMore } from './encoded-twice.ts';
import { strictText } from './strict-text.ts';
import { likeliestWideEncoding } from './wide-encodings.ts';

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
    return { ...decodeAs(bytes, wide), assumed: supposed(wide) };
  }
  if (strictText(bytes, 'utf-8') !== undefined || isMostlyUtf8(bytes)) return decodeUtf8(bytes);
  const legacy = likeliest(bytes);
  return { ...decodeAs(bytes, legacy), assumed: supposed(legacy) };
}

/** What had to be supposed of a file's encoding, and what of it is no text, in words for people. */
export function suppositions({ encoding, assumed, damaged }: DecodedText): string[] {
  return [
    ...(assumed === undefined ? [] : [assumed]),
    ...(damaged === true ? [`not all of the file is text in ${encoding}; what is not stands as �`] : []),
  ];
}

/** So many whole signs above ASCII a broken one may stand beside: other encodings hardly give any. */
const wholeSignsBesideOne = 2;

/** UTF-8 with some bytes that are none, as where a file was cut or two were put together. */
function isMostlyUtf8(bytes: Uint8Array): boolean {
  const signs =
    decoder('utf-8')
      .decode(bytes)
      .match(/[\u0080-\u{10ffff}]/gu) ?? [];
  const broken = signs.filter((sign) => sign === '\ufffd').length;
  return broken * wholeSignsBesideOne < signs.length - broken;
}

function likeliest(bytes: Uint8Array): string {
  if (readsAsCyrillic(bytes)) return 'windows-1251';
  return likeliestWideEncoding(bytes) ?? likeliestAlphabet(bytes);
}

function decodeAs(bytes: Uint8Array, encoding: string): DecodedText {
  const text = strictText(bytes, encoding);
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
