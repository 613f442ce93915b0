import { tinyLetters, tinyMoments, tinyOptions } from './tiny-annotations.ts';

/** Tiny questions, one on each of the tiny moments. */
export const tinyQuestions = tinyMoments.map(({ name, span }, index) => ({
  name,
  span,
  question: `what is shown in part ${index + 1}?`,
  options: [...tinyOptions],
  answer: tinyOptions[index] ?? '',
  letter: tinyLetters[index] ?? '',
  index,
}));

/** The first four of a question's options: most benchmarks have as many. */
export function four<Value>(values: readonly Value[]): Value[] {
  return values.slice(0, 4);
}
