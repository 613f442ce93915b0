import type { GridTHW, NetworkShape } from '../../architectures/vision-language-model.ts';
import type { Budget } from '../../checkpoints/manifest.ts';
import { sampleFrameIndices } from '../../media/sample-frames.ts';
import { smartResize } from '../../media/smart-resize.ts';
import type { FrameSize, Video } from '../../media/video.ts';
import type { Moment } from '../../protocol/run-record.ts';

/** What of a video a role is shown. */
export interface Clip {
  readonly video: Video;
  /** Sampled frames, ascending, an even number. */
  readonly frameIndices: readonly number[];
  /** Size of the frames as they are fed, in pixels, multiples of patch size × merge size. */
  readonly size: FrameSize;
  /** Size in which they are read, where they are resized once more before they are fed. */
  readonly readerSize?: FrameSize | undefined;
  /** Patch grid before merging. */
  readonly grid: GridTHW;
}

/** Samples a span of the video within a role's budget. */
export function chooseClip(video: Video, span: Moment, budget: Budget, network: NetworkShape): Clip {
  const frameIndices = sampleFrameIndices(video, {
    sampleFps: budget.fps,
    maxFrames: budget.maxFrames,
    startSec: span.startSec,
    endSec: span.endSec,
  });
  const factor = network.patchSize * network.mergeSize;
  const size = smartResize(video, {
    factor,
    minPixels: budget.minTokens * factor ** 2,
    maxPixels: budget.maxTokens * factor ** 2,
  });
  return { video, frameIndices, size, grid: gridOf(frameIndices, size, network) };
}

/** Patch grid of frames of a size. */
export function gridOf(
  frameIndices: readonly number[],
  size: FrameSize,
  network: Pick<NetworkShape, 'patchSize' | 'temporalPatchSize'>,
): GridTHW {
  const { patchSize, temporalPatchSize } = network;
  return [frameIndices.length / temporalPatchSize, size.height / patchSize, size.width / patchSize];
}
