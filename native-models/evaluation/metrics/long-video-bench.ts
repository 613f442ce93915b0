/** Openings that are taken out of a reply before its first capital is looked for, in this order. */
const openings = [
  'The best answer is',
  'The correct answer is',
  'The answer is',
  'The answer',
  'The best option is',
  'The correct option is',
  'Best answer:',
  'Best option:',
];

/**
 * The letter of a reply by LongVideoBench's rule: the first capital A–E of the raw reply, tags and reasoning included, after
 * common openings are taken out ("Clearly B" is C). Where there is none the reference draws a letter at random; here it is
 * undefined, hence wrong, so that a score can be repeated. Source: fixtures/README.md, "VideoKR evaluation".
 */
export function firstCapital(reply: string): string | undefined {
  const rest = openings.reduce((text, opening) => text.replaceAll(opening, ''), reply);
  return /[A-E]/.exec(rest)?.[0];
}

/** Whether a reply names the right option. @param truthIndex of the right option, from 0 */
export function isLongVideoBenchCorrect(reply: string, truthIndex: number): boolean {
  return firstCapital(reply) === 'ABCDE'.charAt(truthIndex);
}
