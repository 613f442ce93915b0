import type { Video } from './video.ts';

/** A frame to be picked, by the container times at which its successor's and its own turn begin. */
interface Window {
  readonly frameIndex: number;
  readonly fromSec: number;
  readonly toSec: number;
}

/** Picks wanted frames out of a decoder's output by their presentation times. */
export interface FrameSelection {
  /** Expression of ffmpeg's `select` filter: the wanted frames, and all after the last one. */
  readonly expression: string;
  /** The wanted frame that a picture of this time is; undefined for another; 'past' when all wanted ones are behind. */
  find(timeSec: number): number | 'past' | undefined;
}

/**
 * Selects `frameIndices` (ascending, each once). Windows reach half-way to the neighbouring frames, so that a clock rounded
 * by ffmpeg still meets them. The expression is a binary search: ffmpeg refuses long sums, and a tree is faster.
 */
export function selectFrames(video: Video, frameIndices: readonly number[]): FrameSelection {
  const windows = frameIndices.map((frameIndex): Window => {
    return { frameIndex, fromSec: border(video, frameIndex), toSec: border(video, frameIndex + 1) };
  });
  const endSec = windows.at(-1)?.toSec ?? 0;
  return {
    expression: `gte(t,${endSec.toFixed(7)})+${searchTree(windows)}`,
    find: (timeSec) => {
      if (timeSec >= endSec) return 'past';
      return windows.find((window) => timeSec >= window.fromSec && timeSec < window.toSec)?.frameIndex;
    },
  };
}

/** Container time half-way between a frame and the one before it. */
function border(video: Video, frameIndex: number): number {
  const start = video.seekIndex?.startTimeSec ?? 0;
  const times = video.frameTimesSec;
  const at = (index: number): number =>
    index < 0 ? 2 * at(0) - (times[1] ?? video.durationSec) : (times[index] ?? video.durationSec);
  return start + (at(frameIndex - 1) + at(frameIndex)) / 2;
}

function searchTree(windows: readonly Window[]): string {
  const [first, second] = windows;
  if (first === undefined) return '0';
  if (second === undefined) return `gte(t,${first.fromSec.toFixed(7)})*lt(t,${first.toSec.toFixed(7)})`;
  const middle = windows.length >> 1;
  const borderSec = windows[middle]?.fromSec ?? 0;
  return `if(lt(t,${borderSec.toFixed(7)}),${searchTree(windows.slice(0, middle))},${searchTree(windows.slice(middle))})`;
}
