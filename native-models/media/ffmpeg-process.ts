import type { ChildProcessByStdio } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { allowedMedia } from './allowed-media.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { filesOfArguments } from './jail/files-of-arguments.ts';
import { decoderMemoryBytes, decoderOpenFiles } from './jail/jail.ts';
import { runEnclosed, spawnEnclosed } from './jail/spawn-enclosed.ts';
import type { VideoInput } from './video.ts';

/** How long a child may give no sign of life, and how long it may work in all, while somebody waits for it. */
export interface PatienceMs {
  readonly silence: number;
  readonly total: number;
}

const checkIntervalMs = 500;

/** Error lines kept for messages. */
const keptErrorLines = 20;

/**
 * One ffmpeg child process, in the jail of its build (jail/jail.ts), with no files but those that its arguments name; the one
 * door to ffmpeg. It yields bytes of its standard output and log lines of its standard error. It is killed, at once and
 * without appeal, when `signal` aborts, when it is silent or busy for too long, and by {@link kill}; its output then ends.
 */
export class FfmpegProcess {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #patience: PatienceMs;
  readonly #errorLines: string[] = [];
  #rest: Uint8Array = new Uint8Array();
  #lastSignMs = performance.now();
  #waitedMs = 0;
  #gaveUp = false;
  /** Resolves when the process is gone and its output read; true when it ended well by itself. */
  readonly ended: Promise<boolean>;

  constructor(
    ffmpeg: Ffmpeg,
    args: readonly string[],
    options: {
      readonly patience: PatienceMs;
      readonly signal?: AbortSignal | undefined;
      readonly onLine?: (line: string) => void;
      /** Longest file that it may write; default: none. */
      readonly outputBytes?: number;
    },
  ) {
    this.#patience = options.patience;
    const files = filesOfArguments([...commonArguments, ...args]);
    const child = spawnEnclosed(
      ffmpeg.jail.enclose({
        program: ffmpeg.path,
        ...files,
        limits: {
          memoryBytes: decoderMemoryBytes,
          // All its threads at work for as long as somebody would wait for it.
          cpuSec: (options.patience.total / 1000) * availableParallelism(),
          outputBytes: options.outputBytes ?? 0,
          openFiles: decoderOpenFiles,
        },
      }),
    );
    this.#child = child;
    this.#chunks = child.stdout.iterator({ destroyOnReturn: true }) as AsyncIterator<Buffer>;
    const abort = (): void => this.kill();
    if (options.signal?.aborted === true) abort();
    options.signal?.addEventListener('abort', abort, { once: true });
    const lines = createInterface({ input: child.stderr, crlfDelay: Infinity });
    lines.on('line', (line) => {
      this.#lastSignMs = performance.now();
      if (progressLine.test(line)) return;
      this.#errorLines.push(line);
      if (this.#errorLines.length > keptErrorLines) this.#errorLines.shift();
      options.onLine?.(line);
    });
    const linesClosed = new Promise<void>((resolve) => lines.once('close', resolve));
    this.ended = new Promise((resolve) => {
      const finish = (endedWell: boolean): void => {
        options.signal?.removeEventListener('abort', abort);
        void linesClosed.then(() => resolve(endedWell));
      };
      child.once('error', (error) => {
        this.#errorLines.push(error.message);
        lines.close();
        finish(false);
      });
      child.once('exit', (code) => finish(code === 0));
    });
  }

  /** True when the process was killed for giving no sign of life or taking too long. */
  get gaveUp(): boolean {
    return this.#gaveUp;
  }

  /** The last lines of its log. */
  get lastLines(): readonly string[] {
    return this.#errorLines;
  }

  /** The next `length` bytes of output, or undefined when it ends before that. */
  async read(length: number): Promise<Uint8Array | undefined> {
    if (this.#rest.length >= length) return this.#take(length);
    const bytes = new Uint8Array(length);
    let filled = 0;
    let chunk: Uint8Array | undefined = this.#rest;
    while (chunk !== undefined) {
      const part = chunk.subarray(0, length - filled);
      bytes.set(part, filled);
      filled += part.length;
      this.#rest = chunk.subarray(part.length);
      if (filled === length) return bytes;
      chunk = await this.readChunk();
    }
    return undefined;
  }

  /** The next piece of output, of any length, or undefined at its end. */
  async readChunk(): Promise<Uint8Array | undefined> {
    const startMs = performance.now();
    this.#lastSignMs = startMs; // while nobody read, the full pipe kept the process silent
    const watch = setInterval(() => {
      const nowMs = performance.now();
      const silent = nowMs - this.#lastSignMs > this.#patience.silence;
      if (silent || this.#waitedMs + nowMs - startMs > this.#patience.total) {
        this.#gaveUp = true;
        this.kill();
      }
    }, checkIntervalMs);
    try {
      const next = await this.#chunks.next();
      return next.done === true ? undefined : next.value;
    } catch {
      return undefined; // the pipe broke with the process
    } finally {
      clearInterval(watch);
      this.#waitedMs += performance.now() - startMs;
    }
  }

  /** Kills the process; `ended` tells when it is gone. */
  kill(): void {
    this.#child.kill('SIGKILL');
    this.#child.stdout.destroy();
  }

  #take(length: number): Uint8Array {
    const bytes = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return bytes;
  }
}

/** `-progress` makes ffmpeg print counters twice a second: the sign of life of a decode that yields nothing for long. */
const commonArguments = ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'info', '-progress', 'pipe:2'];
const progressLine =
  /^(frame|fps|stream_\S+|bitrate|total_size|out_time(_ms|_us)?|dup_frames|drop_frames|speed|progress)=/;

const errandMs = 15_000;

/** What ffmpeg says of itself (`-encoders`, …): no file is opened. @throws Error when it does not end well */
export async function askFfmpeg(ffmpeg: Ffmpeg, args: readonly string[]): Promise<string> {
  const limits = { memoryBytes: decoderMemoryBytes, cpuSec: 60, outputBytes: 0, openFiles: decoderOpenFiles };
  const inmate = { program: ffmpeg.path, args: ['-hide_banner', ...args], reads: [], writes: [], limits };
  const { output, failure } = await runEnclosed(ffmpeg.jail.enclose(inmate), errandMs);
  if (failure !== undefined) throw new Error(`${ffmpeg.path} ${args.join(' ')}: ${failure}`);
  return output;
}

/**
 * Arguments in front of the file that begin at a key frame, from which every frame is let through.
 * @param seekSec where to seek to, on the container's clock (decode-plan.ts); undefined: the beginning of the file.
 */
export function seekArguments(seekSec: number | undefined): string[] {
  if (seekSec === undefined) return [];
  return ['-noaccurate_seek', '-seek_timestamp', '1', '-ss', seekSec.toFixed(6)];
}

/** Frames beyond this many pixels are refused by every decoder: 8192 × 8192. */
export const maxFramePixels = 2 ** 26;

/**
 * Arguments that open an untrusted file: as a plain file whatever its name looks like, of a kind that we know
 * (allowed-media.ts), with the container's own timestamps unless they jump. Input options (`-ss`, `-threads`) go before.
 * @param input which stream and clock; absent: the first film, by the container's clock.
 */
export function inputArguments(videoPath: string, input?: VideoInput): string[] {
  return [
    '-protocol_whitelist',
    'file',
    ...allowedMedia(),
    '-max_pixels',
    String(maxFramePixels),
    ...(input?.clock === 'joined' ? [] : ['-copyts']),
    ...(input?.evenRate === undefined ? [] : ['-r', input.evenRate]),
    '-i',
    `file:${videoPath}`,
    '-map',
    `0:${input?.videoStream ?? 'V:0'}`, // V: attached pictures (cover art) are no video
  ];
}
