import type { TowerFrame } from '../../architectures/vision-language-model.ts';
import { expectedFrames } from '../../fixtures/reference-pack.ts';
import { createFloatResampler } from '../../media/resample.ts';
import type { FrameSize } from '../../media/video.ts';
import type { WeightSet } from '../safetensors/weight-set.ts';

/** The frames of an ask as the tower is fed: resized once more, as floats, where the processor does. */
export async function fedFrames(
  tensors: WeightSet,
  [height, width]: readonly [number, number],
): Promise<{ frames: TowerFrame[]; size: FrameSize }> {
  const { frames, size } = await expectedFrames(tensors);
  if (size.height === height && size.width === width) return { frames, size };
  const resample = createFloatResampler(size, { height, width });
  return {
    frames: frames.map(({ frameIndex, rgb }) => ({ frameIndex, rgb: resample(rgb) })),
    size: { height, width },
  };
}
