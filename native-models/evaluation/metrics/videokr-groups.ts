import { roundHalfToEven } from './rounding.ts';

/** Accuracy of a group of questions: percent with two decimals, and how many there are. */
export interface GroupAccuracy {
  readonly acc: number;
  readonly num: number;
}

/** Percentage of true values with two decimals, 0 of none. */
export function percentCorrect(verdicts: readonly boolean[]): number {
  if (verdicts.length === 0) return 0;
  return roundHalfToEven((verdicts.filter(Boolean).length / verdicts.length) * 100, 2);
}

/** Accuracy by group, groups in the order of their names. */
export function groupAccuracies<Item extends { readonly correct: boolean }>(
  items: readonly Item[],
  groupOf: (item: Item) => string,
): Record<string, GroupAccuracy> {
  const groups = new Map<string, boolean[]>();
  for (const item of items) {
    const group = groups.get(groupOf(item));
    if (group === undefined) groups.set(groupOf(item), [item.correct]);
    else group.push(item.correct);
  }
  return Object.fromEntries(
    [...groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, verdicts]) => [name, { acc: percentCorrect(verdicts), num: verdicts.length }]),
  );
}
