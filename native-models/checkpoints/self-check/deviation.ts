/**
 * How far an update is off, of the row where it is farthest: of what layers add, since great values that they are added to would
 * hide it.
 */
export function updateDeviation(
  found: Float32Array,
  wanted: Float32Array,
  before: Float32Array,
  width: number,
): number {
  return largestDeviation(difference(found, before), difference(wanted, before), width);
}

function difference(one: Float32Array, other: Float32Array): Float32Array {
  return one.map((value, index) => value - (other[index] ?? NaN));
}

/**
 * ‖found − wanted‖ ÷ ‖wanted‖ of the row where it is largest: a row of great values, as the first of a prompt is in these networks,
 * hides no other. Infinity where a value is none, or values are missing.
 */
export function largestDeviation(found: Float32Array, wanted: Float32Array, width: number): number {
  if (found.length !== wanted.length) return Infinity;
  let largest = 0;
  for (let row = 0; row < wanted.length; row += width) {
    let [off, size] = [0, 0];
    for (let at = row; at < row + width; at++) {
      off += ((found[at] ?? NaN) - (wanted[at] ?? NaN)) ** 2;
      size += (wanted[at] ?? NaN) ** 2;
    }
    const deviation = Math.sqrt(off / Math.max(size, Number.MIN_VALUE));
    if (Number.isNaN(deviation)) return Infinity;
    largest = Math.max(largest, deviation);
  }
  return largest;
}
