import { limitPairs, pairLimitedScale } from './pair-limit.ts';
import { outlierDigitRows, outlierDigits } from '../../onnx/weight-recipe.ts';

/**
 * The arithmetic of the weight recipes (onnx/weight-recipe.ts), on float32 values that are (out, in) row-major as the
 * checkpoint has them. Pure, so that it runs in worker threads and is tested by itself.
 */

/** Rows that are quantized before their transpose is written: keeps the writes within cache lines. */
const transposeBlock = 64;

/**
 * Integers in −127..127 with one scale an output channel, transposed: (in + digit rows, out). For each digit of the outlier
 * inputs (`digitsOf`) a row a channel follows. Outlier outputs have their scales divided by `outlierDigits.step`. Pair-limited
 * columns keep neighbours within `largestPairSum`.
 */
export function quantizeColumns(
  values: Float32Array,
  outputs: number,
  inputs: number,
  {
    outlierInputs = [],
    outlierOutputs = [],
    pairLimited = false,
  }: {
    readonly outlierInputs?: readonly number[];
    readonly outlierOutputs?: readonly number[];
    readonly pairLimited?: boolean;
  } = {},
): { readonly integers: Int8Array; readonly scales: Float32Array } {
  const channels = outlierInputs.length;
  const rows = inputs + channels * outlierDigitRows;
  const integers = new Int8Array(rows * outputs);
  const scales = new Float32Array(outputs);
  const block = new Int8Array(transposeBlock * rows);
  for (let first = 0; first < outputs; first += transposeBlock) {
    const count = Math.min(transposeBlock, outputs - first);
    for (let row = 0; row < count; row++) {
      const output = first + row;
      const column = block.subarray(row * rows, (row + 1) * rows);
      const weights = values.subarray(output * inputs, (output + 1) * inputs);
      const finest = Math.fround(largestMagnitude(weights) / 127);
      const scale = pairLimited ? pairLimitedScale(weights, finest, outlierInputs) : finest;
      const inverse = scale === 0 ? 0 : 1 / scale;
      scales[output] = scale;
      for (let input = 0; input < inputs; input++)
        column[input] = roundStep((weights[input] as number) * inverse);
      for (const [index, input] of outlierInputs.entries()) {
        writeDigitRows(column, inputs + index, channels, (weights[input] as number) * inverse);
      }
      if (pairLimited) limitPairs(column);
    }
    for (let input = 0; input < rows; input++) {
      const to = input * outputs + first;
      for (let row = 0; row < count; row++) integers[to + row] = block[row * rows + input] as number;
    }
  }
  for (const output of outlierOutputs) scales[output] = (scales[output] as number) / outlierDigits.step;
  return { integers, scales };
}

/** The weight again for each further time that the channel enters, then what rounding left over of it. */
function writeDigitRows(column: Int8Array, first: number, stride: number, steps: number): void {
  const rounded = roundStep(steps);
  const last = first + (outlierDigitRows - 1) * stride;
  for (let at = first; at < last; at += stride) column[at] = rounded;
  column[last] = roundStep((steps - rounded) * outlierDigits.weightStep);
}

/** Rounds to nearest within −127..127: adding 128.5 before truncating is several times faster than Math.round. */
function roundStep(steps: number): number {
  return ((steps + 128.5) | 0) - 128;
}

function largestMagnitude(values: Float32Array): number {
  let largest = 0;
  for (let index = 0; index < values.length; index++) {
    const magnitude = Math.abs(values[index] as number);
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}

/**
 * Blocks of `blockSize` inputs with one scale each, zero point in the middle (MatMulNBits): (out, blocks, bytes).
 * 4-bit values stand two in a byte, the earlier one low. Inputs beyond the last are zero.
 */
export function quantizeBlocks(
  values: Float32Array,
  outputs: number,
  inputs: number,
  bits: 4 | 8,
  blockSize: number,
): { readonly packed: Uint8Array; readonly scales: Float32Array } {
  const blocks = Math.ceil(inputs / blockSize);
  const bytesPerBlock = (blockSize * bits) / 8;
  const packed = new Uint8Array(outputs * blocks * bytesPerBlock);
  const scales = new Float32Array(outputs * blocks);
  const zeroPoint = 2 ** (bits - 1);
  const highest = 2 ** bits - 1;
  const codes = new Uint8Array(blockSize);
  for (let block = 0; block < outputs * blocks; block++) {
    const output = Math.floor(block / blocks);
    const first = (block % blocks) * blockSize;
    const count = Math.min(blockSize, inputs - first);
    const at = output * inputs + first;
    let extreme = 0; // the value of largest magnitude, with its sign
    for (let index = 0; index < count; index++) {
      const value = values[at + index] as number;
      if (Math.abs(value) > Math.abs(extreme)) extreme = value;
    }
    // The extreme value is put on the far end of the range, which has one step more below zero than above.
    const scale = Math.fround(extreme / -zeroPoint);
    scales[block] = scale;
    const inverse = scale === 0 ? 0 : 1 / scale;
    codes.fill(zeroPoint);
    for (let index = 0; index < count; index++) {
      const code = Math.round((values[at + index] as number) * inverse) + zeroPoint;
      codes[index] = code < 0 ? 0 : code > highest ? highest : code;
    }
    const to = block * bytesPerBlock;
    if (bits === 8) packed.set(codes, to);
    else {
      for (let byte = 0; byte < bytesPerBlock; byte++) {
        packed[to + byte] = (codes[2 * byte] as number) | ((codes[2 * byte + 1] as number) << 4);
      }
    }
  }
  return { packed, scales };
}

/** Values rounded to the nearest float16, as its bits; undefined where one is beyond its range. */
export function roundToFloat16(values: Float32Array): Uint16Array | undefined {
  const halves = Float16Array.from(values);
  return halves.every(Number.isFinite) ? new Uint16Array(halves.buffer) : undefined;
}
