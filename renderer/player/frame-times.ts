import { FrameTable, type Frame, type FrameWindow } from './frame-table.ts';

/** Asks the host for the frames shown between two times (`videosFrameTimes`). */
export type FetchFrameWindow = (startSec: number, endSec: number) => Promise<FrameWindow>;

/** What is asked for at once. */
const chunkSec = 20;
/** Far more than any search needs: each step at least halves what is left. */
const mostSearchSteps = 64;

/** The frame times of one video: what is known answers at once, the rest is fetched piece by piece. */
export interface FrameTimes {
  /** Frame shown at a time, if it is known already. */
  frameAt(timeSec: number): Frame | undefined;
  frame(index: number): Frame | undefined;
  /** Known times of frames between two times, ascending. */
  timesBetween(startSec: number, endSec: number): number[];
  /** Frame shown at a time. Rejects as the host does; asking again tries again. */
  loadAt(timeSec: number): Promise<Frame>;
  /** Frame by its number; numbers outside of the video give its first or last frame. */
  loadFrame(index: number): Promise<Frame>;
}

/** What frame times need to know of their video. */
export interface FrameClock {
  readonly durationSec: number;
  readonly fps: number;
  readonly totalFrames: number;
}

/** Frame times of a video, fetched as they are needed. */
export function createFrameTimes(clock: FrameClock, fetchWindow: FetchFrameWindow): FrameTimes {
  const { durationSec, totalFrames } = clock;
  const table = new FrameTable(totalFrames, durationSec, clock.fps);
  const chunks = new Map<number, Promise<void>>();
  const averageSec = totalFrames > 0 ? durationSec / totalFrames : 1 / clock.fps;

  function loadChunk(chunk: number): Promise<void> {
    const known = chunks.get(chunk);
    if (known) return known;
    const startSec = chunk * chunkSec;
    const loading = fetchWindow(startSec, Math.min(startSec + chunkSec, Math.max(durationSec, startSec)))
      .then((window) => table.insert(window))
      .catch((error: unknown) => {
        chunks.delete(chunk);
        throw error;
      });
    chunks.set(chunk, loading);
    return loading;
  }

  async function loadAt(timeSec: number): Promise<Frame> {
    const time = Math.min(Math.max(0, timeSec), durationSec);
    const lastChunk = Math.floor(durationSec / chunkSec);
    // A frame that is shown longer than a chunk ends in a later one.
    for (let chunk = Math.floor(time / chunkSec); chunk <= lastChunk; chunk += 1) {
      const frame = table.frameAt(time);
      if (frame) return frame;
      await loadChunk(chunk);
    }
    const frame = table.frameAt(time) ?? table.frame(totalFrames - 1);
    if (!frame) throw new RangeError(`No frame is known at ${time} s`);
    return frame;
  }

  async function loadFrame(wanted: number): Promise<Frame> {
    const index = Math.min(Math.max(0, Math.round(wanted)), Math.max(0, totalFrames - 1));
    let lowSec = 0;
    let highSec = durationSec;
    let guessSec = index * averageSec;
    for (let step = 0; step < mostSearchSteps; step += 1) {
      const known = table.frame(index);
      if (known) return known;
      const frame = await loadAt(guessSec);
      if (frame.index === index) return frame;
      if (frame.index < index) lowSec = Math.max(lowSec, frame.endSec);
      else highSec = Math.min(highSec, frame.timeSec);
      guessSec += (index - frame.index) * averageSec;
      if (guessSec < lowSec || guessSec > highSec) guessSec = (lowSec + highSec) / 2;
    }
    throw new RangeError(`Frame ${index} was not found`);
  }

  return {
    frameAt: (timeSec) => table.frameAt(timeSec),
    frame: (index) => table.frame(index),
    timesBetween: (startSec, endSec) => table.timesBetween(startSec, endSec),
    loadAt,
    loadFrame,
  };
}
