import { EngineError, throwIfCancelled } from '../../../native-models/protocol/errors.ts';
import { planDecoding } from '../../../native-models/media/decode-plan.ts';
import { locateFfmpeg } from '../../../native-models/media/ffmpeg.ts';
import { FfmpegProcess, inputArguments } from '../../../native-models/media/ffmpeg-process.ts';
import { selectFrames } from '../../../native-models/media/frame-selection.ts';
import { lastFrameStartingBy } from '../../../native-models/media/timeline.ts';
import type { Video } from '../../../native-models/media/video.ts';
import { DiskCache } from './disk-cache.ts';
import { NewestFirst } from './newest-first.ts';

/** Widths that thumbnails are made in; a wanted width gets the next larger one, so that few are made twice. */
export const thumbnailWidths = [160, 320, 640] as const;

const limitBytes = 512 * 1024 * 1024;
const processes = 2;
const patience = { silence: 20_000, total: 60_000 };

interface Making {
  readonly picture: Promise<Uint8Array>;
  readonly stop: AbortController;
  waiting: number;
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
   * @throws EngineError a VIDEO_ code; CANCELLED when `signal` aborts: the work ends when nobody waits for it any more.
   */
  async get(videoPath: string, timeSec: number, width: number, signal: AbortSignal): Promise<Uint8Array> {
    const video = await this.#open(videoPath, signal);
    const frameIndex = lastFrameStartingBy(video.frameTimesSec, timeSec);
    const madeWidth = thumbnailWidths.find((candidate) => candidate >= width) ?? thumbnailWidths.at(-1);
    const name = `${video.identity.slice(0, 2)}/${video.identity}/${frameIndex}-${madeWidth}.jpg`;
    const kept = await this.#cache.read(name);
    throwIfCancelled(signal);
    if (kept !== undefined) return kept;
    return await this.#wait(name, signal, async (stop) => {
      const picture = await this.#queue.run(
        () => decodeThumbnail(video, frameIndex, madeWidth ?? 160, stop),
        stop,
      );
      await this.#cache.write(name, picture);
      return picture;
    });
  }

  /** Joins who waits for the same picture; the last one to leave stops it. */
  async #wait(
    name: string,
    signal: AbortSignal,
    make: (stop: AbortSignal) => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    let making = this.#making.get(name);
    if (making === undefined || making.stop.signal.aborted) {
      const stop = new AbortController();
      const created: Making = { picture: make(stop.signal), stop, waiting: 0 };
      const done = (): void => {
        if (this.#making.get(name) === created) this.#making.delete(name);
      };
      created.picture.then(done, done);
      this.#making.set(name, created);
      making = created;
    }
    const joined = making;
    joined.waiting++;
    const leave = (): void => {
      joined.waiting--;
      if (joined.waiting === 0) joined.stop.abort();
    };
    signal.addEventListener('abort', leave, { once: true });
    try {
      const picture = await joined.picture;
      throwIfCancelled(signal);
      return picture;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }
}

async function decodeThumbnail(
  video: Video,
  frameIndex: number,
  width: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  throwIfCancelled(signal);
  const ffmpeg = await locateFfmpeg();
  const [task] = planDecoding(video, [frameIndex]);
  const seeking =
    task?.seekSec === undefined
      ? []
      : ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', task.seekSec.toFixed(6)];
  const child = new FfmpegProcess(
    ffmpeg,
    [
      ...['-threads', '2', ...seeking, ...inputArguments(video.path)],
      '-vf',
      [
        `select='${selectFrames(video, [frameIndex]).expression}'`,
        `scale=w=${width}:h='max(2,trunc(${width}/dar/2+0.5)*2)':flags=bilinear`,
        'setsar=1',
        'format=yuvj420p',
      ].join(','),
      ...[...ffmpeg.passthroughArguments, '-frames:v', '1', '-c:v', 'mjpeg', '-q:v', '4'],
      ...['-f', 'image2pipe', '-'],
    ],
    { patience, signal },
  );
  const chunks: Uint8Array[] = [];
  for (let chunk = await child.readChunk(); chunk !== undefined; chunk = await child.readChunk()) {
    chunks.push(chunk);
  }
  await child.ended;
  throwIfCancelled(signal);
  if (chunks.length > 0) return Buffer.concat(chunks);
  throw new EngineError('VIDEO_DECODE_FAILED', `Frame ${frameIndex} of ${video.path} cannot be decoded.`);
}
