import { chooseFrames } from '../../../media/choose-frames.ts';
import { processorSize, readerSize } from '../../../media/clip-sizes.ts';
import { positionToSeconds } from '../../../media/timeline.ts';
import { smartResize } from '../../../media/smart-resize.ts';
import type { FrameSize, Video } from '../../../media/video.ts';
import type { Moment } from '../../../protocol/run-record.ts';
import type { PromptedModel } from '../../../checkpoints/package-outline.ts';
import { gridOf, regionBox } from '../../shown/clip.ts';
import type { Clip, FrameRegion } from '../../shown/clip.ts';
import type { LookBudget } from './protocol-schema.ts';
import type { ToolProtocol } from './read-protocol.ts';
import { spreadFrames } from './spread-frames.ts';

/** Frames that are shown one by one, each as an image of its own: it stands twice in its frame pair. */
export interface ImageClip extends Clip {
  /** Each once, ascending. */
  readonly imageIndices: readonly number[];
  /** When each was, in seconds: index ÷ rate, or where frames differ in length its presentation time. */
  readonly imageSec: readonly number[];
}

/** What frames are sized by: an area, and the side of the cells that the reader sizes in. */
export interface ImageSizing {
  readonly minPixels: number;
  readonly maxPixels: number;
  readonly factor: number;
}

/**
 * Chooses the frames of a video, or of a stretch of it, as the reader of Qwen2.5-VL and Qwen3-VL does, to be shown as images.
 *
 * @param span In seconds of presentation; the whole video where it is empty.
 * @throws EngineError RANGE_INVALID, VIDEO_TOO_SHORT, VIDEO_DECODE_FAILED (a shape that cannot be shown)
 */
export function chooseImages(
  model: Pick<PromptedModel, 'family' | 'network'>,
  video: Video,
  span: Partial<Moment>,
  { fps, minFrames, maxFrames, minPixels, maxPixels }: LookBudget,
  { factor, choice }: { readonly factor: number; readonly choice: ToolProtocol['frames']['choice'] },
): ImageClip {
  const frameIndices =
    choice === 'spread'
      ? spreadFrames(video, span, { fps, minFrames, maxFrames })
      : chooseFrames(video, { sampleFps: fps, minFrames, maxFrames, ...span }).frameIndices;
  return imagesOf(model, video, frameIndices, { minPixels, maxPixels, factor });
}

/** Frames of a video as images. @throws EngineError VIDEO_DECODE_FAILED (a shape that cannot be shown) */
export function imagesOf(
  { family, network }: Pick<PromptedModel, 'family' | 'network'>,
  video: Video,
  imageIndices: readonly number[],
  { factor, minPixels, maxPixels }: ImageSizing,
): ImageClip {
  const read = readerSize(video, { factor, frames: imageIndices.length, minPixels, maxPixels });
  const size = processorSize(read, 1, family.imageSizing);
  return {
    ...imageClip(video, imageIndices),
    ...sized(family, network, imageIndices, size),
    readerSize: read,
  };
}

/**
 * One frame as it was filmed, or a part of it, as large as the budget and the checkpoint's image processor allow.
 * @throws EngineError VIDEO_DECODE_FAILED
 */
export function singleImage(
  { family, network }: Pick<PromptedModel, 'family' | 'network'>,
  video: Video,
  index: number,
  { minPixels, maxPixels }: Pick<ImageSizing, 'minPixels' | 'maxPixels'>,
  region?: FrameRegion,
): ImageClip {
  const read = { height: video.height, width: video.width };
  const shown = region === undefined ? read : regionBox(read, region);
  const most = Math.min(maxPixels, family.imageSizing.maxPixels);
  const size = smartResize(shown, {
    factor: family.imageSizing.factor,
    minPixels: Math.min(most, Math.max(minPixels, family.imageSizing.minPixels)),
    maxPixels: most,
  });
  return {
    ...imageClip(video, [index]),
    ...sized(family, network, [index], size),
    readerSize: read,
    ...(region === undefined ? {} : { region }),
  };
}

function imageClip(
  video: Video,
  imageIndices: readonly number[],
): Pick<ImageClip, 'video' | 'frameIndices' | 'imageIndices' | 'imageSec'> {
  return {
    video,
    imageIndices,
    frameIndices: imageIndices.flatMap((index) => [index, index]),
    imageSec: imageIndices.map((index) => positionToSeconds(video, index)),
  };
}

function sized(
  family: PromptedModel['family'],
  network: PromptedModel['network'],
  imageIndices: readonly number[],
  size: FrameSize,
): Pick<ImageClip, 'size' | 'grid' | 'resizedAs'> {
  const pairs = imageIndices.flatMap((index) => [index, index]);
  return { size, grid: gridOf(pairs, size, network), resizedAs: family.imageSizing.values };
}
