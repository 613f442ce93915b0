import type { Frame, FrameSize } from '../../media/video.ts';
import type { VideoReader } from '../run.ts';

/** Frames that are held meanwhile, in bytes of RGB. */
export const mostHeldBytes = 16 * 1024 * 1024;

/**
 * A reader that decodes what several prompts show in one go, when the first of it is needed: starting decoders takes longer
 * than the few frames of a short window. Where the frames are many or large together, each prompt's are decoded for
 * themselves, as ever.
 *
 * @param expected Frames that the prompts still need, of one video, in the size that is read first; other sizes are read for
 *   themselves.
 */
export function readTogether(reader: VideoReader, expected: () => readonly number[]): VideoReader {
  let held: { readonly size: FrameSize; readonly frames: Promise<ReadonlyMap<number, Frame>> } | undefined;
  return {
    ...reader,
    readFrames: async function* (video, frameIndices, size, options) {
      if (held === undefined) {
        const wanted = [...new Set([...frameIndices, ...expected()])].sort((a, b) => a - b);
        if (wanted.length * size.height * size.width * 3 > mostHeldBytes) {
          yield* reader.readFrames(video, frameIndices, size, options);
          return;
        }
        held = { size, frames: readAll(reader.readFrames(video, wanted, size, options)) };
      }
      if (held.size.height !== size.height || held.size.width !== size.width) {
        yield* reader.readFrames(video, frameIndices, size, options);
        return;
      }
      const frames = await held.frames;
      const found = frameIndices.flatMap((index) => frames.get(index) ?? []);
      // Some may not have been expected: features that were kept have been let go meanwhile.
      if (found.length < frameIndices.length) yield* reader.readFrames(video, frameIndices, size, options);
      else yield* found;
    },
  };
}

async function readAll(frames: AsyncIterable<Frame>): Promise<ReadonlyMap<number, Frame>> {
  const all = new Map<number, Frame>();
  for await (const frame of frames) all.set(frame.frameIndex, frame);
  return all;
}
