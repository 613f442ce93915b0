import { EngineError } from '../protocol/errors.ts';
import { roundHalfEven } from './round-half-even.ts';

/** Limits of the processors' own choice. */
const minFrames = 4;
const maxFrames = 768;

/** A video as far as the processors look at it. */
interface CountedVideo {
  readonly totalFrames: number;
  readonly fps: number;
}

/**
 * Chooses frames as the video processor of Qwen2.5-VL does where scripts hand it whole videos (transformers 4.57): an even
 * number, each at the beginning of its share of the video. Readers choose beforehand and otherwise (choose-frames.ts).
 * @throws EngineError VIDEO_TOO_SHORT for a single frame.
 */
export function steppedFrames({ totalFrames, fps }: CountedVideo, sampleFps: number): number[] {
  const most = Math.floor(Math.min(maxFrames, totalFrames) / 2) * 2;
  const wanted = (totalFrames / fps) * sampleFps;
  const count = Math.floor(Math.min(Math.max(wanted, minFrames), most) / 2) * 2;
  if (count === 0) throw new EngineError('VIDEO_TOO_SHORT', 'A single frame is no pair.');
  return steps(totalFrames / count, count).map((position) => Math.trunc(position));
}

/** Elements that PyTorch's `arange` computes from one rounded to float32, and whole rounds of them. */
const lanes = 8;

/**
 * `arange(0, count × step, step)` in float32, as PyTorch computes it on processors with AVX2: in each vector of 8 the first
 * element is rounded and the others are counted on from it; what is left at the end is computed one by one. In videos of
 * ten thousands of frames the difference is a frame here and there.
 */
function steps(step: number, count: number): number[] {
  const vectorized = Math.floor(count / (2 * lanes)) * 2 * lanes;
  return Array.from({ length: count }, (_, index) => {
    const base = index < vectorized ? Math.floor(index / lanes) * lanes : index;
    return Math.fround(Math.fround(base * step) + (index - base) * step);
  });
}

/**
 * Chooses frames as the video processor of Qwen3-VL does where scripts hand it whole videos (transformers 4.57): spread from
 * the first frame to the last. The number may be odd.
 */
export function spreadFrames({ totalFrames, fps }: CountedVideo, sampleFps: number): number[] {
  const wanted = Math.trunc((totalFrames / fps) * sampleFps);
  const count = Math.min(Math.max(wanted, minFrames), maxFrames, totalFrames);
  const last = totalFrames - 1;
  const step = count > 1 ? last / (count - 1) : 0;
  return Array.from({ length: count }, (_, index) =>
    index > 0 && index === count - 1 ? last : roundHalfEven(index * step),
  );
}
