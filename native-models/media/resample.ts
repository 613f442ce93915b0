import type { FrameSize } from './video.ts';

/** Weights of one axis: output i is the sum over k < counts[i] of weights[i·taps + k] × input[starts[i] + k]. */
interface AxisWeights {
  /** Most inputs that an output reads; the row length of `weights`. */
  readonly taps: number;
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** (outputs, taps) */
  readonly weights: Float32Array;
}

/** Resizes an RGB image: (height, width, 3) uint8 of the original size to a new one of the target size. */
export type Resampler<Values = Uint8Array> = (source: Uint8Array) => Values;

/** Sharpness of the cubic kernel, as in Pillow and in PyTorch's antialiased resize. */
const cubicA = -0.5;
/** Half the width of the kernel, in inputs. */
export const cubicSupport = 2;

/**
 * Antialiased bicubic resize (a = −0.5), computed as PyTorch's `interpolate(mode='bicubic', antialias=True)` does on
 * float32: horizontally, then vertically, then rounded half to even and clamped to a byte. ffmpeg's scaler keeps fewer
 * bits and lays its taps otherwise (up to 12/255 away in single bytes, zimg's up to 10/255 at the borders).
 * The result holds its weights and scratch memory: keep it for a whole clip.
 */
export function createResampler(original: FrameSize, target: FrameSize): Resampler {
  const resample = createSeparableResampler(original, target);
  return (source) => {
    const bytes = new Uint8ClampedArray(target.height * target.width * 3); // rounds half to even and clamps
    resample(source, bytes);
    return new Uint8Array(bytes.buffer);
  };
}

/**
 * The same resize without its end: values are neither rounded nor clamped and may leave 0..255, as in processors that
 * resize floats (Qwen3-VL).
 */
export function createFloatResampler(original: FrameSize, target: FrameSize): Resampler<Float32Array> {
  const resample = createSeparableResampler(original, target);
  return (source) => {
    const values = new Float32Array(target.height * target.width * 3);
    resample(source, values);
    return values;
  };
}

function createSeparableResampler(
  original: FrameSize,
  target: FrameSize,
): (source: Uint8Array, result: Uint8ClampedArray | Float32Array) => void {
  const horizontal = axisWeights(original.width, target.width);
  const vertical = axisWeights(original.height, target.height);
  const narrowed = new Float32Array(original.height * target.width * 3); // (original height, target width, 3)
  return (source, result) => {
    resampleRows(source, original, target.width, horizontal, narrowed);
    resampleColumns(narrowed, target, vertical, result);
  };
}

function axisWeights(inputSize: number, outputSize: number): AxisWeights {
  const scale = Math.fround(inputSize / outputSize);
  const stretch = Math.max(scale, 1);
  const perInput = Math.fround(1 / stretch);
  const support = Math.fround(cubicSupport * stretch);
  const taps = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(outputSize);
  const counts = new Int32Array(outputSize);
  const weights = new Float32Array(outputSize * taps);
  for (let output = 0; output < outputSize; output++) {
    const center = Math.fround(scale * (output + 0.5));
    const start = Math.max(Math.trunc(Math.fround(center - support) + 0.5), 0);
    const end = Math.min(Math.trunc(Math.fround(center + support) + 0.5), inputSize);
    const row = weights.subarray(output * taps, output * taps + end - start);
    for (let tap = 0; tap < row.length; tap++) {
      const distance = Math.fround(start + tap - center);
      row[tap] = cubicFloat32(Math.fround((distance + 0.5) * perInput));
    }
    const total = row.reduce((sum, weight) => Math.fround(sum + weight), 0);
    starts[output] = start;
    counts[output] = row.length;
    row.set(row.map((weight) => weight / total));
  }
  return { taps, starts, counts, weights };
}

/**
 * The kernel as PyTorch computes it: in float32, each product fused with what is added to it. A last digit here decides which way a
 * value near a half is rounded, so it has to be the same.
 */
function cubicFloat32(x: number): number {
  const distance = Math.abs(x);
  const fused = (factor: number, added: number) => Math.fround(factor * distance + added);
  if (distance < 1) return fused(Math.fround(fused(cubicA + 2, -(cubicA + 3)) * distance), 1);
  if (distance < 2) return fused(fused(fused(cubicA, -5 * cubicA), 8 * cubicA), -4 * cubicA);
  return 0;
}

/** The cubic kernel of the antialiased resize. */
export function cubic(x: number): number {
  const distance = Math.abs(x);
  if (distance < 1) return ((cubicA + 2) * distance - (cubicA + 3)) * distance * distance + 1;
  if (distance < 2) return (((distance - 5) * distance + 8) * distance - 4) * cubicA;
  return 0;
}

/* The two loops below are nearly all of the cost of a resize: plain indices into typed arrays, nothing allocated. */

function resampleRows(
  source: Uint8Array,
  original: FrameSize,
  targetWidth: number,
  { taps, starts, counts, weights }: AxisWeights,
  narrowed: Float32Array,
): void {
  let out = 0;
  for (let y = 0; y < original.height; y++) {
    const rowStart = y * original.width * 3;
    for (let x = 0; x < targetWidth; x++) {
      let at = rowStart + (starts[x] as number) * 3;
      const firstWeight = x * taps;
      const endWeight = firstWeight + (counts[x] as number);
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let tap = firstWeight; tap < endWeight; tap++) {
        const weight = weights[tap] as number;
        red = Math.fround(red + Math.fround(weight * (source[at] as number)));
        green = Math.fround(green + Math.fround(weight * (source[at + 1] as number)));
        blue = Math.fround(blue + Math.fround(weight * (source[at + 2] as number)));
        at += 3;
      }
      narrowed[out] = red;
      narrowed[out + 1] = green;
      narrowed[out + 2] = blue;
      out += 3;
    }
  }
}

function resampleColumns(
  narrowed: Float32Array,
  target: FrameSize,
  { taps, starts, counts, weights }: AxisWeights,
  result: Uint8ClampedArray | Float32Array,
): void {
  const rowLength = target.width * 3;
  const sums = new Float32Array(rowLength);
  for (let y = 0; y < target.height; y++) {
    sums.fill(0);
    const firstRow = (starts[y] as number) * rowLength;
    const count = counts[y] as number;
    for (let tap = 0; tap < count; tap++) {
      const weight = weights[y * taps + tap] as number;
      const row = firstRow + tap * rowLength;
      for (let column = 0; column < rowLength; column++) {
        sums[column] = (sums[column] as number) + Math.fround(weight * (narrowed[row + column] as number));
      }
    }
    result.set(sums, y * rowLength);
  }
}
