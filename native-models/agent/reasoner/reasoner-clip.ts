import { chooseFrames } from '../../media/choose-frames.ts';
import type { ChosenFrames } from '../../media/choose-frames.ts';
import { processorSize, readerSize } from '../../media/clip-sizes.ts';
import { spreadFrames, steppedFrames } from '../../media/processor-frames.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { Video } from '../../media/video.ts';
import type { FamilyTraits } from '../../architectures/vision-language-model.ts';
import type { LoadedModel } from '../../checkpoints/loaded-model.ts';
import type { Moment } from '../../protocol/run-record.ts';
import { gridOf } from '../shown/clip.ts';
import type { Clip } from '../shown/clip.ts';
import { pairSeconds, stampText } from '../shown/pair-times.ts';
import { readerFactor } from './budget.ts';
import type { ReasonerBudget } from './budget.ts';

/** What of a video a reasoner is shown, and how it is told when the frames were. */
export interface ReasonerClip extends Clip {
  /** Frames a second that were really taken. */
  readonly effectiveFps: number;
  /** When each frame pair was, in seconds of the whole file counted at its average rate. */
  readonly pairSec: readonly number[];
  /** The stamp before each pair, for families that are told the time so. */
  readonly stamps: readonly string[] | undefined;
}

/**
 * Chooses and sizes the frames of a video, or of a part of it, as the readers of Qwen2.5-VL and Qwen3-VL and then the
 * checkpoint's own processor do (as qwen-vl-utils and transformers choose and size them).
 *
 * @param span In seconds of presentation; the whole video where it is empty.
 * @throws EngineError ARGUMENT_INVALID (a range for the processor's choice), RANGE_INVALID, VIDEO_TOO_SHORT, VIDEO_DECODE_FAILED (a shape that cannot be shown)
 */
export function chooseReasonerClip(
  { family, network }: Pick<LoadedModel, 'family' | 'network'>,
  video: Video,
  span: Partial<Moment>,
  budget: ReasonerBudget,
): ReasonerClip {
  const { frameIndices, effectiveFps } = choose(family, video, span, budget);
  const read = readerSize(video, {
    factor: readerFactor(budget),
    frames: frameIndices.length,
    minPixels: budget.minPixels,
    maxPixels: budget.maxPixels,
  });
  const size = processorSize(read, frameIndices.length, family.clipSizing);
  const pairSec = pairSeconds(frameIndices, video.fps);
  return {
    ...{ video, frameIndices, size, effectiveFps, pairSec },
    readerSize: read,
    grid: gridOf(frameIndices, size, network),
    stamps: family.pairTimes === 'stamps' ? pairSec.map(stampText) : undefined,
  };
}

function choose(
  family: FamilyTraits,
  video: Video,
  span: Partial<Moment>,
  budget: ReasonerBudget,
): ChosenFrames {
  const { fps, minFrames, maxFrames, framesChosenBy } = budget;
  if (framesChosenBy === 'reader')
    return chooseFrames(video, { sampleFps: fps, minFrames, maxFrames, ...span });
  if (span.startSec !== undefined || span.endSec !== undefined) {
    throw new EngineError('ARGUMENT_INVALID', 'A processor chooses frames of whole videos only.', {
      remedy: 'Leave out the range and the answer from a moment, or let the reader choose.',
    });
  }
  const chosen = (family.pairTimes === 'stamps' ? spreadFrames : steppedFrames)(video, fps);
  // A last frame without a partner is shown twice.
  const frameIndices = chosen.length % 2 === 0 ? chosen : [...chosen, ...chosen.slice(-1)];
  return { frameIndices, effectiveFps: (chosen.length / video.totalFrames) * video.fps };
}
