import type { TextMeasure } from '../../protocol/eval-task.ts';
import { meanRougeF1 } from './rouge.ts';

/** How a measure is meant. */
export interface TextMeasureOptions {
  /** `number`: how far off is still right. */
  readonly within?: number | undefined;
}

type Measure = (reply: string, truth: string, options: TextMeasureOptions) => number;

const measures: Readonly<Record<TextMeasure, Measure>> = {
  'exact-match': (reply, truth) => Number(wordsOf(reply).join(' ') === wordsOf(truth).join(' ')),
  contains: (reply, truth) =>
    Number(` ${wordsOf(reply).join(' ')} `.includes(` ${wordsOf(truth).join(' ')} `)),
  number: (reply, truth, { within = 0 }) => {
    const [said, meant] = [firstNumber(reply), firstNumber(truth)];
    return Number(said !== undefined && meant !== undefined && Math.abs(said - meant) <= within);
  },
  'word-f1': (reply, truth) => overlapF1(wordsOf(reply), wordsOf(truth)),
  rouge: (reply, truth) => meanRougeF1(truth, reply),
};

/**
 * What a reply is worth by a measure of words, 0 to 1. `exact-match`, `contains` and `word-f1` read words as SQuAD's scorer does:
 * small letters, no punctuation, no articles; `number` reads the first number of either; `rouge` is the mean F1 of ROUGE-1, -2, -L.
 */
export function measureText(
  measure: TextMeasure,
  reply: string,
  truth: string,
  options: TextMeasureOptions = {},
): number {
  return measures[measure](reply, truth, options);
}

function wordsOf(text: string): readonly string[] {
  const plain = text
    .toLowerCase()
    .replaceAll(/\p{P}+/gu, '')
    .replaceAll(/\b(?:a|an|the)\b/gu, ' ');
  return plain.split(/\s+/u).filter((word) => word !== '');
}

/** Digits with a sign, a fraction and thousands in groups: `-1,250.5`. */
function firstNumber(text: string): number | undefined {
  const [found] = /-?\d+(?:,\d{3})*(?:\.\d+)?/u.exec(text) ?? [];
  return found === undefined ? undefined : Number(found.replaceAll(',', ''));
}

function overlapF1(said: readonly string[], meant: readonly string[]): number {
  if (said.length === 0 || meant.length === 0) return Number(said.length === meant.length);
  const left = new Map<string, number>();
  for (const word of meant) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of said) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    common++;
  }
  return common === 0 ? 0 : (2 * common) / (said.length + meant.length);
}
