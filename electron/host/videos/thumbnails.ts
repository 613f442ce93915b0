import { EngineError, throwIfCancelled } from '../../../native-models/protocol/errors.ts';
import type { DecodeTask } from '../../../native-models/media/decode-plan.ts';
import { planDecoding } from '../../../native-models/media/decode-plan.ts';
import { lastFrameStartingBy } from '../../../native-models/media/timeline.ts';
import type { Video } from '../../../native-models/media/video.ts';
import { decodePictureBehind, decodePictures } from './decode-pictures.ts';
import { DiskCache, placeOf } from './disk-cache.ts';
import { NewestFirst } from './newest-first.ts';

/** Widths that thumbnails are made in; a wanted width gets the next larger one, so that few are made twice. */
export const thumbnailWidths = [160, 320, 640] as const;

const limitBytes = 512 * 1024 * 1024;
const processes = 2;

/** Pictures that were asked for together. They are made while anybody who asked for one of them waits. */
interface Run {
  readonly stop: AbortController;
  waiting: number;
}

/** A picture that is being made. */
interface Making {
  readonly picture: Promise<Uint8Array>;
  readonly run: Run;
}

/** Small pictures of frames, made by ffmpeg when they are first asked for and kept on disk. */
export class Thumbnails {
  readonly #open: (videoPath: string, signal?: AbortSignal) => Promise<Video>;
  readonly #cache: DiskCache;
  readonly #queue = new NewestFirst(processes);
  readonly #making = new Map<string, Making>();

  /** @param folder where they are kept. */
  constructor(folder: string, open: (videoPath: string, signal?: AbortSignal) => Promise<Video>) {
    this.#open = open;
    this.#cache = new DiskCache(folder, limitBytes);
  }

  /**
   * The frame that is shown at a time, as JPEG.
   * @param timeSec presentation time; clamped to the video.
   * @param width wanted width in pixels.
   * @param runSec times whose pictures will be asked for, too: those near each other are made by one ffmpeg.
   * @throws EngineError a VIDEO_ code; CANCELLED when `signal` aborts: the work ends when nobody waits for it any more.
   */
  async get(
    videoPath: string,
    timeSec: number,
    width: number,
    signal: AbortSignal,
    runSec: readonly number[] = [],
  ): Promise<Uint8Array> {
    const video = await this.#open(videoPath, signal);
    const made = madeWidth(width);
    const frameAt = (sec: number): number => lastFrameStartingBy(video.frameTimesSec, sec);
    const frameIndex = frameAt(timeSec);
    const name = nameOf(video, frameIndex, made);
    const kept = await this.#cache.read(name);
    throwIfCancelled(signal);
    if (kept !== undefined) return kept;
    if (this.#making.get(name)?.run.stop.signal.aborted !== false) {
      this.#begin(video, [frameIndex, ...runSec.map(frameAt)], made);
    }
    const making = this.#making.get(name);
    if (making === undefined) throw new EngineError('INTERNAL', `${name} is not being made.`);
    return await wait(making, signal);
  }

  /**
   * As `get`, of a file whose frames are still being counted: by the container's own clock, at most a frame later than
   * the one shown at the time, or a key frame near the end. Not kept.
   * @throws EngineError as `get`.
   */
  async beforeCounted(
    videoPath: string,
    timeSec: number,
    width: number,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    return await this.#queue.run(async () => {
      const seeking = ['-ss', timeSec.toFixed(3)];
      const exact = await decodePictureBehind(videoPath, seeking, madeWidth(width), signal);
      if (exact !== undefined) return exact;
      const near = ['-noaccurate_seek', ...seeking];
      const picture = await decodePictureBehind(videoPath, near, madeWidth(width), signal);
      if (picture !== undefined) return picture;
      throw new EngineError('VIDEO_DECODE_FAILED', `Nothing of ${videoPath} can be decoded at ${timeSec} s.`);
    }, signal);
  }

  /** Begins to make pictures of frames; those that are being made already are left to who makes them. */
  #begin(video: Video, frameIndices: readonly number[], width: number): void {
    const run: Run = { stop: new AbortController(), waiting: 0 };
    const given = new Map<number, PromiseWithResolvers<Uint8Array>>();
    for (const frameIndex of new Set(frameIndices)) {
      const name = nameOf(video, frameIndex, width);
      if (this.#making.get(name)?.run.stop.signal.aborted === false) continue;
      const promised = Promise.withResolvers<Uint8Array>();
      const making: Making = { picture: promised.promise, run };
      const done = (): void => {
        if (this.#making.get(name) === making) this.#making.delete(name);
      };
      promised.promise.then(done, done);
      this.#making.set(name, making);
      given.set(frameIndex, promised);
    }
    void this.#make(video, given, width, run.stop.signal);
  }

  async #make(
    video: Video,
    given: ReadonlyMap<number, PromiseWithResolvers<Uint8Array>>,
    width: number,
    signal: AbortSignal,
  ): Promise<void> {
    const missing: number[] = [];
    for (const [frameIndex, { resolve }] of given) {
      const kept = await this.#cache.read(nameOf(video, frameIndex, width));
      if (kept === undefined) missing.push(frameIndex);
      else resolve(kept);
    }
    const stretch = async (task: DecodeTask): Promise<void> => {
      try {
        await this.#queue.run(() => this.#decode(video, task, given, width, signal), signal);
        for (const frameIndex of task.frameIndices) {
          // Without effect on those that are there.
          const message = `Frame ${frameIndex} of ${video.path} cannot be decoded.`;
          given.get(frameIndex)?.reject(new EngineError('VIDEO_DECODE_FAILED', message));
        }
      } catch (error) {
        for (const frameIndex of task.frameIndices) given.get(frameIndex)?.reject(error);
      }
    };
    const tasks = planDecoding(video, missing);
    // Of those that wait the newest is made first: so they come in their order.
    const ordered = [...tasks.slice(0, processes), ...tasks.slice(processes).toReversed()];
    await Promise.all(ordered.map(stretch));
  }

  async #decode(
    video: Video,
    task: DecodeTask,
    given: ReadonlyMap<number, PromiseWithResolvers<Uint8Array>>,
    width: number,
    signal: AbortSignal,
  ): Promise<void> {
    const kept: Promise<void>[] = [];
    await decodePictures(video, task, width, {
      signal,
      onPicture: (frameIndex, jpeg) => {
        const written = this.#cache.write(nameOf(video, frameIndex, width), jpeg);
        kept.push(written.then(() => given.get(frameIndex)?.resolve(jpeg)));
      },
    });
    await Promise.all(kept);
  }
}

/** Waits for a picture. Who leaves before it is there ends the run, unless others wait for it. */
async function wait({ picture, run }: Making, signal: AbortSignal): Promise<Uint8Array> {
  run.waiting++;
  const leave = (): void => {
    run.waiting--;
    if (run.waiting === 0) run.stop.abort();
  };
  signal.addEventListener('abort', leave, { once: true });
  try {
    const made = await picture;
    throwIfCancelled(signal);
    return made;
  } finally {
    if (!signal.aborted) run.waiting--;
    signal.removeEventListener('abort', leave);
  }
}

function nameOf({ identity }: Video, frameIndex: number, width: number): string {
  return `${placeOf(identity)}/${frameIndex}-${width}.jpg`;
}

function madeWidth(wanted: number): number {
  return thumbnailWidths.find((candidate) => candidate >= wanted) ?? Math.max(...thumbnailWidths);
}
