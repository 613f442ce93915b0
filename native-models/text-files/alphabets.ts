import { TextDecoder } from 'node:util';
import { strictText } from './strict-text.ts';

/**
 * Words of Cyrillic letters alone, small ones after at most one capital, of which o, e, a, и and н are the commonest. Hebrew
 * has its letters at the places of small ones, with fewer vowels among them.
 */
export function readsAsCyrillic(bytes: Uint8Array): boolean {
  return cyrillicShare(bytes, 'windows-1251') > 0.8;
}

function cyrillicShare(bytes: Uint8Array, encoding: 'windows-1251' | 'koi8-r'): number {
  const text = new TextDecoder(encoding).decode(bytes);
  // In KOI8-R, what could be Hebrew would be capitals alone.
  if (encoding === 'koi8-r' && mayBeHebrew(bytes)) return 0;
  const fewestVowels = mayBeHebrew(bytes) ? 0.35 : 0.25;
  const words = text.match(/[^\s\d\p{P}\p{S}]*[\u0080-\uffff][^\s\d\p{P}\p{S}]*/gu) ?? [];
  const proper = words.filter((word) => /^(?:[А-ЯЁЄІЇҐЎ]?[а-яёєіїґў]+|[А-ЯЁЄІЇҐЎ]+)$/u.test(word));
  const letters = words.join('');
  const vowels = letters.match(/[оеаиіыуяОЕАИІЫУЯ]/gu)?.length ?? 0;
  if (letters.length === 0 || vowels < fewestVowels * letters.length) return 0;
  return proper.length / words.length;
}

function mayBeHebrew(bytes: Uint8Array): boolean {
  const text = strictText(bytes, 'windows-1255');
  return text !== undefined && !/[\u0080-\u05cf\u05eb-\uffff]/u.test(text) && readsAsHebrew(text);
}

/** The encoding of one byte a sign that bytes read most like; windows-1252 where nothing speaks against it. */
export function likeliestAlphabet(bytes: Uint8Array): string {
  if (cyrillicShare(bytes, 'koi8-r') > 0.8) return 'koi8-r';
  const western = new TextDecoder('windows-1252').decode(bytes);
  // A word of accented letters alone is of another alphabet.
  const foreign = western.match(/(?<!\p{L})[¡-ÿ]{3,}(?!\p{L})/gu)?.join('').length ?? 0;
  const accented = western.match(/[\u0080-\uffff]/gu)?.length ?? 0;
  const other = otherScripts.find(({ encoding, letters, reads }) => {
    const text = strictText(bytes, encoding);
    if (text === undefined || !reads(text)) return false;
    return (text.match(letters)?.length ?? 0) > 0.8 * accented;
  });
  if (other !== undefined && foreign > accented / 2) return other.encoding;
  if (readsAsTurkish(western)) return 'windows-1254';
  // Signs that are no letters between letters: in central Europe letters stand at these places.
  const within = western.match(/(?<=\p{L})[¡-¿\u0080-\u009f](?=\p{L})|(?<=\p{L})[³¹¿¼¾](?!\p{L})/gu) ?? [];
  const central = within.length > 0 && within.length >= accented / 12;
  return central || unusedInWestern.test(western) ? 'windows-1250' : 'windows-1252';
}

/** Places that windows-1252 leaves empty; windows-1250 has Ť, Ź and ť at three of them. */
const unusedInWestern = /[\u008d\u008f\u009d]/u;

/** Scripts that have no letter of Latin, by what their words look like. */
const otherScripts: readonly {
  readonly encoding: string;
  readonly letters: RegExp;
  readonly reads: (text: string) => boolean;
}[] = [
  // Before Greek, whose letters are there too, and more, and stand at both ends of words.
  { encoding: 'windows-1255', letters: /\p{Script=Hebrew}/gu, reads: readsAsHebrew },
  { encoding: 'windows-1253', letters: /\p{Script=Greek}/gu, reads: readsAsGreek },
  { encoding: 'windows-1256', letters: /[\u0600-\u06ff]/gu, reads: (text) => !/[À-ÿ]/u.test(text) },
  { encoding: 'windows-874', letters: /\p{Script=Thai}/gu, reads: () => true },
];

/** Small letters after at most one capital, or capitals alone. */
function readsAsGreek(text: string): boolean {
  const words = text.match(/\p{Script=Greek}+/gu) ?? [];
  const proper = words.filter((word) => /^(?:\p{Lu}?\p{Ll}+|\p{Lu}+)$/u.test(word));
  return proper.length > 0.8 * words.length;
}

/**
 * Five letters have another form at the end of a word, and stand nowhere else; their usual form seldom stands there. Points
 * stand on letters, three at most on one.
 */
function readsAsHebrew(text: string): boolean {
  const words = text.match(/[\p{Script=Hebrew}\p{M}]+/gu) ?? [];
  const proper = words.filter(
    (word) => !/[ךםןףץ]\p{L}/u.test(word) && !/.[כמנצ]$/u.test(word) && !/^\p{M}|\p{M}{4}/u.test(word),
  );
  return proper.length > 0.9 * words.length;
}

/** Only letters of Turkish above ASCII, some of which windows-1252 has others for. */
function readsAsTurkish(western: string): boolean {
  const letters = western.match(/[À-ÿ]/gu) ?? [];
  const own = letters.filter((letter) => 'ÐÝÞðýþ'.includes(letter)).length;
  // Icelandic has these six letters, too, and never without others of its own for long.
  return own > 0 && letters.every((letter) => 'ÐÝÞðýþÇÖÜçöüÂÎÛâîû'.includes(letter));
}
