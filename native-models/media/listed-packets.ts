import type { Ffmpeg } from './ffmpeg.ts';
import { FfmpegProcess, inputArguments } from './ffmpeg-process.ts';
import type { Packet, PacketList } from './packet.ts';
import { frameReport, parseFrameReport } from './showinfo.ts';
import type { VideoInput } from './video.ts';

/** Listing reads the whole file: up to an hour for the largest ones on slow disks. */
const patience = { silence: 60_000, total: 3_600_000 };

const flagBits = { key: 1, corrupt: 2, discard: 4 };

/** Containers whose files can be put behind one another. */
export const joinable = /^mpeg/;

/** The packets of one stream as ffmpeg lists them, and what its clock does on the way. */
export interface ListedPackets extends PacketList {
  /** The clock goes back, or on by more than players take for a pause: recordings that were put behind one another. */
  readonly clockJumps: boolean;
}

/** How far a clock may go back: what reordering and rounding explain. */
const allowedBackSec = 0.1;
/**
 * Players take a longer pause for the beginning of another recording, in streams that can be joined so; slides, which
 * stand as long each, are none.
 */
const longestPauseSec = 10;
const pauseOverUsual = 20;

/**
 * Lists the packets of video streams with ffmpeg, without decoding, by the number of the stream. Those that an edit list
 * hides are left out, those without content (AVI: the picture before stays), and one at the end that is cut off. A damaged one on the way (where reception failed, or recordings
 * were put behind one another) mostly decodes. Empty when the container gives no presentation times.
 * @param options.container ffmpeg's name of it.
 * @throws EngineError via `signal` only: a process that is killed yields what it listed so far.
 */
export async function listPackets(
  ffmpeg: Ffmpeg,
  videoPath: string,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly container: string;
    readonly videoStreams: readonly number[];
    readonly clock: VideoInput['clock'];
  },
): Promise<ReadonlyMap<number, ListedPackets>> {
  const { container, videoStreams, clock } = options;
  const [first = 0, ...others] = videoStreams;
  const lists = videoStreams.map(() => new StreamPackets(joinable.test(container)));
  const child = new FfmpegProcess(
    ffmpeg,
    [
      ...inputArguments(videoPath, { videoStream: first, clock }),
      ...others.flatMap((stream) => ['-map', `0:${stream}`]),
      ...['-c', 'copy', '-f', 'framecrc', '-'],
    ],
    {
      patience,
      signal: options.signal,
      onLine: (line) => {
        const [, output, previous, current] = clockWentBack.exec(line) ?? [];
        if (current !== undefined) lists[Number(output ?? 0)]?.noteBack(Number(previous), Number(current));
      },
    },
  );
  for await (const line of textLines(child)) {
    const [, tickStream, numerator, denominator] = /^#tb (\d+): (\d+)\/(\d+)/.exec(line) ?? [];
    if (denominator !== undefined) {
      lists[Number(tickStream)]?.setTick(Number(numerator), Number(denominator));
    }
    if (line.startsWith('#') || line === '') continue;
    // stream, decoding time, presentation time, duration, size, checksum, flags unless they are "key" alone
    const [stream, ...fields] = line.split(/, */);
    lists[Number(stream)]?.add(fields);
  }
  await child.ended;
  const brokeOff = child.lastLines.some((line) => brokenOff.test(line));
  const seeking = clock === 'joined' ? 'none' : /^(mov|matroska)/.test(container) ? 'exact' : 'nearby';
  return new Map(lists.map((list, place) => [videoStreams[place] ?? 0, list.finish(seeking, brokeOff)]));
}

/** ffmpeg's note on a packet that it would have to list before the one that came earlier, in ticks. */
const clockWentBack = /Non-monoton\w+ DTS(?: in output stream 0:(\d+))?; previous: (-?\d+), current: (-?\d+)/;

class StreamPackets {
  readonly #pausesAreJumps: boolean;
  readonly #packets: Packet[] = [];
  #tickSec = { numerator: 1, denominator: 1 };
  #timesMissing = false;
  #lastCorrupt = false;
  #clockJumps = false;
  #decodingTime: number | undefined;
  #usualPauseSec = Infinity;

  constructor(pausesAreJumps: boolean) {
    this.#pausesAreJumps = pausesAreJumps;
  }

  setTick(numerator: number, denominator: number): void {
    this.#tickSec = { numerator, denominator };
  }

  noteBack(previous: number, current: number): void {
    if (this.#toSec(previous - current) > allowedBackSec) this.#clockJumps = true;
  }

  add([decoding, time, duration, bytes, ...others]: readonly string[]): void {
    if (Number(bytes) === 0) {
      this.#stay(Number(time), Number(duration));
      return;
    }
    const flags = Number(others.find((field) => field.startsWith('F='))?.slice(2) ?? flagBits.key);
    this.#lastCorrupt = (flags & flagBits.corrupt) !== 0;
    const decodingTime = Number(decoding);
    if (this.#decodingTime !== undefined) {
      const pauseSec = this.#toSec(decodingTime - this.#decodingTime);
      const long = pauseSec > Math.max(longestPauseSec, pauseOverUsual * this.#usualPauseSec);
      if (this.#pausesAreJumps && long) this.#clockJumps = true;
      this.#usualPauseSec = pauseSec;
    }
    this.#decodingTime = decodingTime;
    if ((flags & flagBits.discard) !== 0) return;
    if (time === undefined || !Number.isSafeInteger(Number(time))) this.#timesMissing = true;
    else {
      const key = (flags & flagBits.key) !== 0;
      this.#packets.push({ time: Number(time), duration: Number(duration), key });
    }
  }

  /** A frame without content is no picture: the one before it stays. Only of the last picture it tells how long. */
  #stay(time: number, duration: number): void {
    const last = this.#packets.at(-1);
    if (last === undefined || !(time + duration > last.time)) return;
    this.#packets.splice(-1, 1, { ...last, duration: time + duration - last.time });
  }

  finish(seeking: PacketList['seeking'], brokeOff: boolean): ListedPackets {
    return {
      tickSec: this.#tickSec,
      packets: this.#timesMissing ? [] : this.#packets.slice(0, this.#lastCorrupt ? -1 : undefined),
      seeking,
      truncated: brokeOff || this.#lastCorrupt,
      clockJumps: this.#clockJumps,
    };
  }

  #toSec(ticks: number): number {
    return (ticks * this.#tickSec.numerator) / this.#tickSec.denominator;
  }
}

/** What demuxers say at the end of a file that lacks its end. */
const brokenOff = /ended prematurely|partial file|truncat|read error/i;

/** Two clocks round one time to places that are at most this far apart. */
const roundingSec = 0.001;

/**
 * Lists frames by decoding all of them, for containers without presentation times (AVI with B-frames) and those in which
 * several pictures have one time. Decoding can start only where `packets` (of the same clock, where the container has
 * one) have a key frame with a time of its own: without times ffmpeg would guess other ones after a seek.
 */
export async function listDecodedFrames(
  ffmpeg: Ffmpeg,
  videoPath: string,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly input: VideoInput;
    readonly packets?: PacketList | undefined;
  },
): Promise<PacketList> {
  const times: number[] = [];
  const child = new FfmpegProcess(
    ffmpeg,
    [
      ...[...inputArguments(videoPath, options.input), '-vf', frameReport],
      ...[...ffmpeg.passthroughArguments, '-f', 'null', '-'],
    ],
    {
      patience,
      signal: options.signal,
      onLine: (line) => {
        const frame = parseFrameReport(line);
        if (frame) times.push(Math.round(frame.timeSec * 1e6));
      },
    },
  );
  while ((await child.readChunk()) !== undefined);
  await child.ended;
  const keys = options.packets === undefined ? [] : keyTimesUs(options.packets);
  const isKey = (time: number, index: number): boolean =>
    index === 0 ||
    (times[index - 1] !== time && keys.some((key) => Math.abs(key - time) <= roundingSec * 1e6));
  return {
    tickSec: { numerator: 1, denominator: 1_000_000 },
    packets: times.map((time, index) => ({ time, duration: 0, key: isKey(time, index) })),
    seeking: keys.length === 0 ? 'none' : (options.packets?.seeking ?? 'none'),
    decoded: true,
  };
}

/** Times of key frames that no other packet has. */
function keyTimesUs({ packets, tickSec }: PacketList): number[] {
  const counts = new Map<number, number>();
  for (const { time } of packets) counts.set(time, (counts.get(time) ?? 0) + 1);
  return packets
    .filter(({ key, time }) => key && counts.get(time) === 1)
    .map(({ time }) => (time * tickSec.numerator * 1e6) / tickSec.denominator);
}

async function* textLines(child: FfmpegProcess): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for (let chunk = await child.readChunk(); chunk !== undefined; chunk = await child.readChunk()) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
