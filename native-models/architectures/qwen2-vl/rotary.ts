import type { DecoderConfig, VisionConfig } from './config.ts';

/** Cosine and sine of each row's rotation angles: (rows, headSize / 2) each. */
export interface RotaryTables {
  readonly cos: Float32Array;
  readonly sin: Float32Array;
}

/** Inverse frequencies θ^(−2i / size) in float32, as the reference keeps them: (size / 2). */
function inverseFrequencies(size: number, theta: number): Float32Array {
  return Float32Array.from(
    { length: size / 2 },
    (_, index) => 1 / Math.fround(theta ** ((2 * index) / size)),
  );
}

/**
 * Multimodal rotary embedding: the frequencies are shared out in three contiguous sections that turn with the time, height
 * and width position of a token.
 * @param positions (3, rows), row-major.
 */
export function decoderRotary(config: DecoderConfig, positions: Int32Array): RotaryTables {
  const rows = positions.length / 3;
  const half = config.headSize / 2;
  const frequencies = inverseFrequencies(config.headSize, config.ropeTheta);
  const [time, height] = config.ropeSections;
  const axes = Uint8Array.from({ length: half }, (_, index) =>
    index < time ? 0 : index < time + height ? 1 : 2,
  );
  return fillTables(rows, half, (row, index) => {
    const axis = axes[index] ?? 0;
    return Math.fround((positions[axis * rows + row] ?? 0) * (frequencies[index] ?? 0));
  });
}

/**
 * Rotary embedding of one frame pair's patches, in merge order: the first half of the frequencies turns with the line, the
 * second with the column.
 * @param grid Patches of the pair: lines and columns.
 */
export function visionRotary(
  config: VisionConfig,
  grid: { readonly lines: number; readonly columns: number },
): RotaryTables {
  const half = config.headSize / 2;
  const frequencies = inverseFrequencies(half, 10_000);
  const places = mergeOrder(grid, config.mergeSize);
  return fillTables(places.length, half, (row, index) => {
    const place = places[row] ?? [0, 0];
    const onLine = index < half / 2;
    const position = onLine ? place[0] : place[1];
    return Math.fround(position * (frequencies[onLine ? index : index - half / 2] ?? 0));
  });
}

/** Patches in the order of the model: cells of merge × merge patches, line by line; inside a cell line by line. */
export function mergeOrder(
  { lines, columns }: { readonly lines: number; readonly columns: number },
  merge: number,
): (readonly [number, number])[] {
  const places: (readonly [number, number])[] = [];
  for (let cellLine = 0; cellLine < lines; cellLine += merge) {
    for (let cellColumn = 0; cellColumn < columns; cellColumn += merge) {
      for (let line = 0; line < merge; line++) {
        for (let column = 0; column < merge; column++) places.push([cellLine + line, cellColumn + column]);
      }
    }
  }
  return places;
}

function fillTables(
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
