import { EngineError } from '../protocol/errors.ts';
import { evenlySpaced } from './sample-frames.ts';
import { secondsToPosition } from './timeline.ts';
import type { TimelineVideo } from './timeline.ts';

/** How many frames a model that reasons aloud is shown, and of which part. */
export interface FrameBudget {
  /** Frames a second. */
  readonly sampleFps: number;
  /** Fewest frames, rounded up to an even number; default 4. */
  readonly minFrames?: number | undefined;
  /** Most frames, rounded down to an even number; default: all, up to 768. */
  readonly maxFrames?: number | undefined;
  /** Part to look at in seconds of presentation, clamped to the video; default: all of it. */
  readonly startSec?: number | undefined;
  readonly endSec?: number | undefined;
}

/** Frames chosen, and the rate that they come to. */
export interface ChosenFrames {
  /** Ascending, an even number, counted in the whole video in presentation order. */
  readonly frameIndices: number[];
  /** Frames a second that were really taken: another than was asked for where a limit bites or rounding does. */
  readonly effectiveFps: number;
}

const defaultMinFrames = 4;
const defaultMaxFrames = 768;

/**
 * Chooses frames as the reader of Qwen2.5-VL and Qwen3-VL does: as many as the rate gives, within the limits and rounded
 * down to an even number, spread evenly from the first to the last (qwen-vl-utils 0.0.14; the VideoMind reader in
 * sample-frames.ts rounds and clamps otherwise). With a variable rate the range is looked up in the presentation times.
 *
 * @throws EngineError RANGE_INVALID when the range holds fewer than two frames; VIDEO_TOO_SHORT when the limits leave no
 *   pair, or ask for more frames than there are.
 */
export function chooseFrames(video: TimelineVideo, budget: FrameBudget): ChosenFrames {
  const { first, last } = framesOfRange(video, budget);
  const available = last - first + 1;
  const least = Math.ceil((budget.minFrames ?? defaultMinFrames) / 2) * 2;
  const most = Math.floor((budget.maxFrames ?? Math.min(defaultMaxFrames, available)) / 2) * 2;
  const wanted = (available / video.fps) * budget.sampleFps;
  const count = Math.floor(Math.min(Math.max(wanted, least), most, available) / 2) * 2;
  if (count < 2) {
    throw new EngineError(
      'VIDEO_TOO_SHORT',
      `No pair of frames can be chosen from ${available} frames with at most ${most}.`,
      { remedy: 'Give a longer video or range, or allow more frames.', details: { available, most } },
    );
  }
  return {
    frameIndices: evenlySpaced(first, last, count),
    effectiveFps: (count / available) * video.fps,
  };
}

function framesOfRange(video: TimelineVideo, budget: FrameBudget): { first: number; last: number } {
  const { totalFrames, fps } = video;
  const { startSec, endSec } = budget;
  if (startSec === undefined && endSec === undefined) return { first: 0, last: totalFrames - 1 };
  const durationSec = video.constantRate ? totalFrames / fps : video.durationSec;
  const clamped = (sec: number) => Math.min(durationSec, Math.max(0, sec));
  const first = Math.ceil(secondsToPosition(video, clamped(startSec ?? 0)));
  const lastPosition = secondsToPosition(video, clamped(endSec ?? durationSec));
  const last = Math.min(Math.floor(lastPosition), totalFrames - 1);
  if (first >= last) {
    throw new EngineError(
      'RANGE_INVALID',
      `The range ${startSec ?? 0} s to ${endSec ?? durationSec} s holds fewer than two frames.`,
      { remedy: 'Give a longer range inside the video.' },
    );
  }
  return { first, last };
}
