import { largestPairSum } from '../../onnx/weight-recipe.ts';

/**
 * Keeps neighbouring integers of a column within `largestPairSum` (onnx/weight-recipe.ts). Few pairs of a column exceed it: each is
 * shortened, evenly, and the column's scale is a little larger where that makes fewer or smaller cuts worth the coarser
 * steps.
 */

/** Steps that are tried, as multiples of the one at which the column's largest value is 127; at the last, nothing is cut. */
const coarsenings = [1, 1.04, 1.08, 1.12, 1.16, 1.2, 1.25, 1.3, 1.4, 1.5, 1.6, 1.8, 2] as const;

/**
 * The scale of a column with the smallest expected square error, from rounding and from cutting.
 *
 * @param weights The column's values in the order of their rows: (in).
 * @param finest The scale without a limit: largest magnitude / 127.
 * @param outlierInputs Channels whose digits follow. Their activations are large, so that their pairs are not to be cut.
 */
export function pairLimitedScale(
  weights: Float32Array,
  finest: number,
  outlierInputs: readonly number[],
): number {
  const digitPair = largestDigitPair(weights, outlierInputs);
  const pairs = pairsBeyond(weights, largestPairSum * finest);
  let scale = finest;
  let smallest = Infinity;
  for (const coarsening of coarsenings) {
    const candidate = finest * coarsening;
    if (digitPair > (largestPairSum - 1) * candidate) continue; // 1 for rounding
    const cut = squaredCuts(pairs, largestPairSum * candidate);
    const error = (candidate * candidate * weights.length) / 12 + cut / 2;
    if (error < smallest) [scale, smallest] = [candidate, error];
    if (cut === 0) break;
  }
  return Math.fround(scale);
}

/** Shortens pairs of a column, rows 2i and 2i + 1, that exceed the limit. */
export function limitPairs(column: Int8Array): void {
  for (let row = 0; row + 1 < column.length; row += 2) {
    const sum = (column[row] as number) + (column[row + 1] as number);
    if (sum > largestPairSum || sum < -largestPairSum) cutPair(column, row);
  }
}

/** Takes half of what is too much from either, the odd step from the larger. */
function cutPair(column: Int8Array, row: number): void {
  const first = column[row] as number;
  const second = column[row + 1] as number;
  const excess = Math.abs(first + second) - largestPairSum;
  const small = Math.sign(first) * (excess >> 1);
  const large = Math.sign(first) * excess - small;
  const isFirstLarger = Math.abs(first) > Math.abs(second);
  column[row] = first - (isFirstLarger ? large : small);
  column[row + 1] = second - (isFirstLarger ? small : large);
}

/** Largest sum of the weights of two outlier channels whose digits stand side by side. */
function largestDigitPair(weights: Float32Array, outlierInputs: readonly number[]): number {
  let largest = 0;
  for (let index = 0; index + 1 < outlierInputs.length; index += 2) {
    const sum = (weights[outlierInputs[index] ?? 0] ?? 0) + (weights[outlierInputs[index + 1] ?? 0] ?? 0);
    largest = Math.max(largest, Math.abs(sum));
  }
  return largest;
}

/** Magnitudes of the sums of neighbours that exceed `limit`: few. */
function pairsBeyond(weights: Float32Array, limit: number): number[] {
  const sums: number[] = [];
  for (let row = 0; row + 1 < weights.length; row += 2) {
    const sum = (weights[row] as number) + (weights[row + 1] as number);
    if (sum > limit || sum < -limit) sums.push(Math.abs(sum));
  }
  return sums;
}

/** Sum of the squares by which pairs exceed `limit`. */
function squaredCuts(pairs: readonly number[], limit: number): number {
  let sum = 0;
  for (const pair of pairs) if (pair > limit) sum += (pair - limit) ** 2;
  return sum;
}
