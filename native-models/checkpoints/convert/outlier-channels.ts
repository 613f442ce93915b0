import { outlierDigits } from '../../onnx/weight-recipe.ts';

/** Numbers of outlier channels that are tried; each costs a little time in every product of its input. */
const counts = [0, 2, 4, 6, 8, 12, 16] as const;

/** Relative error of 8-bit activations that needs no further treatment. */
const goodError = 0.012;

/** More channels must lower the error by this factor to be worth their cost. */
const worthwhile = 0.85;

/**
 * Finds the channels of a product's input that carry far larger values than the others, so that one scale a row would
 * leave the others few integers. Chosen is the smallest count after which the error is good or more channels hardly help.
 *
 * @param values Calibration activations: (rows, channels) row-major.
 * @returns Channels, ascending.
 */
export function findOutlierChannels(values: Float32Array, channels: number): number[] {
  const candidates = rankChannels(values, channels).slice(0, Math.min(counts.at(-1) ?? 0, channels >> 2));
  let chosen = 0;
  let error = rowQuantizationError(values, channels, []);
  for (const count of counts.slice(1)) {
    if (error <= goodError || count > candidates.length) break;
    const next = rowQuantizationError(values, channels, candidates.slice(0, count));
    if (next > error * worthwhile) continue;
    chosen = count;
    error = next;
  }
  return candidates.slice(0, chosen).sort((a, b) => a - b);
}

/** Channels by how far they stand out of their rows: fourth powers, so that a few large values count. */
function rankChannels(values: Float32Array, channels: number): number[] {
  const rows = values.length / channels;
  const score = new Float64Array(channels);
  for (let row = 0; row < rows; row++) {
    const at = row * channels;
    let energy = 0;
    for (let channel = 0; channel < channels; channel++) energy += (values[at + channel] as number) ** 2;
    if (energy === 0) continue;
    for (let channel = 0; channel < channels; channel++) {
      score[channel] = (score[channel] as number) + ((values[at + channel] as number) ** 2 / energy) ** 2;
    }
  }
  return Array.from({ length: channels }, (_, channel) => channel).sort(
    (a, b) => (score[b] ?? 0) - (score[a] ?? 0),
  );
}

/**
 * Expected relative error of the ordinary channels when each row is rounded to 255 steps of its largest ordinary value:
 * root mean square over rows of step · √(channels / 12) / ‖row‖.
 */
export function rowQuantizationError(
  values: Float32Array,
  channels: number,
  outliers: readonly number[],
): number {
  const rows = values.length / channels;
  const ordinary = new Uint8Array(channels).fill(1);
  for (const channel of outliers) ordinary[channel] = 0;
  let sum = 0;
  let counted = 0;
  for (let row = 0; row < rows; row++) {
    const at = row * channels;
    let largest = 0;
    let energy = 0;
    for (let channel = 0; channel < channels; channel++) {
      if (ordinary[channel] === 0) continue;
      const magnitude = Math.abs(values[at + channel] as number);
      if (magnitude > largest) largest = magnitude;
      energy += magnitude * magnitude;
    }
    for (const channel of outliers) {
      largest = Math.max(largest, Math.abs(values[at + channel] as number) / outlierDigits.step);
    }
    if (energy === 0) continue;
    sum += ((largest / 127) ** 2 * channels) / 12 / energy;
    counted++;
  }
  return counted === 0 ? 0 : Math.sqrt(sum / counted);
}
