/** What several runs that differ in their seeds say together. */

/** Mean and standard deviation (n − 1) of the runs' figures; no deviation of one. */
export function meanAndDeviation(values: readonly number[]): {
  readonly mean: number;
  readonly deviation?: number;
} {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}

/**
 * How likely at least one of k answers is right, drawn without replacement from n of which c are: 1 − C(n−c, k) / C(n, k), the
 * unbiased estimate of Chen et al. 2021 (arXiv 2107.03374), as a product that does not overflow.
 */
export function passAt(k: number, right: number, count: number): number {
  if (count - right < k) return 1;
  let allWrong = 1;
  for (let index = count - right + 1; index <= count; index++) allWrong *= 1 - k / index;
  return 1 - allWrong;
}

/** The k that are shown of n runs: powers of two, and n. */
export function shownPasses(count: number): number[] {
  const powers = [1, 2, 4, 8, 16, 32, 64].filter((k) => k < count);
  return [...powers, count];
}

/** One run's choice of a sample. */
export interface Choice {
  /** The letter that was heard, if any. */
  readonly heard?: string | undefined;
  readonly correct: boolean;
}

/**
 * Whether the option that most runs choose is right (Wang et al. 2022, arXiv 2203.11171); of several chosen as often, the one
 * that a run chose first. Runs without a choice have no vote; without any it is wrong.
 */
export function isMajorityRight(choices: readonly Choice[]): boolean {
  const votes = new Map<string, { count: number; readonly correct: boolean }>();
  for (const { heard, correct } of choices) {
    if (heard === undefined) continue;
    const vote = votes.get(heard);
    if (vote === undefined) votes.set(heard, { count: 1, correct });
    else vote.count++;
  }
  let best: { readonly count: number; readonly correct: boolean } = { count: 0, correct: false };
  for (const vote of votes.values()) if (vote.count > best.count) best = vote;
  return best.correct;
}
