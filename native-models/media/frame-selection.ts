import type { Video } from './video.ts';

/** Pictures to be picked: those of one time, by the container times at which their turn and their successors' begin. */
interface Window {
  readonly fromSec: number;
  readonly toSec: number;
  /** The first frame of this time, and how many there are. */
  readonly firstFrame: number;
  readonly count: number;
}

/** Picks wanted frames out of a decoder's output by their presentation times. */
export interface FrameSelection {
  /** Expression of ffmpeg's `select` filter: the wanted frames and those of the same time, and all after the last one. */
  readonly expression: string;
  /** How many pictures of its time the expression lets through before the first wanted one. */
  readonly passedBefore: number;
  /**
   * The wanted frame that the next picture, of this time, is; undefined for another; 'past' when all wanted ones are
   * behind. Asked once for each picture, in their order: pictures of one time are told apart by it.
   */
  find(timeSec: number): number | 'past' | undefined;
}

/**
 * Selects `frameIndices` (ascending, each once). Windows reach half-way to the neighbouring times, so that a clock rounded
 * by ffmpeg still meets them. The expression is a binary search: ffmpeg refuses long sums, and a tree is faster.
 */
export function selectFrames(video: Video, frameIndices: readonly number[]): FrameSelection {
  const times = video.seekIndex?.decodedTimesSec ?? video.frameTimesSec;
  const wanted = new Set(frameIndices);
  const windows: Window[] = [];
  for (const frameIndex of frameIndices) {
    const firstFrame = firstOfTime(times, frameIndex);
    if (windows.at(-1)?.firstFrame === firstFrame) continue;
    let next = frameIndex + 1;
    while (next < times.length && times[next] === times[frameIndex]) next++;
    windows.push({
      firstFrame,
      count: next - firstFrame,
      fromSec: border(video, times, firstFrame),
      toSec: border(video, times, next),
    });
  }
  const endSec = windows.at(-1)?.toSec ?? 0;
  const seen = new Map<Window, number>();
  return {
    expression: `gte(t,${endSec.toFixed(7)})+${searchTree(windows)}`,
    passedBefore: (frameIndices[0] ?? 0) - (windows[0]?.firstFrame ?? 0),
    find: (timeSec) => {
      if (timeSec >= endSec) return 'past';
      const window = windows.find(({ fromSec, toSec }) => timeSec >= fromSec && timeSec < toSec);
      if (window === undefined) return undefined;
      const before = seen.get(window) ?? 0;
      seen.set(window, before + 1);
      const frameIndex = window.firstFrame + Math.min(before, window.count - 1);
      return wanted.has(frameIndex) ? frameIndex : undefined;
    },
  };
}

function firstOfTime(times: Float64Array, frameIndex: number): number {
  let first = frameIndex;
  while (first > 0 && times[first - 1] === times[frameIndex]) first--;
  return first;
}

/** Container time half-way between a frame and the one before it. */
function border(video: Video, times: Float64Array, frameIndex: number): number {
  const start = video.seekIndex?.startTimeSec ?? 0;
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
