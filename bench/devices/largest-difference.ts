/** The largest difference between two vectors, as a share of the second one's largest value. @throws Error for other lengths. */
export function largestDifference(values: Float32Array, expected: Float32Array): number {
  if (values.length !== expected.length) throw new Error('The vectors have different lengths.');
  let [difference, largest] = [0, 0];
  for (const [index, value] of expected.entries()) {
    // A value that is no number is as far off as can be.
    const distance = Math.abs((values[index] ?? NaN) - value);
    difference = Number.isNaN(distance) ? Infinity : Math.max(difference, distance);
    largest = Math.max(largest, Math.abs(value));
  }
  return largest === 0 ? difference : difference / largest;
}
