import { spaceClass, strip, wordBoundary } from './python-text.ts';
import { answerText } from './tagged-reply.ts';

/** Letters of the options that a VideoKR task allows, e.g. `lettersUpTo(10)` for A–J. */
export function lettersUpTo(count: number): string {
  return 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.slice(0, count);
}

/**
 * The letter that VideoKR's rule finds in a reply, three patterns in turn over its answer text, ignoring case: a letter at
 * the start with a bracket, full stop, colon or space after it; one that the words answer, option or choice announce; the
 * first that stands alone. So "A dog runs" is A, and "I think it is B" is I where I is allowed.
 * Source: fixtures/README.md, "VideoKR evaluation".
 *
 * @param letters the allowed ones, upper case
 */
export function replyLetter(reply: string, letters: string): string | undefined {
  return letterIn(answerText(reply), letters);
}

/** As `replyLetter`, of an answer text that has been taken out of its reply. */
export function letterIn(text: string, letters: string): string | undefined {
  if (letters === '') return undefined;
  const content = strip(text);
  for (const pattern of patternsFor(letters)) {
    const letter = pattern.exec(content)?.[1];
    if (letter !== undefined) return upperCase(letter);
  }
  return undefined;
}

/** Whether reply and truth, read by the same rule, name the same letter. */
export function isRuleCorrect(reply: string, truth: string, letters: string): boolean {
  const letter = replyLetter(reply, letters);
  return letter !== undefined && letter === replyLetter(truth, letters);
}

const patternCache = new Map<string, readonly RegExp[]>();

function patternsFor(letters: string): readonly RegExp[] {
  const known = patternCache.get(letters);
  if (known !== undefined) return known;
  const letter = `([${letters}${letters.toLowerCase()}${foldedOnto(letters)}])`;
  const patterns = [
    `^${spaceClass}*[(\\[]?${letter}(?:[)\\].:]|${spaceClass})`,
    `(?:answer|option|choice)${spaceClass}*(?:is|:)?${spaceClass}*[(\\[]?${letter}${wordBoundary}`,
    `${wordBoundary}${letter}${wordBoundary}`,
  ].map((source) => new RegExp(source, 'iu'));
  patternCache.set(letters, patterns);
  return patterns;
}

/** Letters that Python's case folding matches with ASCII ones. */
const foldings: readonly (readonly [folded: string, onto: string])[] = [
  ['ſ', 'S'],
  ['\u212a', 'K'],
  ['ı', 'I'],
];

function foldedOnto(letters: string): string {
  return foldings
    .filter(([, onto]) => letters.includes(onto))
    .map(([folded]) => folded)
    .join('');
}

function upperCase(letter: string): string {
  return foldings.find(([folded]) => folded === letter)?.[1] ?? letter.toUpperCase();
}
