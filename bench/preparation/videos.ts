import { execFile } from 'node:child_process';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { locateFfmpeg } from '../../native-models/media/ffmpeg.ts';

const run = promisify(execFile);

/** A video to make: H.264, 25 frames a second, a key frame every ten seconds, B-frames. */
export interface TestVideo {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  /** One stretch of moving pictures is encoded … */
  readonly segmentSec: number;
  /** … and repeated so many times. */
  readonly repeats: number;
  readonly kilobitsPerSec: number;
}

const FRAME_RATE = 25;
const KEY_FRAME_INTERVAL = 250;
/** Bits of the frame counter, and the width of one in parts of the picture's width. */
const COUNTER_BITS = 16;
const COUNTER_CELLS = 20;

/** White boxes on black, top left: bit k of the frame's number within its segment at cell k, so that any reader of frames can be checked. */
function frameCounter(width: number): string {
  const cell = Math.floor(width / COUNTER_CELLS);
  const box = Math.floor((cell * 3) / 4);
  const background = `drawbox=x=0:y=0:w=${cell * COUNTER_BITS}:h=${cell}:color=black:t=fill`;
  const bits = Array.from(
    { length: COUNTER_BITS },
    (_, bit) =>
      `drawbox=x=${bit * cell}:y=0:w=${box}:h=${box}:color=white:t=fill:enable='eq(mod(floor(n/${2 ** bit}),2),1)'`,
  );
  return [background, ...bits].join(',');
}

/** Test card with a moving fractal and noise over it: neither too easy nor too hard to encode and decode. */
function pictures({ width, height }: TestVideo): string {
  return [
    `[1]scale=${Math.floor((width * 3) / 5)}:${Math.floor((height * 3) / 5)},format=yuv420p[moving]`,
    '[0]format=yuv420p[card]',
    `[card][moving]overlay=x='(W-w)*(0.5+0.5*sin(t/7))':y='(H-h)*(0.5+0.5*cos(t/11))':shortest=1,` +
      `noise=alls=6:allf=t,${frameCounter(width)}[out]`,
  ].join(';');
}

/** Makes a test video; the file appears under its name only when it is complete. Needs an ffmpeg with libx264. */
export async function makeVideo(video: TestVideo): Promise<void> {
  const ffmpeg = await locateFfmpeg();
  const folder = await mkdtemp(join(dirname(video.path), 'video-'));
  try {
    const segment = join(folder, 'segment.mp4');
    const list = join(folder, 'list.txt');
    const joined = join(folder, 'joined.mp4');
    const quietly = ['-v', 'error', '-nostdin', '-y'];
    const frames = video.segmentSec * FRAME_RATE;
    await run(ffmpeg.path, [
      ...quietly,
      ...[
        '-f',
        'lavfi',
        '-i',
        `testsrc2=s=${video.width}x${video.height}:r=${FRAME_RATE}:d=${video.segmentSec}`,
      ],
      ...['-f', 'lavfi', '-i', `mandelbrot=s=480x270:r=${FRAME_RATE}:end_scale=0.001:end_pts=${frames}`],
      ...['-filter_complex', pictures(video), '-map', '[out]', '-t', String(video.segmentSec)],
      ...['-c:v', 'libx264', '-preset', 'veryfast', '-g', String(KEY_FRAME_INTERVAL), '-bf', '3'],
      ...['-b:v', `${video.kilobitsPerSec}k`, '-maxrate', `${video.kilobitsPerSec * 1.5}k`],
      ...['-bufsize', `${video.kilobitsPerSec * 2}k`, '-pix_fmt', 'yuv420p', segment],
    ]);
    await writeFile(list, "file 'segment.mp4'\n".repeat(video.repeats));
    await run(ffmpeg.path, [
      ...quietly,
      ...['-f', 'concat', '-safe', '0', '-i', list, '-c', 'copy', '-movflags', '+faststart', joined],
    ]);
    await rename(joined, video.path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
