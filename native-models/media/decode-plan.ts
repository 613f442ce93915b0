import { lastFrameStartingBy } from './timeline.ts';
import type { Video } from './video.ts';

/** A stretch of a video that one decoder goes through, from a key frame to the last frame wanted of it. */
export interface DecodeTask {
  /** Container time to seek to; undefined: start at the beginning of the file. */
  readonly seekSec: number | undefined;
  /** Wanted frames, ascending, each once. */
  readonly frameIndices: readonly number[];
}

/** Rough costs that decide between seeking and decoding on. Wrong ones cost time, never exactness. */
const decodedPixelsPerSec = 450e6;
const startSec = 0.08;
/** Long stretches are cut so that two decoders share the work and the first frames come soon. */
const taskSec = 3;

/**
 * Divides wanted frames into tasks, in order. Frames of one group of pictures share one decode; the next group is a task of
 * its own where seeking to its key frame costs less than decoding up to it, or where the task is long enough.
 */
export function planDecoding(video: Video, frameIndices: readonly number[]): DecodeTask[] {
  const { keyFrames, seekTimesSec } = video.seekIndex ?? { keyFrames: [0], seekTimesSec: [undefined] };
  const keys = Float64Array.from(keyFrames);
  const secPerFrame = (video.width * video.height) / decodedPixelsPerSec;
  const tasks: { seekSec: number | undefined; frameIndices: number[] }[] = [];
  let taskKey = 0;
  for (const frameIndex of [...new Set(frameIndices)].sort((a, b) => a - b)) {
    const key = lastFrameStartingBy(keys, frameIndex);
    const keyFrame = keyFrames[key] ?? 0;
    const task = tasks.at(-1);
    const previous = task?.frameIndices.at(-1);
    if (task !== undefined && previous !== undefined) {
      const spentSec = (previous - taskKey) * secPerFrame;
      const detourSec = (keyFrame - previous) * secPerFrame;
      if (keyFrame <= previous || (detourSec < startSec && spentSec < taskSec)) {
        task.frameIndices.push(frameIndex);
        continue;
      }
    }
    taskKey = keyFrame;
    tasks.push({ seekSec: seekTimesSec[key], frameIndices: [frameIndex] });
  }
  return tasks;
}

/** The same frames from two key frames earlier: for tasks whose seek landed too late. */
export function withEarlierStart(video: Video, frameIndices: readonly number[]): DecodeTask {
  const { keyFrames, seekTimesSec } = video.seekIndex ?? { keyFrames: [0], seekTimesSec: [undefined] };
  const key = lastFrameStartingBy(Float64Array.from(keyFrames), frameIndices[0] ?? 0);
  return { seekSec: seekTimesSec[key - 2], frameIndices };
}
