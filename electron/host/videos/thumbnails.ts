import { EngineError, throwIfCancelled } from '../../../native-models/protocol/errors.ts';
import { planDecoding } from '../../../native-models/media/decode-plan.ts';
import { locateFfmpeg } from '../../../native-models/media/ffmpeg.ts';
import { FfmpegProcess, inputArguments } from '../../../native-models/media/ffmpeg-process.ts';
import { selectFrames } from '../../../native-models/media/frame-selection.ts';
import { lastFrameStartingBy } from '../../../native-models/media/timeline.ts';
import type { Video, VideoInput } from '../../../native-models/media/video.ts';
import { DiskCache } from './disk-cache.ts';
import { NewestFirst } from './newest-first.ts';
import { filmOf, playedFile } from './playback.ts';
import type { ToneMapping } from './tone-mapping.ts';
import { toneMapping } from './tone-mapping.ts';

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
    const made = madeWidth(width);
    const name = `${video.identity.slice(0, 2)}/${video.identity}/${frameIndex}-${made}.jpg`;
    const kept = await this.#cache.read(name);
    throwIfCancelled(signal);
    if (kept !== undefined) return kept;
    return await this.#wait(name, signal, async (stop) => {
      const picture = await this.#queue.run(() => decodeThumbnail(video, frameIndex, made, stop), stop);
      await this.#cache.write(name, picture);
      return picture;
    });
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
      const exact = await decodePicture(videoPath, { seeking, width: madeWidth(width) }, signal);
      if (exact !== undefined) return exact;
      const near = ['-noaccurate_seek', ...seeking];
      const picture = await decodePicture(videoPath, { seeking: near, width: madeWidth(width) }, signal);
      if (picture !== undefined) return picture;
      throw new EngineError('VIDEO_DECODE_FAILED', `Nothing of ${videoPath} can be decoded at ${timeSec} s.`);
    }, signal);
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

function madeWidth(wanted: number): number {
  return thumbnailWidths.find((candidate) => candidate >= wanted) ?? Math.max(...thumbnailWidths);
}

async function decodeThumbnail(
  video: Video,
  frameIndex: number,
  width: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const [task] = planDecoding(video, [frameIndex]);
  const seeking =
    task?.seekSec === undefined
      ? []
      : ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', task.seekSec.toFixed(6)];
  const selection = selectFrames(video, [frameIndex]);
  const select = `select='${selection.expression}'`;
  const file = playedFile(video);
  const wanted: WantedPicture = {
    ...{ seeking, select, width },
    input: file.input,
    mapping: toneMapping(filmOf(file)),
    passedBefore: selection.passedBefore,
  };
  const picture = await decodePicture(video.path, wanted, signal);
  if (picture !== undefined) return picture;
  throw new EngineError('VIDEO_DECODE_FAILED', `Frame ${frameIndex} of ${video.path} cannot be decoded.`);
}

interface WantedPicture {
  /** Arguments of ffmpeg in front of the file. */
  readonly seeking: readonly string[];
  /** A filter that lets the wanted frame through; the first one without it. */
  readonly select?: string;
  readonly width: number;
  readonly input?: VideoInput | undefined;
  readonly mapping?: ToneMapping | undefined;
  /** Pictures that the filter lets through before it. */
  readonly passedBefore?: number;
}

async function decodePicture(
  videoPath: string,
  { seeking, select, width, input, mapping, passedBefore = 0 }: WantedPicture,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  throwIfCancelled(signal);
  const ffmpeg = await locateFfmpeg();
  const child = new FfmpegProcess(
    ffmpeg,
    [
      ...['-threads', '2', ...seeking, ...inputArguments(videoPath, input)],
      '-vf',
      [
        ...(select === undefined ? [] : [select]),
        ...(passedBefore === 0 ? [] : [`select='gte(n,${passedBefore})'`]),
        `scale=w=${width}:h='max(2,trunc(${width}/dar/2+0.5)*2)':flags=bilinear`,
        ...(mapping?.filters ?? []),
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
  return chunks.length > 0 ? Buffer.concat(chunks) : undefined;
}
