import { describe, expect, it } from 'vitest';
import { findOutlierChannels, rowQuantizationError } from './outlier-channels.ts';

const [rows, channels] = [40, 256];

/** Rows of like-sized values; the named channels are `factor` times as large. */
function activations(outliers: readonly number[], factor: number): Float32Array {
  let state = 7;
  return Float32Array.from({ length: rows * channels }, (_, index) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state / 2 ** 31 - 1) * (outliers.includes(index % channels) ? factor : 1);
  });
}

describe('findOutlierChannels', () => {
  it('finds the channels that carry far larger values than the others', () => {
    const planted = [3, 77, 200, 251];
    expect(findOutlierChannels(activations(planted, 40), channels)).toEqual(expect.arrayContaining(planted));
  });

  it('finds none where all channels are alike', () => {
    expect(findOutlierChannels(activations([], 1), channels)).toEqual([]);
  });

  it('takes more channels only while they help', () => {
    const planted = Array.from({ length: 12 }, (_, index) => index * 20);
    expect(findOutlierChannels(activations(planted, 40), channels)).toEqual(planted);
  });
});

it('predicts an error of a fraction of a percent for even rows, and many times that with outliers', () => {
  expect(rowQuantizationError(activations([], 1), channels, [])).toBeLessThan(0.005);
  const values = activations([9], 15); // within the reach of the digits
  const error = rowQuantizationError(values, channels, []);
  expect(error).toBeGreaterThan(5 * rowQuantizationError(values, channels, [9]));
  const far = activations([9], 300); // beyond it, where the row's steps grow with the outlier
  expect(rowQuantizationError(far, channels, [9])).toBeGreaterThan(
    5 * rowQuantizationError(values, channels, [9]),
  );
});
