import { EngineError } from '../protocol/errors.ts';
import { roundHalfEven } from './round-half-even.ts';
import { requireUsualRatio, scaledDown, scaledUp, smartResize } from './smart-resize.ts';
import type { ResizeBudget } from './smart-resize.ts';
import type { FrameSize } from './video.ts';

/** What the reader sizes the frames of a clip by. */
export interface ReaderBudget {
  /** Both sides become multiples of this many pixels: the patch side that the reader is told × 2. */
  readonly factor: number;
  /** Frames of the clip: they share an overall limit. */
  readonly frames: number;
  /** Smallest and largest area of a frame in pixels; default: 128 and up to 768 cells of factor × factor. */
  readonly minPixels?: number | undefined;
  readonly maxPixels?: number | undefined;
}

/** Defaults of the reader, in cells of factor × factor pixels; the overall limit is for all frame pairs together. */
const defaultMinCells = 128;
const mostCells = 768;
const mostCellsOfClip = 0.9 * 128_000;

/**
 * The size that the reader of Qwen2.5-VL and Qwen3-VL gives the frames of a clip (qwen-vl-utils 0.0.14): long clips get
 * smaller frames, though never more than a twentieth above the smallest allowed.
 * @throws EngineError VIDEO_DECODE_FAILED when one side is over 200 times the other.
 */
export function readerSize(original: FrameSize, budget: ReaderBudget): FrameSize {
  const { factor, frames } = budget;
  const cell = factor * factor;
  const minPixels = budget.minPixels ?? defaultMinCells * cell;
  const share = Math.min(mostCells * cell, (mostCellsOfClip * cell * 2) / frames);
  const limit = Math.max(share, Math.floor(minPixels * 1.05));
  return smartResize(original, { factor, minPixels, maxPixels: Math.min(budget.maxPixels ?? limit, limit) });
}

/** How the processor of a checkpoint sizes the frames that the reader has sized before. */
export interface ProcessorBudget extends ResizeBudget {
  /** Whether the limits count the pixels of one frame, or of all frames of the clip together. */
  readonly limitsCount: 'frame' | 'clip';
}

/**
 * The size in which a checkpoint's own processor feeds frames that were sized by {@link readerSize}: the same size where it
 * fits already (Qwen2.5-VL nearly always), else a second resize (Qwen3-VL, whose cells are of 32 pixels). Unlike the
 * reader it does not lift a side to one cell when rounding, but when scaling a single frame down.
 * @throws EngineError VIDEO_DECODE_FAILED when one side is over 200 times the other, or too short for one cell.
 */
export function processorSize(size: FrameSize, frames: number, budget: ProcessorBudget): FrameSize {
  const { factor, limitsCount } = budget;
  if (limitsCount === 'clip' && Math.min(size.height, size.width) < factor) {
    throw new EngineError(
      'VIDEO_DECODE_FAILED',
      `Frames of ${size.width}×${size.height} pixels are too narrow for this model, which needs ${factor} a side.`,
      { remedy: 'Crop or pad the video, for example with ffmpeg, or allow more pixels a frame.' },
    );
  }
  if (limitsCount === 'clip' && frames < 2) {
    throw new EngineError('VIDEO_TOO_SHORT', 'A single frame is no pair.');
  }
  requireUsualRatio(size);
  const rounded = {
    height: roundHalfEven(size.height / factor) * factor,
    width: roundHalfEven(size.width / factor) * factor,
  };
  const counted = limitsCount === 'clip' ? frames : 1;
  const pixels = counted * rounded.height * rounded.width;
  if (pixels > budget.maxPixels) {
    const { height, width } = scaledDown(size, counted * size.height * size.width, budget);
    return { height: Math.max(factor, height), width: Math.max(factor, width) };
  }
  if (pixels < budget.minPixels) return scaledUp(size, counted * size.height * size.width, budget);
  return rounded;
}
