/** Cosine and sine of each row's rotation angles: (rows, headSize / 2) each. */
export interface RotaryTables {
  readonly cos: Float32Array;
  readonly sin: Float32Array;
}

/** Inverse frequencies θ^(−2i / size) in float32, as the reference keeps them: (size / 2). */
export function inverseFrequencies(size: number, theta: number): Float32Array {
  return Float32Array.from(
    { length: size / 2 },
    (_, index) => 1 / Math.fround(theta ** ((2 * index) / size)),
  );
}

/** Tables of the angle of each row and frequency. */
export function fillTables(
  rows: number,
  columns: number,
  angle: (row: number, column: number) => number,
): RotaryTables {
  const cos = new Float32Array(rows * columns);
  const sin = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = angle(row, column);
      cos[row * columns + column] = Math.cos(value);
      sin[row * columns + column] = Math.sin(value);
    }
  }
  return { cos, sin };
}
