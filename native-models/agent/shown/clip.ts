import type { ClipSizing, GridTHW, NetworkShape } from '../../architectures/vision-language-model.ts';
import type { Budget } from '../../checkpoints/manifest.ts';
import { sampleFrameIndices } from '../../media/sample-frames.ts';
import { smartResize } from '../../media/smart-resize.ts';
import type { FrameSize, Video } from '../../media/video.ts';
import type { Moment } from '../../protocol/run-record.ts';

/** A part of a frame, in shares of its sides, 0 to 1. */
export interface FrameRegion {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The pixels that a part of a frame takes, at least one a side. */
export function regionBox(
  { height, width }: FrameSize,
  region: FrameRegion,
): FrameSize & { readonly top: number; readonly left: number } {
  const place = (share: number, side: number) => Math.min(side - 1, Math.max(0, Math.round(share * side)));
  const top = place(region.top, height);
  const left = place(region.left, width);
  return {
    ...{ top, left },
    height: Math.max(1, Math.round(region.bottom * height) - top),
    width: Math.max(1, Math.round(region.right * width) - left),
  };
}

/** What of a video a role is shown. */
export interface Clip {
  readonly video: Video;
  /** Sampled frames, ascending, an even number. */
  readonly frameIndices: readonly number[];
  /** Size of the frames as they are fed, in pixels, multiples of patch size × merge size. */
  readonly size: FrameSize;
  /** Size in which they are read, where they are resized once more before they are fed. */
  readonly readerSize?: FrameSize | undefined;
  /** The part of the frames as read that is shown; absent: all of them. */
  readonly region?: FrameRegion | undefined;
  /** How they are resized then; absent: as the family resizes the frames of a video. */
  readonly resizedAs?: ClipSizing['values'] | undefined;
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
  return clipOfFrames(video, frameIndices, budget, network);
}

/** Frames that were chosen already, ascending, an even number, in the size that a role's budget gives them. */
export function clipOfFrames(
  video: Video,
  frameIndices: readonly number[],
  budget: Budget,
  network: NetworkShape,
): Clip {
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

/** Visual tokens of each frame pair of a clip: patches, as many merged into one a side as the network merges. */
export function tokensPerPair(
  { grid: [, lines, columns] }: Pick<Clip, 'grid'>,
  { mergeSize }: Pick<NetworkShape, 'mergeSize'>,
): number {
  return (lines * columns) / mergeSize ** 2;
}
