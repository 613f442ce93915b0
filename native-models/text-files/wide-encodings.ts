import { strictText } from './strict-text.ts';

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

/**
 * The encoding of two bytes a sign that bytes read most like; undefined where they do not look like any.
 */
export function likeliestWideEncoding(bytes: Uint8Array): string | undefined {
  // In two-byte scripts few bytes above 127 stand alone; in alphabets with accents most do.
  if (pairShare(bytes) <= 0.9) return undefined;
  const found = wideEncodings.find(({ encoding, isEveryday }) => {
    if (strictText(bytes, encoding) === undefined) return false;
    return shareOfPairs(bytes, encoding === 'shift_jis', isEveryday) >= (everydayShare[encoding] ?? 1);
  });
  return found?.encoding === 'gb18030' && !hasFourBytes(bytes) ? 'gbk' : found?.encoding;
}

/** Signs of four bytes are what GB 18030 has beyond GBK. */
function hasFourBytes(bytes: Uint8Array): boolean {
  for (let index = 0; index < bytes.length; index++) {
    if ((bytes[index] ?? 0) < 0x80) continue;
    if (isFourBytes(bytes, index)) return true;
    index++;
  }
  return false;
}

function isFourBytes(bytes: Uint8Array, index: number): boolean {
  const [second = 0, third = 0, fourth = 0] = bytes.subarray(index + 1, index + 4);
  return between(second, 0x30, 0x39) && between(third, 0x81, 0xfe) && between(fourth, 0x30, 0x39);
}

/** Which share of the bytes above 127 stands beside another one, or is followed by a byte that completes it. */
function pairShare(bytes: Uint8Array): number {
  let high = 0;
  let paired = 0;
  for (let index = 0; index < bytes.length; index++) {
    if ((bytes[index] ?? 0) < 0x80) continue;
    high++;
    if (isFourBytes(bytes, index)) {
      high++;
      paired += 2;
      index += 3;
      continue;
    }
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
    // Signs of four bytes are rare ones, and say nothing of the others.
    if (isFourBytes(bytes, index)) {
      index += 3;
      continue;
    }
    pairs++;
    if (isEveryday(lead, bytes[index + 1] ?? 0)) everyday++;
    index++;
  }
  return pairs === 0 ? 0 : everyday / pairs;
}
