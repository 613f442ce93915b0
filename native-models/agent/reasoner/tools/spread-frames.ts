import { secondsToPosition } from '../../../media/timeline.ts';
import type { TimelineVideo } from '../../../media/timeline.ts';
import { EngineError } from '../../../protocol/errors.ts';
import type { Moment } from '../../../protocol/run-record.ts';
import type { LookBudget } from './protocol-schema.ts';

/**
 * Frames as programs choose them that do not read with Qwen's reader: of a stretch as many as the rate asks for, evenly from its
 * first frame to its last, cut to whole frames (NumPy's `linspace`); of a whole video every so many frames, unless those are
 * more than may be. A frame that is met twice is shown once.
 *
 * @param span In seconds of presentation; the whole video where it is empty.
 * @throws EngineError RANGE_INVALID where the stretch does not end after its start
 */
export function spreadFrames(
  video: TimelineVideo,
  { startSec, endSec }: Partial<Moment>,
  { fps, minFrames, maxFrames }: Pick<LookBudget, 'fps' | 'minFrames' | 'maxFrames'>,
): number[] {
  const lastOfVideo = video.totalFrames - 1;
  if (startSec === undefined || endSec === undefined) {
    const step = Math.min(Math.max(1, roundedToEven(video.fps / fps)), video.totalFrames);
    const count = Math.ceil(video.totalFrames / step);
    return count > maxFrames
      ? spread(0, lastOfVideo, maxFrames)
      : Array.from({ length: count }, (_, index) => index * step);
  }
  if (!(startSec < endSec)) {
    throw new EngineError('RANGE_INVALID', `The range ${startSec} s to ${endSec} s holds no frame.`, {
      remedy: 'Give a range that ends after its start.',
    });
  }
  const count = Math.min(Math.max(Math.floor(fps * (endSec - startSec)), minFrames), maxFrames);
  const frameAt = (sec: number) => Math.min(lastOfVideo, Math.floor(secondsToPosition(video, sec)));
  return spread(frameAt(startSec), frameAt(endSec), count);
}

function spread(first: number, last: number, count: number): number[] {
  const step = count === 1 ? 0 : (last - first) / (count - 1);
  const indices = Array.from({ length: count }, (_, index) =>
    index > 0 && index === count - 1 ? last : Math.floor(index * step + first),
  );
  return [...new Set(indices)];
}

/** As Python rounds: a half goes to the even neighbour. */
function roundedToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
