import { cubic, cubicSupport } from './resample.ts';
import type { Resampler } from './resample.ts';
import type { FrameSize } from './video.ts';

/** Weights of one axis as whole numbers: output i is the sum of weights × inputs from `starts[i]` on, ÷ 2^precision. */
interface WholeWeights {
  readonly starts: Int32Array;
  readonly weights: readonly Int32Array[];
  /** Bits behind the point. */
  readonly precision: number;
}

/** Weights are 16-bit numbers. */
const weightLimit = 1 << 15;
const mostPrecision = 22;

/**
 * The antialiased bicubic resize of bytes in whole numbers: weights of 16 bits, horizontally and then vertically, each rounded
 * and clamped to a byte, as Pillow does and PyTorch after it for images of bytes (UpSampleKernelAVXAntialias.h).
 */
export function createWholeNumberResampler(original: FrameSize, target: FrameSize): Resampler {
  const horizontal = original.width === target.width ? undefined : wholeWeights(original.width, target.width);
  const vertical =
    original.height === target.height ? undefined : wholeWeights(original.height, target.height);
  return (source) => {
    const narrowed =
      horizontal === undefined
        ? source
        : alongAxis(source, horizontal, { lines: original.height, length: original.width, inner: 3 });
    if (vertical === undefined) return Uint8Array.from(narrowed);
    return alongAxis(narrowed, vertical, { lines: 1, length: original.height, inner: target.width * 3 });
  };
}

function wholeWeights(inputSize: number, outputSize: number): WholeWeights {
  const scale = inputSize / outputSize;
  const stretch = Math.max(scale, 1);
  const support = cubicSupport * stretch;
  const starts = new Int32Array(outputSize);
  const exact = Array.from({ length: outputSize }, (_, output) => {
    const center = scale * (output + 0.5);
    const start = Math.max(Math.trunc(center - support + 0.5), 0);
    const end = Math.min(Math.trunc(center + support + 0.5), inputSize);
    starts[output] = start;
    const row = Float64Array.from({ length: end - start }, (_, tap) =>
      cubic((start + tap - center + 0.5) / stretch),
    );
    const total = row.reduce((sum, weight) => sum + weight, 0);
    return row.map((weight) => weight / total);
  });
  const largest = Math.max(...exact.map((row) => Math.max(...row)));
  let precision = 0;
  while (precision < mostPrecision && Math.trunc(0.5 + largest * 2 ** (precision + 1)) < weightLimit)
    precision++;
  const weights = exact.map((row) => Int32Array.from(row, (weight) => roundAway(weight * 2 ** precision)));
  return { starts, weights, precision };
}

function roundAway(value: number): number {
  return Math.trunc(value < 0 ? value - 0.5 : value + 0.5);
}

/** Resizes the middle axis of (lines, length, inner). */
function alongAxis(
  source: Uint8Array,
  { starts, weights, precision }: WholeWeights,
  { lines, length, inner }: { readonly lines: number; readonly length: number; readonly inner: number },
): Uint8Array {
  const outputs = weights.length;
  const result = new Uint8ClampedArray(lines * outputs * inner);
  const half = 2 ** (precision - 1);
  const scale = 2 ** precision;
  const sums = new Float64Array(inner);
  for (let line = 0; line < lines; line++) {
    for (const [output, row] of weights.entries()) {
      sums.fill(half);
      for (const [tap, weight] of row.entries()) {
        const from = (line * length + (starts[output] as number) + tap) * inner;
        for (let at = 0; at < inner; at++)
          sums[at] = (sums[at] as number) + weight * (source[from + at] as number);
      }
      const to = (line * outputs + output) * inner;
      for (let at = 0; at < inner; at++) result[to + at] = Math.floor((sums[at] as number) / scale);
    }
  }
  return new Uint8Array(result.buffer);
}
