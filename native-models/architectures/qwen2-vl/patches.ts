import type { Frame, FrameSize } from '../../media/video.ts';
import type { Qwen2VlConfig } from './config.ts';
import { mergeOrder } from './rotary.ts';

/**
 * Cuts frame pairs into normalized patches: value/255, minus mean, over standard deviation; a patch is
 * (channels, 2 frames, side, side), patches of a pair stand in merge order.
 *
 * @param frames An even number of frames of `size`, (height, width, 3) RGB each.
 * @returns (pairs × patches, channels × 2 × side × side) row-major.
 */
export function framePatches(config: Qwen2VlConfig, frames: readonly Frame[], size: FrameSize): Float32Array {
  const { patchSize: side, temporalPatchSize, channels, mergeSize } = config.vision;
  const grid = { lines: size.height / side, columns: size.width / side };
  const places = mergeOrder(grid, mergeSize);
  const patchLength = channels * temporalPatchSize * side * side;
  const pairs = frames.length / temporalPatchSize;
  const tables = normalizationTables(config);
  const patches = new Float32Array(pairs * places.length * patchLength);
  let at = 0;
  for (let pair = 0; pair < pairs; pair++) {
    for (const [line, column] of places) {
      for (let channel = 0; channel < channels; channel++) {
        const table = tables[channel] as Float32Array;
        for (let frame = 0; frame < temporalPatchSize; frame++) {
          const rgb = frames[pair * temporalPatchSize + frame]?.rgb as Uint8Array;
          for (let y = 0; y < side; y++) {
            let source = ((line * side + y) * size.width + column * side) * channels + channel;
            for (let x = 0; x < side; x++, source += channels)
              patches[at++] = table[rgb[source] as number] as number;
          }
        }
      }
    }
  }
  return patches;
}

/** The normalized value of each of the 256 byte values, per channel. */
function normalizationTables({ imageMean, imageStd }: Qwen2VlConfig): Float32Array[] {
  return imageMean.map((mean, channel) => {
    const std = imageStd[channel] ?? 1;
    return Float32Array.from({ length: 256 }, (_, value) => (Math.fround(value * (1 / 255)) - mean) / std);
  });
}
