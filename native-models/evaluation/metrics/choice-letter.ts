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

/** `letter` if it is an ASCII letter (as written) within the first `count`. */
function allowed(letter: string, asWritten: string, count: number): string | undefined {
  if (!/^[A-Za-z]$/.test(asWritten)) return undefined;
  return alphabet.indexOf(letter) < count ? letter : undefined;
}
