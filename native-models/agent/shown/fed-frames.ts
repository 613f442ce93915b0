import type { ClipSizing, TowerFrame } from '../../architectures/vision-language-model.ts';
import { createFloatResampler, createResampler } from '../../media/resample.ts';
import { createWholeNumberResampler } from '../../media/whole-number-resample.ts';
import type { Frame, FrameSize } from '../../media/video.ts';
import { regionBox } from './clip.ts';
import type { Clip, FrameRegion } from './clip.ts';

/** Frames as the vision tower takes them: as they were read, or resized once more, as the checkpoint's processor does. */
export function feedFrames(
  frames: AsyncIterable<Frame>,
  { size, readerSize, region }: Pick<Clip, 'size' | 'readerSize' | 'region'>,
  values: ClipSizing['values'],
): AsyncIterable<TowerFrame> {
  if (readerSize === undefined) return frames;
  if (region !== undefined) {
    const part = cutOut(readerSize, region);
    const resample = resamplers[values](part.size, size);
    return resized(frames, (rgb) => resample(part.cut(rgb)));
  }
  if (readerSize.height === size.height && readerSize.width === size.width) return frames;
  return resized(frames, resamplers[values](readerSize, size));
}

/** Cuts a part out of frames. */
function cutOut(
  frame: FrameSize,
  region: FrameRegion,
): { readonly size: FrameSize; readonly cut: (rgb: Uint8Array) => Uint8Array } {
  const { top, left, height, width } = regionBox(frame, region);
  const cut = (rgb: Uint8Array) => {
    const part = new Uint8Array(height * width * 3);
    for (let line = 0; line < height; line++) {
      const from = ((top + line) * frame.width + left) * 3;
      part.set(rgb.subarray(from, from + width * 3), line * width * 3);
    }
    return part;
  };
  return { size: { height, width }, cut };
}

const resamplers = {
  floats: createFloatResampler,
  bytes: createResampler,
  'whole-numbers': createWholeNumberResampler,
} as const;

async function* resized(
  frames: AsyncIterable<Frame>,
  resample: (rgb: Uint8Array) => TowerFrame['rgb'],
): AsyncGenerator<TowerFrame, void, undefined> {
  for await (const { frameIndex, rgb } of frames) yield { frameIndex, rgb: resample(rgb) };
}
