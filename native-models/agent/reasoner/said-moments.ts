import { positionToSeconds } from '../../media/timeline.ts';
import type { SaidMoment } from '../../protocol/run-record.ts';
import type { Bounds } from '../shown/spans.ts';
import type { ReplyContent } from './answer-text.ts';
import { countsFromFirstFrame } from './budget.ts';
import type { Clip } from '../shown/clip.ts';
import type { FamilyTraits } from '../../architectures/vision-language-model.ts';
import { saidTimes } from './said-times.ts';
import type { SaidTime } from './said-times.ts';

/** A time is still taken for one of the video's when it is this much beyond its end, in seconds. */
const toleranceSec = 1;

/**
 * The moments of the video that a reply names, in the order of its text, reasoning before answer; a moment named in both is
 * listed where it stood first. Times beyond what the model was shown are left out: they mean something else, or nothing.
 *
 * A model says times as it was told them: counted in the whole file, or from the first frame that it saw.
 */
export function saidMoments(
  { reasoning, answer }: Pick<ReplyContent, 'reasoning' | 'answer'>,
  clip: Pick<Clip, 'video' | 'frameIndices'>,
  family: Pick<FamilyTraits, 'pairTimes'>,
  bounds: Bounds,
): SaidMoment[] {
  const parts = [
    { saidIn: 'reasoning' as const, text: reasoning },
    { saidIn: 'answer' as const, text: answer },
  ];
  const moments: SaidMoment[] = [];
  const known = new Set<string>();
  for (const { saidIn, text } of parts) {
    for (const time of saidTimes(text)) {
      const span = spanInVideo(time, clip, family, bounds);
      if (span === undefined) continue;
      const key = `${span.startSec} ${span.endSec}`;
      if (!known.has(key)) moments.push({ ...span, text: time.text, saidIn });
      known.add(key);
    }
  }
  return moments;
}

/** Where in the video a time is that a model said; undefined where it is none of those that it was asked about. */
export function spanInVideo(
  { startSec, endSec, fromEnd }: Omit<SaidTime, 'text'>,
  { video, frameIndices }: Pick<Clip, 'video' | 'frameIndices'>,
  family: Pick<FamilyTraits, 'pairTimes'>,
  bounds: Bounds,
): Bounds | undefined {
  if (fromEnd)
    return { startSec: Math.max(bounds.startSec, bounds.endSec - startSec), endSec: bounds.endSec };
  const firstFrame = countsFromFirstFrame(family) ? (frameIndices[0] ?? 0) : 0;
  // The model counts seconds in frames at the average rate; where frames differ in length that is not the clock's.
  const inVideo = (sec: number) => positionToSeconds(video, firstFrame + sec * video.fps);
  if (firstFrame + startSec * video.fps > video.totalFrames + toleranceSec * video.fps) return undefined;
  const start = inVideo(startSec);
  const end = inVideo(endSec);
  if (start > bounds.endSec + toleranceSec || end < bounds.startSec - toleranceSec) return undefined;
  const clamp = (sec: number) => Math.min(bounds.endSec, Math.max(bounds.startSec, sec));
  return { startSec: clamp(start), endSec: clamp(end) };
}
