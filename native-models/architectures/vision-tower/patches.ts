import type { FrameSize } from '../../media/video.ts';
import type { TowerFrame } from '../vision-language-model.ts';
import { patchLength, type PixelScale, type VisionConfig } from './config.ts';
import { patchOrder } from './patch-order.ts';

/**
 * Cuts frame pairs into normalized patches: value/255, minus mean, over standard deviation; a patch is
 * (channels, 2 frames, side, side), patches of a pair stand in the tower's order.
 *
 * @param frames An even number of frames of `size`, (height, width, 3) RGB each.
 * @returns (pairs × patches, channels × 2 × side × side) row-major.
 */
export function framePatches(
  config: VisionConfig,
  scale: PixelScale,
  frames: readonly TowerFrame[],
  size: FrameSize,
): Float32Array {
  const { patchSize: side, temporalPatchSize, channels } = config;
  const { places } = patchOrder(config, { lines: size.height / side, columns: size.width / side });
  const pairs = frames.length / temporalPatchSize;
  const normalizers = channelNormalizers(scale);
  const patches = new Float32Array(pairs * places.length * patchLength(config));
  let at = 0;
  for (let pair = 0; pair < pairs; pair++) {
    for (const [line, column] of places) {
      for (let channel = 0; channel < channels; channel++) {
        const normalize = normalizers[channel] as Normalizer;
        for (let frame = 0; frame < temporalPatchSize; frame++) {
          const rgb = frames[pair * temporalPatchSize + frame]?.rgb as TowerFrame['rgb'];
          for (let y = 0; y < side; y++) {
            const from = ((line * side + y) * size.width + column * side) * channels + channel;
            at = normalize(rgb, from, channels, side, patches, at);
          }
        }
      }
    }
  }
  return patches;
}

/** Normalizes `count` values of a channel, `stride` apart, into `target`; returns the place after the last. */
type Normalizer = (
  rgb: TowerFrame['rgb'],
  from: number,
  stride: number,
  count: number,
  target: Float32Array,
  at: number,
) => number;

/** Bytes are looked up in a table of the 256 normalized values, floats are computed. */
function channelNormalizers({ imageMean, imageStd }: PixelScale): Normalizer[] {
  return imageMean.map((mean, channel) => {
    const std = imageStd[channel] ?? 1;
    const normalized = (value: number) => (Math.fround(value * (1 / 255)) - mean) / std;
    const table = Float32Array.from({ length: 256 }, (_, value) => normalized(value));
    return (rgb, from, stride, count, target, at) => {
      if (rgb instanceof Uint8Array) {
        for (let index = 0; index < count; index++) {
          target[at + index] = table[rgb[from + index * stride] as number] as number;
        }
      } else {
        for (let index = 0; index < count; index++) {
          target[at + index] = normalized(rgb[from + index * stride] as number);
        }
      }
      return at + count;
    };
  });
}
