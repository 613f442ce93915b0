/** Values in a block whose integers take so many bytes. */
export function blockLengthOf(blockBytes: number, bits: 4 | 8): number {
  return (blockBytes * 8) / bits;
}

/** How block-quantised weights lie: rows of blocks, the last of a row filled up beyond its columns. */
export interface BlockForm {
  readonly bits: 4 | 8;
  readonly columns: number;
  readonly blocksPerRow: number;
  readonly blockLength: number;
}

/**
 * Block-quantised weights (com.microsoft.MatMulNBits: unsigned integers around the middle, a scale a block, of two 4-bit integers in
 * a byte the lower half first) as floats, (rows, columns).
 */
export function widenBlocks(
  integers: Uint8Array,
  scales: Float32Array,
  { bits, columns, blocksPerRow, blockLength }: BlockForm,
): Float32Array {
  const rows = scales.length / blocksPerRow;
  const values = new Float32Array(rows * columns);
  const middle = 2 ** (bits - 1);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const scale = scales[row * blocksPerRow + Math.floor(column / blockLength)] ?? 0;
      const at = row * blocksPerRow * blockLength + column;
      const byte = integers[bits === 8 ? at : at >> 1] ?? 0;
      const integer = bits === 8 ? byte : (byte >> (at % 2 === 0 ? 0 : 4)) & 15;
      values[row * columns + column] = (integer - middle) * scale;
    }
  }
  return values;
}
