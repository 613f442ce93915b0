import { seededIntegers } from './random.ts';

/** A range of values. */
export interface Interval {
  readonly lowest: number;
  readonly highest: number;
}

export interface BootstrapOptions {
  readonly resamples: number;
  readonly seed: number;
}

/**
 * Means of resampled columns (Efron's bootstrap): samples are drawn with replacement, the same draw for all columns, so that
 * columns stay paired. NaN marks a sample that takes no part in a column.
 *
 * @param columns (column, sample), all of one length
 * @returns (column, resample) means; NaN where no sample of a draw takes part
 */
export function resampledMeans(columns: readonly Float64Array[], options: BootstrapOptions): Float64Array[] {
  const { resamples, seed } = options;
  const count = columns[0]?.length ?? 0;
  const draw = seededIntegers(seed);
  const drawn = new Int32Array(count);
  const means = columns.map(() => new Float64Array(resamples));
  for (let resample = 0; resample < resamples; resample++) {
    for (let index = 0; index < count; index++) drawn[index] = draw(count);
    for (const [column, values] of columns.entries()) {
      let sum = 0;
      let taken = 0;
      for (const index of drawn) {
        const value = values[index] ?? NaN;
        if (value !== value) continue;
        sum += value;
        taken++;
      }
      const mean = means[column];
      if (mean !== undefined) mean[resample] = sum / taken;
    }
  }
  return means;
}

/** The middle 95 % of resampled values (percentile interval); undefined when there are none. */
export function interval95(values: Float64Array): Interval | undefined {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length === 0) return undefined;
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return { lowest: at(0.025), highest: at(0.975) };
}
