import { EngineError } from '../protocol/errors.ts';
import { roundHalfEven } from './round-half-even.ts';
import type { FrameSize } from './video.ts';

/** How large frames are shown to a model. */
export interface ResizeBudget {
  /** Both sides become multiples of this many pixels: patch side × merge size, 28 for Qwen2-VL. */
  readonly factor: number;
  /** Smallest and largest area of a frame in pixels; a visual token stands for factor × factor of them. */
  readonly minPixels: number;
  readonly maxPixels: number;
}

/** The widest ratio of the sides, either way, that the networks were trained to see. */
const maxRatio = 200;

/**
 * The size that frames are resized to: multiples of `factor` near the original whose area lies within the budget.
 * (Size rule of the Qwen-VL readers. As there, scaling an extreme strip down can leave a side of 0; decoding refuses it.)
 * @throws EngineError VIDEO_DECODE_FAILED when one side is over 200 times the other.
 */
export function smartResize(original: FrameSize, budget: ResizeBudget): FrameSize {
  const { factor, minPixels, maxPixels } = budget;
  requireUsualRatio(original);
  const rounded = {
    height: Math.max(factor, roundHalfEven(original.height / factor) * factor),
    width: Math.max(factor, roundHalfEven(original.width / factor) * factor),
  };
  const area = rounded.height * rounded.width;
  if (area > maxPixels) return scaledDown(original, original.height * original.width, budget);
  if (area < minPixels) return scaledUp(original, original.height * original.width, budget);
  return rounded;
}

/** Both sides divided by √(pixels ÷ the most allowed), down to multiples of the factor. */
export function scaledDown(original: FrameSize, pixels: number, budget: ResizeBudget): FrameSize {
  const { factor, maxPixels } = budget;
  const scale = Math.sqrt(pixels / maxPixels);
  return {
    height: Math.floor(original.height / scale / factor) * factor,
    width: Math.floor(original.width / scale / factor) * factor,
  };
}

/** Both sides multiplied by √(the fewest allowed ÷ pixels), up to multiples of the factor. */
export function scaledUp(original: FrameSize, pixels: number, budget: ResizeBudget): FrameSize {
  const { factor, minPixels } = budget;
  const scale = Math.sqrt(minPixels / pixels);
  return {
    height: Math.ceil((original.height * scale) / factor) * factor,
    width: Math.ceil((original.width * scale) / factor) * factor,
  };
}

/** @throws EngineError VIDEO_DECODE_FAILED when one side is over 200 times the other. */
export function requireUsualRatio({ height, width }: FrameSize): void {
  if (Math.max(height, width) / Math.min(height, width) <= maxRatio) return;
  throw new EngineError(
    'VIDEO_DECODE_FAILED',
    `Frames of ${width}×${height} pixels cannot be shown to the model: one side is over ${maxRatio} times the other.`,
    { remedy: 'Crop or pad the video, for example with ffmpeg.' },
  );
}
