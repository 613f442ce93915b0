import type { NetworkShape } from '../../architectures/vision-language-model.ts';
import type { Frame, FrameSize } from '../../media/video.ts';

/** Most pixels a side of the calibration frames. */
const largestSide = 224;

/** Size of the calibration frames: whole visual tokens a side, 8 of 28 pixels or 7 of 32. */
export function calibrationFrameSize({ patchSize, mergeSize }: NetworkShape): FrameSize {
  const cell = patchSize * mergeSize;
  const side = Math.max(1, Math.floor(largestSide / cell)) * cell;
  return { height: side, width: side };
}

/** Frame pairs that calibration looks at. */
export const calibrationPairs = 2;

/**
 * Frames to calibrate with: smooth colour fields, hard-edged shapes that move from frame to frame, and fine texture, the
 * things that patches of real footage are made of. The same on every machine.
 */
export function calibrationFrames({ height, width }: FrameSize): Frame[] {
  return Array.from({ length: 2 * calibrationPairs }, (_, frameIndex) => {
    const rgb = new Uint8Array(height * width * 3);
    let noise = 12_345 + frameIndex;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        noise = (Math.imul(noise, 1_103_515_245) + 12_345) >>> 0;
        const grain = y > height / 2 ? ((noise >>> 24) - 128) / 4 : 0;
        const insideDisc = (x - 60 - 20 * frameIndex) ** 2 + (y - 80) ** 2 < 1600;
        const insideBar = x > 150 && x < 170 && y > 30 * (frameIndex % 2);
        for (let channel = 0; channel < 3; channel++) {
          const field = 128 + 90 * Math.sin((x * (channel + 1) + y * (3 - channel)) / 70 + frameIndex / 3);
          const shape = insideDisc ? [230, 40, 30][channel] : insideBar ? [20, 60, 220][channel] : undefined;
          rgb[(y * width + x) * 3 + channel] = Math.max(0, Math.min(255, (shape ?? field) + grain));
        }
      }
    }
    return { frameIndex, rgb };
  });
}

/** Visual tokens of the calibration clip. */
export function calibrationVisualTokens(shape: NetworkShape): number {
  const { height, width } = calibrationFrameSize(shape);
  return (calibrationPairs * height * width) / (shape.patchSize * shape.mergeSize) ** 2;
}

/** A question to put into the prompts that calibration reads. */
export const calibrationQuestion =
  'What does the person in the red jacket do after the door opens, and how many people are in the room at 12:30?';
