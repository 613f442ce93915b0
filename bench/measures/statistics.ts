/** The middle value; the mean of the two middle ones of an even number. Throws on an empty list. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (upper === undefined || lower === undefined) throw new Error('The median of no values was asked for.');
  return (lower + upper) / 2;
}

/** The smallest value that at least this share of all do not exceed. Throws on an empty list. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (found === undefined) throw new Error('A quantile of no values was asked for.');
  return found;
}

/** A clip of so many frame pairs took so long in one call. */
export interface ClipTime {
  readonly pairs: number;
  readonly sec: number;
}

/**
 * Time of a longer clip in a tower that puts a whole clip into one attention: its cost a pair grows in proportion to
 * the number of pairs, so a straight line is laid through the times a pair (least squares) and followed to `pairs`.
 * Needs two different lengths.
 */
export function extrapolateClipSec(measured: readonly ClipTime[], pairs: number): number {
  const meanPairs = mean(measured.map((clip) => clip.pairs));
  const meanSecPerPair = mean(measured.map((clip) => clip.sec / clip.pairs));
  let covariance = 0;
  let variance = 0;
  for (const clip of measured) {
    covariance += (clip.pairs - meanPairs) * (clip.sec / clip.pairs - meanSecPerPair);
    variance += (clip.pairs - meanPairs) ** 2;
  }
  if (!(variance > 0)) throw new Error('Clips of two different lengths are needed.');
  return pairs * (meanSecPerPair + (covariance / variance) * (pairs - meanPairs));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
