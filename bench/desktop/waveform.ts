import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { peakBytes, peaksPerSec } from '../../electron/host/contract/waveform.ts';
import { createVideosService } from '../../electron/host/videos/create-videos-service.ts';
import { Waveforms } from '../../electron/host/videos/waveforms.ts';
import { locateFfmpeg } from '../../native-models/media/ffmpeg.ts';
import { wholeVideo, zoomed } from '../../renderer/timeline/view-window.ts';
import { levelFor, waveformColumns } from '../../renderer/timeline/waveform.ts';

// How long the waveform of a two-hour film takes to be seen and to be whole, what it holds in memory, and how long a frame of
// the timeline takes to be drawn from it: node bench/desktop/waveform.ts
const hours = 2;
const pieceSec = 600;
const widthPx = 2000;
const drawnTimes = 50;
const work = path.join(import.meta.dirname, '..', 'work', 'desktop');
const execute = promisify(execFile);
const { signal } = new AbortController();

const film = path.join(work, 'sounding.mp4');
await makeFilm();
const cache = await mkdtemp(path.join(tmpdir(), 'videomind-bench-'));
const videos = createVideosService(path.join(cache, 'tables'));
await videos.open(film);
const waveforms = new Waveforms(path.join(cache, 'waveforms'), videos.open);

const { heapUsed: heapBefore, arrayBuffers: buffersBefore } = memory();
let mostBytes = 0;
const made = await read(peaksPerSec[0], () => {
  const { heapUsed, arrayBuffers } = memory();
  mostBytes = Math.max(mostBytes, heapUsed - heapBefore + arrayBuffers - buffersBefore);
});
console.log(
  `first peaks after ${made.firstMs.toFixed(0)} ms, all of ${hours} h after ${(made.wholeMs / 1000).toFixed(1)} s;` +
    ` at most ${(mostBytes / 2 ** 20).toFixed(0)} MiB more in this process meanwhile`,
);

const levels = new Map<number, Uint8Array>();
for (const perSec of peaksPerSec) {
  const { bytes, wholeMs } = await read(perSec);
  levels.set(perSec, bytes);
  console.log(
    `${perSec} a second, kept: ${wholeMs.toFixed(0)} ms, ${(bytes.length / 2 ** 20).toFixed(2)} MiB`,
  );
}

const whole = wholeVideo(hours * 3600, 25, widthPx);
for (const zoom of [1, 4, 40, 400]) {
  const view = zoomed(whole, zoom, hours * 1800);
  const perSec = levelFor(view, peaksPerSec);
  const bytes = levels.get(perSec) ?? new Uint8Array();
  const peaks = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  const times = Array.from({ length: drawnTimes }, () => {
    const startMs = performance.now();
    waveformColumns([{ perSec, peaks, count: bytes.length / peakBytes }], view);
    return performance.now() - startMs;
  }).toSorted((one, other) => one - other);
  console.log(
    `columns of ${widthPx} pixels, ${zoom} times as near, from ${perSec} a second: median ${times[drawnTimes / 2]?.toFixed(2)} ms, longest ${times.at(-1)?.toFixed(2)} ms`,
  );
}
await rm(cache, { recursive: true, force: true });

interface ReadPeaks {
  readonly firstMs: number;
  readonly wholeMs: number;
  readonly bytes: Uint8Array;
}

async function read(perSec: number, onPiece = (): void => undefined): Promise<ReadPeaks> {
  const startMs = performance.now();
  const answer = await waveforms.get(film, perSec, signal);
  if (answer === undefined) throw new Error(`${film} has no sound.`);
  const pieces: Uint8Array[] = [];
  let firstMs: number | undefined;
  for await (const piece of answer instanceof Readable ? answer : [answer]) {
    firstMs ??= performance.now() - startMs;
    pieces.push(Buffer.from(piece as Uint8Array));
    onPiece();
  }
  const bytes = new Uint8Array(Buffer.concat(pieces));
  return { firstMs: firstMs ?? NaN, wholeMs: performance.now() - startMs, bytes };
}

function memory(): NodeJS.MemoryUsage {
  return process.memoryUsage();
}

/** Ten minutes of noise that swells and fades, again and again. */
async function makeFilm(): Promise<void> {
  const isThere = await access(film).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  await mkdir(work, { recursive: true });
  const { path: ffmpeg } = await locateFfmpeg();
  const piece = path.join(work, 'sounding-piece.mp4');
  const picture = `testsrc2=s=320x180:r=25:d=${pieceSec}`;
  const sound = `anoisesrc=r=48000:d=${pieceSec}:a=0.5:seed=1,tremolo=f=0.1:d=0.9`;
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', '-b:a', '128k', '-ac', '2'];
  await execute(ffmpeg, [
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', sound, ...coding, piece],
  ]);
  const times = String((hours * 3600) / pieceSec - 1);
  await execute(ffmpeg, ['-v', 'error', '-y', '-stream_loop', times, '-i', piece, '-c', 'copy', film]);
  await rm(piece);
}
