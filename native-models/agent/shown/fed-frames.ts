import type { ClipSizing, TowerFrame } from '../../architectures/vision-language-model.ts';
import { createFloatResampler, createResampler } from '../../media/resample.ts';
import type { Frame } from '../../media/video.ts';
import type { Clip } from './clip.ts';

/** Frames as the vision tower takes them: as they were read, or resized once more, as the checkpoint's processor does. */
export function feedFrames(
  frames: AsyncIterable<Frame>,
  { size, readerSize }: Pick<Clip, 'size' | 'readerSize'>,
  values: ClipSizing['values'],
): AsyncIterable<TowerFrame> {
  if (readerSize === undefined) return frames;
  if (readerSize.height === size.height && readerSize.width === size.width) return frames;
  const resample = (values === 'floats' ? createFloatResampler : createResampler)(readerSize, size);
  return resized(frames, resample);
}

async function* resized(
  frames: AsyncIterable<Frame>,
  resample: (rgb: Uint8Array) => TowerFrame['rgb'],
): AsyncGenerator<TowerFrame, void, undefined> {
  for await (const { frameIndex, rgb } of frames) yield { frameIndex, rgb: resample(rgb) };
}
