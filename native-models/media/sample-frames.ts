import { EngineError } from '../protocol/errors.ts';
import { roundHalfEven } from './round-half-even.ts';
import { secondsToPosition } from './timeline.ts';
import type { TimelineVideo } from './timeline.ts';

/** How many frames a role looks at, and where. */
export interface FrameSampling {
  /** Frames a second. */
  readonly sampleFps: number;
  /** Most frames, an even number. */
  readonly maxFrames: number;
  /** Span to look at in seconds of presentation; default: the whole video. */
  readonly startSec?: number | undefined;
  readonly endSec?: number | undefined;
}

const minFrames = 4;

/**
 * Chooses the frames that a role is shown: an even number, spread evenly from the first to the last of the span,
 * ascending, repeated where the span has fewer. Indices count frames in presentation order. (Frame rule of the
 * VideoMind reader; with a variable rate the span is looked up in the presentation times.)
 * @throws EngineError VIDEO_TOO_SHORT when the video has fewer frames than are needed at least.
 */
export function sampleFrameIndices(video: TimelineVideo, sampling: FrameSampling): number[] {
  const { totalFrames, fps } = video;
  const startSec = sampling.startSec ?? 0;
  const endSec = sampling.endSec ?? (video.constantRate ? totalFrames / fps : video.durationSec);
  const startPosition = secondsToPosition(video, startSec);
  const endPosition = secondsToPosition(video, endSec);
  const toFrame = (position: number): number =>
    Math.min(Math.max(roundHalfEven(position), 0), totalFrames - 1);
  const first = Math.min(toFrame(startPosition), toFrame(endPosition));
  const last = Math.max(toFrame(startPosition), toFrame(endPosition));

  const spanFrames = video.constantRate ? (endSec - startSec) * fps : endPosition - startPosition;
  const available = Math.min(Math.max(minFrames, roundHalfEven(spanFrames)), totalFrames);
  const wanted = (available / fps) * sampling.sampleFps;
  const count = roundHalfEven(Math.min(Math.max(wanted, minFrames), sampling.maxFrames) / 2) * 2;
  if (count < 2 || count > available) {
    throw new EngineError(
      'VIDEO_TOO_SHORT',
      `The video has ${totalFrames} frames, too few to choose ${count} from.`,
      {
        details: { totalFrames, count },
        ...(totalFrames >= minFrames && {
          remedy: `The model looks at ${sampling.sampleFps} frames a second: ask about a copy with more frames a second than the video has (ffmpeg -i VIDEO -r ${2 * sampling.sampleFps} COPY).`,
        }),
      },
    );
  }
  return evenlySpaced(first, last, count);
}

/**
 * `round(linspace(first, last, count))` in float32, as PyTorch computes it: forward from the first in the lower half,
 * backward from the last in the upper half, each element rounded to float32 once.
 */
export function evenlySpaced(first: number, last: number, count: number): number[] {
  const step = Math.fround((last - first) / (count - 1));
  return Array.from({ length: count }, (_, index) =>
    roundHalfEven(Math.fround(index < count >> 1 ? first + step * index : last - step * (count - 1 - index))),
  );
}
