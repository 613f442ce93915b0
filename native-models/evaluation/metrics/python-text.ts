/**
 * Text classes as the reference's language defines them, where JavaScript's differ: `\s` and `strip` know the
 * separators U+001C–U+001F and U+0085 and not U+FEFF; `\w` and with it `\b` are Unicode-aware.
 * Source: fixtures/README.md, "VideoKR evaluation".
 */
const spaces = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

/** Character class of white space, for building regular expressions (flag `u`). */
export const spaceClass = `[${spaces}]`;

const word = '[\\p{L}\\p{N}_]';

/** Word boundary, for building regular expressions (flag `u`). */
export const wordBoundary = `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`;

const edges = new RegExp(`^${spaceClass}+|${spaceClass}+$`, 'gu');

/** Without white space at both ends. */
export function strip(text: string): string {
  return text.replace(edges, '');
}
