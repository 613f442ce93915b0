import { answerText } from './tagged-reply.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * The letter that the published scorer hears in a reply to a multiple-choice question: lower-cased, cut at the first
 * space (U+0020 only), brackets and full stops deleted, the first character that is left. So "best option: c." is heard
 * as B and "The answer is B" as nothing. Source: fixtures/README.md, "Hearing a letter".
 *
 * @param optionCount the letters that count are the first so many
 * @returns an upper-case letter, or undefined when none is heard (or nothing is left of the reply)
 */
export function heardLetter(reply: string, optionCount: number): string | undefined {
  const lower = reply.toLowerCase();
  const space = lower.indexOf(' ');
  const first = (space === -1 ? lower : lower.slice(0, space)).replace(/[().]/g, '').charAt(0);
  return allowed(first.toUpperCase(), first, optionCount);
}

/** Whether nothing at all is left of the reply to hear a letter in: the published scorer stops there. */
export function isSilent(reply: string): boolean {
  return (reply.split(' ', 1)[0] ?? '').replace(/[().]/g, '') === '';
}

/**
 * A second reading that forgives form, to be shown beside the first (fixtures/README.md, "reply parsing"): an answer block if there
 * is one; a letter alone whatever it is wrapped in; an option's text; a letter that the words answer, option or choice
 * announce; a letter with a bracket, full stop, colon or comma at the start; or the only capital letter that stands alone.
 *
 * @param options the texts of the options, in order
 */
export function tolerantLetter(reply: string, options: readonly string[]): string | undefined {
  const text = answerText(reply).normalize('NFKC');
  const count = options.length;
  const bare = text.replace(/[^\p{L}\p{N}]+/gu, '');
  if (bare.length === 1) return allowed(bare.toUpperCase(), bare, count);
  const named = optionNamed(text, options);
  if (named !== -1) return alphabet[named];
  const announced =
    /\b(?:answer|option|choice)\b\s*(?:is\b\s*)?:?\s*(?:option\b\s*)?(?:[("'*[{]+\s*([A-Za-z])\b|([A-Z])\b|([a-z])\s*(?:[).:\]]|$))/.exec(
      text.replace(/\b(?:answer|option|choice|is)\b/gi, (word) => word.toLowerCase()),
    );
  const leading = /^\s*[("'*[{]*([A-Za-z])["'*]*\s*[)\].:,}]/.exec(text);
  const letter = announced?.[1] ?? announced?.[2] ?? announced?.[3] ?? leading?.[1];
  if (letter !== undefined) return allowed(letter.toUpperCase(), letter, count);
  const standing = new Set(
    (text.match(/(?<![\p{L}\p{N}'’])[A-Z](?![\p{L}\p{N}'’])/gu) ?? []).filter(
      (one) => alphabet.indexOf(one) < count,
    ),
  );
  const [only] = standing;
  return standing.size === 1 ? only : undefined;
}

/** `letter` if it is an ASCII letter (as written) within the first `count`. */
function allowed(letter: string, asWritten: string, count: number): string | undefined {
  if (!/^[A-Za-z]$/.test(asWritten)) return undefined;
  return alphabet.indexOf(letter) < count ? letter : undefined;
}

/** Index of the option whose text this is, or -1. */
function optionNamed(text: string, options: readonly string[]): number {
  const first = firstWordCharacter(text);
  if (first === undefined) return -1;
  let wanted: string | undefined;
  return options.findIndex((option) => {
    // Comparing whole texts is slow, and most options differ in their first letter.
    if (firstWordCharacter(option) !== first) return false;
    wanted ??= plain(text);
    return plain(option) === wanted;
  });
}

function firstWordCharacter(text: string): string | undefined {
  return /[\p{L}\p{N}]/u.exec(text)?.[0].toLowerCase();
}

/** Letters and digits in lower case, for comparing with an option's text. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
