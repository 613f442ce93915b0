/**
 * The arithmetic of the weight recipes (onnx/weight-recipe.ts), on float32 values that are (out, in) row-major as the
 * checkpoint has them. Pure, so that it runs in worker threads and is tested by itself.
 */

/** Rows that are quantized before their transpose is written: keeps the writes within cache lines. */
const transposeBlock = 64;

/**
 * Integers in −127..127 with one scale an output channel, transposed to (in, out).
 * `skippedInputs` and `skippedOutputs` are channels that exact products stand in for: they become zero, and skipped inputs
 * do not count for the scale.
 */
export function quantizeColumns(
  values: Float32Array,
  outputs: number,
  inputs: number,
  skippedInputs: readonly number[] = [],
  skippedOutputs: readonly number[] = [],
): { readonly integers: Int8Array; readonly scales: Float32Array } {
  const integers = new Int8Array(inputs * outputs);
  const scales = new Float32Array(outputs);
  const skipped = new Set(skippedOutputs);
  const block = new Int8Array(transposeBlock * inputs);
  for (let first = 0; first < outputs; first += transposeBlock) {
    const count = Math.min(transposeBlock, outputs - first);
    for (let row = 0; row < count; row++) {
      const output = first + row;
      const at = output * inputs;
      for (const input of skippedInputs) values[at + input] = 0;
      if (skipped.has(output)) values.fill(0, at, at + inputs);
      let largest = 0;
      for (let input = 0; input < inputs; input++) {
        const magnitude = Math.abs(values[at + input] as number);
        if (magnitude > largest) largest = magnitude;
      }
      const scale = Math.fround(largest / 127);
      scales[output] = scale;
      const inverse = scale === 0 ? 0 : 1 / scale;
      const to = row * inputs;
      // Adding 128.5 before truncating rounds to nearest; the result is within −127..127 by the choice of scale.
      for (let input = 0; input < inputs; input++) {
        block[to + input] = (((values[at + input] as number) * inverse + 128.5) | 0) - 128;
      }
    }
    for (let input = 0; input < inputs; input++) {
      const to = input * outputs + first;
      for (let row = 0; row < count; row++) integers[to + row] = block[row * inputs + input] as number;
    }
  }
  return { integers, scales };
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

/** The weights of some input channels: (count, out). Columns of `skippedOutputs` are zero. */
export function inputChannels(
  values: Float32Array,
  outputs: number,
  inputs: number,
  channels: readonly number[],
  skippedOutputs: readonly number[] = [],
): Float32Array {
  const result = new Float32Array(channels.length * outputs);
  for (const [index, channel] of channels.entries()) {
    for (let output = 0; output < outputs; output++) {
      result[index * outputs + output] = values[output * inputs + channel] as number;
    }
    for (const output of skippedOutputs) result[index * outputs + output] = 0;
  }
  return result;
}

/** The weights of some output channels: (in, count). */
export function outputChannels(
  values: Float32Array,
  inputs: number,
  channels: readonly number[],
): Float32Array {
  const result = new Float32Array(inputs * channels.length);
  for (const [index, channel] of channels.entries()) {
    for (let input = 0; input < inputs; input++) {
      result[input * channels.length + index] = values[channel * inputs + input] as number;
    }
  }
  return result;
}
