import { Readable } from 'node:stream';
import type { StreamFacts } from '../../../native-models/media/container-facts.ts';
import { locateFfmpeg } from '../../../native-models/media/ffmpeg.ts';
import { FfmpegProcess, inputArguments } from '../../../native-models/media/ffmpeg-process.ts';
import type { Video } from '../../../native-models/media/video.ts';
import { EngineError, throwIfCancelled } from '../../../native-models/protocol/errors.ts';
import { peakBytes, peaksPerSec } from '../contract/waveform.ts';
import { DiskCache, placeOf } from './disk-cache.ts';
import { NewestFirst } from './newest-first.ts';
import { playedFile } from './playback.ts';
import { SoundPeaks } from './sound-peaks.ts';
import { unlessCancelled } from './unless-cancelled.ts';

/** Some two hundred films of two hours. */
const limitBytes = 1024 * 1024 * 1024;
/** A sound is read through once, with the whole file where its container is interleaved: an hour for the largest ones. */
const patience = { silence: 60_000, total: 3_600_000 };
/** Peaks are handed on in pieces of at least this time, not with each piece of sound. */
const toldEveryMs = 100;

/** What a sound whose container does not tell is read at. */
const usualRate = 48_000;

interface Making {
  readonly peaks: SoundPeaks;
  readonly stop: AbortController;
  /** Resolves when all of it is known. */
  ended: Promise<void>;
  /** Resolves when more is known, or it ended. */
  more: PromiseWithResolvers<undefined>;
  isDone: boolean;
  readers: number;
}

/** The peaks of videos' sounds, made by ffmpeg when they are first asked for and kept on disk. */
export class Waveforms {
  readonly #open: (videoPath: string, signal?: AbortSignal) => Promise<Video>;
  readonly #cache: DiskCache;
  readonly #queue = new NewestFirst(1);
  readonly #making = new Map<string, Making>();

  /** @param folder where they are kept. */
  constructor(folder: string, open: (videoPath: string, signal?: AbortSignal) => Promise<Video>) {
    this.#open = open;
    this.#cache = new DiskCache(folder, limitBytes);
  }

  /**
   * The peaks of the sound that is played with a video (contract/waveform.ts); undefined where it has none. Those that are
   * being made come as they are known; a reader that goes away is to destroy its stream, and the last one stops the work.
   * @throws EngineError a VIDEO_ code; CANCELLED when `signal` aborts before the first of them are known.
   */
  async get(
    videoPath: string,
    perSec: number,
    signal: AbortSignal,
  ): Promise<Uint8Array | Readable | undefined> {
    const video = await this.#open(videoPath, signal);
    const sound = playedFile(video).facts.streams.find(({ kind }) => kind === 'audio');
    if (sound === undefined) return undefined;
    const name = `${placeOf(video.identity)}/${sound.index}`;
    const kept = await this.#cache.read(fileOf(name, perSec));
    throwIfCancelled(signal);
    if (kept !== undefined) return kept;
    const making = this.#join(name, video, sound);
    const leave = (): void => this.#leave(name, making);
    try {
      // Whoever asks is told what is wrong with the file, not only that an answer broke off.
      await unlessCancelled(making.more.promise, signal);
      if (making.isDone) await making.ended;
    } catch (error) {
      leave();
      throw error;
    }
    const stream = Readable.from(follow(making, perSec));
    stream.once('close', leave);
    return stream;
  }

  #join(name: string, video: Video, sound: StreamFacts): Making {
    const known = this.#making.get(name);
    if (known !== undefined && !known.stop.signal.aborted) {
      known.readers += 1;
      return known;
    }
    const { sampleRate = usualRate } = sound;
    const channels = sound.mono === true ? 1 : 2;
    const peaks = new SoundPeaks({ sampleRate, channels }, video.durationSec);
    const stop = new AbortController();
    const made: Making = {
      ...{ peaks, stop, isDone: false, readers: 1 },
      ended: Promise.resolve(),
      more: Promise.withResolvers(),
    };
    const tell = (): void => {
      made.more.resolve(undefined);
      made.more = Promise.withResolvers();
    };
    const reading = { peaks, sampleRate, channels, tell, signal: stop.signal };
    made.ended = this.#queue
      .run(() => readSound(video, sound, reading), stop.signal)
      .then(async (isWhole) => {
        if (!isWhole) return;
        for (const perSec of peaksPerSec) await this.#cache.write(fileOf(name, perSec), peaks.peaks(perSec));
      })
      .finally(() => {
        if (this.#making.get(name) === made) this.#making.delete(name);
        made.isDone = true;
        tell();
      });
    made.ended.catch(() => undefined); // whoever reads is told
    this.#making.set(name, made);
    return made;
  }

  #leave(name: string, making: Making): void {
    making.readers -= 1;
    if (making.readers > 0) return;
    making.stop.abort();
    if (this.#making.get(name) === making) this.#making.delete(name);
  }
}

function fileOf(name: string, perSec: number): string {
  return `${name}-${perSec}.peaks`;
}

/** The peaks of a level as they become known. */
async function* follow(making: Making, perSec: number): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for (;;) {
    const { isDone, more } = making;
    const bytes = making.peaks.peaks(perSec, sent);
    if (bytes.length > 0) {
      sent += bytes.length / peakBytes;
      yield bytes;
    } else if (isDone) {
      await making.ended;
      return;
    } else await more.promise;
  }
}

interface SoundReading {
  readonly peaks: SoundPeaks;
  readonly sampleRate: number;
  readonly channels: number;
  readonly tell: () => void;
  readonly signal: AbortSignal;
}

/**
 * Reads a sound from the film's first picture on: where it begins later or pauses it is silent, what is before is cut off.
 * @returns whether it was read to its end, or the film's.
 */
async function readSound(
  video: Video,
  sound: StreamFacts,
  { peaks, sampleRate, channels, tell, signal }: SoundReading,
): Promise<boolean> {
  const firstSample = Math.round((video.seekIndex?.startTimeSec ?? 0) * sampleRate);
  const child = new FfmpegProcess(
    await locateFfmpeg(),
    [
      ...[...inputArguments(video.path, video.input), '-vn', '-map', `0:${sound.index}`],
      ...['-af', `aresample=${sampleRate}:async=1:first_pts=${firstSample}`],
      ...['-ac', String(channels), '-c:a', 'pcm_s16le', '-f', 's16le', '-'],
    ],
    { patience, signal },
  );
  let toldMs = 0;
  for (let chunk = await child.readChunk(); chunk !== undefined; chunk = await child.readChunk()) {
    peaks.add(chunk);
    if (peaks.isFull) break;
    if (performance.now() - toldMs < toldEveryMs) continue;
    toldMs = performance.now();
    tell();
  }
  const { isFull } = peaks;
  if (isFull) child.kill();
  const endedWell = await child.ended;
  throwIfCancelled(signal);
  peaks.end();
  if (!endedWell && peaks.peaks(peaksPerSec[0]).length === 0) {
    const reason = child.lastLines.at(-1) ?? 'ffmpeg failed';
    throw new EngineError('VIDEO_DECODE_FAILED', `The sound of ${video.path} cannot be decoded: ${reason}.`);
  }
  return isFull || endedWell;
}
