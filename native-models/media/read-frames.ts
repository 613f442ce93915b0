import { EngineError, throwIfCancelled } from '../protocol/errors.ts';
import type { RunWarning } from '../protocol/run-record.ts';
import { decodeAscending } from './decode-pool.ts';
import type { Frame, FrameSize, Video } from './video.ts';

/** How frames are read, and who hears of what went wrong. */
export interface ReadFramesOptions {
  /** Aborting kills the decoders at once; the iteration ends with CANCELLED. */
  readonly signal?: AbortSignal | undefined;
  /** Cores to use; default: all. At most two decoders run at a time. */
  readonly threads?: number | undefined;
  /** Called at most once, when frames could not be decoded. */
  readonly onWarning?: ((warning: RunWarning) => void) | undefined;
}

/**
 * Reads frames, upright and resized to `size`, in the order asked (fastest when it ascends; repeats are allowed).
 * `frameIndices` count frames in presentation order, whatever the codec and container do. The cost follows the frames asked
 * for: decoding starts at the key frame before each and stops behind it.
 *
 * A frame that cannot be decoded is replaced by the nearest one before it, of those asked for, that could be (before the
 * first, by the first that could); one VIDEO_DECODE_FAILED warning tells how many.
 * @throws EngineError VIDEO_DECODE_FAILED when none decodes or the size is impossible, CANCELLED, FFMPEG_MISSING.
 */
export async function* readFrames(
  video: Video,
  frameIndices: readonly number[],
  size: FrameSize,
  options: ReadFramesOptions = {},
): AsyncGenerator<Frame, void, undefined> {
  throwIfCancelled(options.signal);
  if (!(size.width >= 1 && size.height >= 1)) {
    throw new EngineError(
      'VIDEO_DECODE_FAILED',
      `Frames cannot be resized to ${size.width}×${size.height} pixels.`,
    );
  }
  const ascending = [...new Set(frameIndices)].sort((a, b) => a - b);
  const outside = ascending.find((frameIndex) => !(frameIndex >= 0 && frameIndex < video.totalFrames));
  if (outside !== undefined)
    throw new EngineError('INTERNAL', `Frame ${outside} of ${video.totalFrames} was asked for.`);

  const decoded = new Map<number, Uint8Array>();
  const lastUse = new Map(frameIndices.map((frameIndex, place) => [frameIndex, place]));
  let place = 0;
  /** Frames whose turn has come; what is not needed again is let go. */
  function* due(): Generator<Frame> {
    for (let next = frameIndices[place]; next !== undefined; next = frameIndices[place]) {
      const rgb = decoded.get(next);
      if (rgb === undefined) return;
      if (lastUse.get(next) === place) decoded.delete(next);
      place++;
      yield { frameIndex: next, rgb };
    }
  }
  let missing = 0;
  let latest: Uint8Array | undefined;
  const leading: number[] = [];
  for await (const { frameIndex, rgb } of decodeAscending(video, ascending, size, options)) {
    if (rgb === undefined) missing++;
    latest = rgb ?? latest;
    if (latest === undefined) leading.push(frameIndex);
    else for (const ready of [...leading.splice(0), frameIndex]) decoded.set(ready, latest);
    yield* due();
  }
  throwIfCancelled(options.signal);
  if (latest === undefined && frameIndices.length > 0) {
    throw new EngineError(
      'VIDEO_DECODE_FAILED',
      `None of ${ascending.length} frames of ${video.path} can be decoded.`,
    );
  }
  if (missing > 0) {
    options.onWarning?.({
      code: 'VIDEO_DECODE_FAILED',
      message: `${missing} of ${ascending.length} frames of ${video.path} could not be decoded and were replaced by the ones before them.`,
    });
  }
}
