import type { Ffmpeg } from './ffmpeg.ts';
import { FfmpegProcess, inputArguments } from './ffmpeg-process.ts';
import type { Packet, PacketList } from './packet.ts';
import { frameReport, parseFrameReport } from './showinfo.ts';

/** Listing reads the whole file: up to an hour for the largest ones on slow disks. */
const patience = { silence: 60_000, total: 3_600_000 };

const flagBits = { key: 1, corrupt: 2, discard: 4 };

/**
 * Lists the packets of the first video stream with ffmpeg, without decoding. Those that are damaged or that an edit list
 * hides are left out. Empty when the container gives no presentation times.
 * @throws EngineError via `signal` only: a process that is killed yields what it listed so far.
 */
export async function listPackets(
  ffmpeg: Ffmpeg,
  videoPath: string,
  options: { readonly signal?: AbortSignal | undefined; readonly seeking: PacketList['seeking'] },
): Promise<PacketList> {
  const child = new FfmpegProcess(
    ffmpeg,
    [...inputArguments(videoPath), '-c', 'copy', '-f', 'framecrc', '-'],
    { patience, signal: options.signal },
  );
  const packets: Packet[] = [];
  let tickSec = { numerator: 1, denominator: 1 };
  let timesMissing = false;
  let lastCorrupt = false;
  for await (const line of textLines(child)) {
    const clock = /^#tb 0: (\d+)\/(\d+)/.exec(line);
    if (clock !== null) tickSec = { numerator: Number(clock[1]), denominator: Number(clock[2]) };
    if (line.startsWith('#') || line === '') continue;
    // stream, decoding time, presentation time, duration, size, checksum, flags unless they are "key" alone
    const [, , time, duration, ...others] = line.split(/, */);
    const flags = Number(others.find((field) => field.startsWith('F='))?.slice(2) ?? flagBits.key);
    lastCorrupt = (flags & flagBits.corrupt) !== 0;
    if ((flags & (flagBits.corrupt | flagBits.discard)) !== 0) continue;
    if (time === undefined || !Number.isSafeInteger(Number(time))) timesMissing = true;
    else packets.push({ time: Number(time), duration: Number(duration), key: (flags & flagBits.key) !== 0 });
  }
  await child.ended;
  const truncated = lastCorrupt || child.lastLines.some((line) => brokenOff.test(line));
  return { tickSec, packets: timesMissing ? [] : packets, seeking: options.seeking, truncated };
}

/** What demuxers say at the end of a file that lacks its end. */
const brokenOff = /ended prematurely|partial file|truncat|read error/i;

/**
 * Lists frames by decoding all of them, for containers without presentation times (AVI with B-frames). Such files can
 * only be decoded from their beginning: after a seek ffmpeg would guess other times.
 */
export async function listDecodedFrames(
  ffmpeg: Ffmpeg,
  videoPath: string,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<PacketList> {
  const packets: Packet[] = [];
  const child = new FfmpegProcess(
    ffmpeg,
    [...inputArguments(videoPath), '-vf', frameReport, ...ffmpeg.passthroughArguments, '-f', 'null', '-'],
    {
      patience,
      signal: options.signal,
      onLine: (line) => {
        const frame = parseFrameReport(line);
        if (frame)
          packets.push({ time: Math.round(frame.timeSec * 1e6), duration: 0, key: packets.length === 0 });
      },
    },
  );
  while ((await child.readChunk()) !== undefined);
  await child.ended;
  return { tickSec: { numerator: 1, denominator: 1_000_000 }, packets, seeking: 'none' };
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
