const lanes = 8;
const partialSums = 4;
const { fround } = Math;

/**
 * Sums in float32 in the order of the published scorer's library (PyTorch on a CPU with 8-lane vectors): float32 addition
 * depends on its order, and whether verification raised a pooled IoU can hang on the last bit. Eight lanes are added up
 * row by row, four partial sums at a time, then the values after the last full row, then the lanes. Exact for fewer than
 * 512 values, far more than a question has pairs of intervals; above, only the order of additions may differ.
 */
export function float32Sum(values: readonly number[]): number {
  if (values.length < lanes) return interleavedSum(values, 0, 1, values.length);
  const rows = Math.floor(values.length / lanes);
  let sum = 0;
  for (let index = rows * lanes; index < values.length; index++) sum = fround(sum + (values[index] ?? 0));
  for (let lane = 0; lane < lanes; lane++) sum = fround(sum + interleavedSum(values, lane, lanes, rows));
  return sum;
}

/** Of `count` values from `start` on, `stride` apart: four partial sums taken in turn; what is left over joins the first. */
function interleavedSum(values: readonly number[], start: number, stride: number, count: number): number {
  const sums = [0, 0, 0, 0];
  const full = count - (count % partialSums);
  for (let index = 0; index < count; index++) {
    const partial = index < full ? index % partialSums : 0;
    sums[partial] = fround((sums[partial] ?? 0) + (values[start + index * stride] ?? 0));
  }
  return sums.reduce((sum, value) => fround(sum + value));
}
