import { EngineError } from '../protocol/errors.ts';
import { roundHalfEven } from './round-half-even.ts';
import type { FrameSize } from './video.ts';

/** How large frames are shown to a role. */
export interface ResizeBudget {
  /** Both sides become multiples of this many pixels: patch side × merge size, 28 for Qwen2-VL. */
  readonly factor: number;
  /** Fewest and most visual tokens a frame; a token stands for factor × factor pixels. */
  readonly minTokens: number;
  readonly maxTokens: number;
}

/** The widest ratio of the sides, either way, that the networks were trained to see. */
const maxRatio = 200;

/**
 * The size that frames are resized to: multiples of `factor` near the original whose area lies within the budget.
 * (Size rule of the Qwen2-VL reader. As there, scaling an extreme strip down can leave a side of 0; decoding refuses it.)
 * @throws EngineError VIDEO_DECODE_FAILED when one side is over 200 times the other.
 */
export function smartResize(original: FrameSize, budget: ResizeBudget): FrameSize {
  const { height, width } = original;
  const { factor } = budget;
  if (Math.max(height, width) / Math.min(height, width) > maxRatio) {
    throw new EngineError(
      'VIDEO_DECODE_FAILED',
      `Frames of ${width}×${height} pixels cannot be shown to the model: one side is over ${maxRatio} times the other.`,
      { remedy: 'Crop or pad the video, for example with ffmpeg.' },
    );
  }
  const minPixels = budget.minTokens * factor * factor;
  const maxPixels = budget.maxTokens * factor * factor;
  const rounded = {
    height: Math.max(factor, roundHalfEven(height / factor) * factor),
    width: Math.max(factor, roundHalfEven(width / factor) * factor),
  };
  const area = rounded.height * rounded.width;
  if (area > maxPixels) {
    const scale = Math.sqrt((height * width) / maxPixels);
    return {
      height: Math.floor(height / scale / factor) * factor,
      width: Math.floor(width / scale / factor) * factor,
    };
  }
  if (area < minPixels) {
    const scale = Math.sqrt(minPixels / (height * width));
    return {
      height: Math.ceil((height * scale) / factor) * factor,
      width: Math.ceil((width * scale) / factor) * factor,
    };
  }
  return rounded;
}
