/**
 * Two-sided exact McNemar test: how likely samples that only one of two runs has right would be divided at least so
 * unevenly, were both equally good (McNemar 1947, with the binomial distribution in place of chi-square).
 */
export function mcNemarPValue(onlyA: number, onlyB: number): number {
  const count = onlyA + onlyB;
  if (count === 0) return 1;
  const rarer = Math.min(onlyA, onlyB);
  // Binomial terms by their logarithms: they under- and overflow otherwise.
  let logTerm = count * Math.log(0.5);
  let sum = Math.exp(logTerm);
  for (let hits = 1; hits <= rarer; hits++) {
    logTerm += Math.log((count - hits + 1) / hits);
    sum += Math.exp(logTerm);
  }
  return Math.min(1, 2 * sum);
}

/**
 * Two-sided p-value of a mean difference from its bootstrap distribution: twice the share of resampled differences on the
 * far side of zero. It cannot tell less than 1 / (resamples + 1).
 */
export function bootstrapPValue(differences: Float64Array): number {
  const below = differences.filter((difference) => difference <= 0).length;
  const above = differences.filter((difference) => difference >= 0).length;
  return Math.min(1, (2 * (Math.min(below, above) + 1)) / (differences.length + 1));
}

/**
 * p-values corrected for being many, in the order given, so that the chance of any false discovery among them stays below the
 * level that they are read at (Holm 1979).
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[a] ?? 1) - (pValues[b] ?? 1));
  const adjusted = pValues.map(() => 1);
  let least = 0;
  for (const [rank, index] of order.entries()) {
    least = Math.max(least, Math.min(1, (pValues[index] ?? 1) * (pValues.length - rank)));
    adjusted[index] = least;
  }
  return adjusted;
}
