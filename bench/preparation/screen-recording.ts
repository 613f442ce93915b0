import { execFile } from 'node:child_process';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { locateFfmpeg } from '../../native-models/media/ffmpeg.ts';

const width = 1280;
const height = 720;
const lengthSec = 1800;
const pointer = { width: 10, height: 16 };

/**
 * Half an hour of a screen as recorded: slides of lines on paper that change every 20 to 60 seconds, and a small pointer that moves
 * over them. The same each time.
 */
export async function makeScreenRecording(target: string): Promise<void> {
  const ffmpeg = await locateFfmpeg();
  const folder = await mkdtemp(path.join(path.dirname(target), 'slides-'));
  try {
    const random = seededDraws(7);
    const list: string[] = [];
    let atSec = 0;
    for (let slide = 0; atSec < lengthSec; slide++) {
      const shownSec = Math.min(lengthSec - atSec, 20 + Math.floor(random() * 41));
      const name = `slide-${slide}.ppm`;
      await writeFile(path.join(folder, name), drawSlide(random));
      list.push(`file '${name}'`, `duration ${shownSec}`);
      atSec += shownSec;
    }
    await writeFile(path.join(folder, 'slides.txt'), `ffconcat version 1.0\n${list.join('\n')}\n`);
    const made = path.join(folder, 'recording.mp4');
    const moving =
      `[0]fps=25,format=yuv420p[slides];[slides][1]overlay=` +
      `x='(W-w)*(0.5+0.45*sin(t/3)*cos(t/11))':y='(H-h)*(0.5+0.45*cos(t/5))':shortest=1[out]`;
    const dot = `color=black:s=${pointer.width}x${pointer.height}:r=25:d=${lengthSec}`;
    await promisify(execFile)(
      ffmpeg.path,
      [
        ...['-v', 'error', '-nostdin', '-y', '-f', 'concat', '-i', 'slides.txt', '-f', 'lavfi', '-i', dot],
        ...['-filter_complex', moving, '-map', '[out]', '-t', String(lengthSec)],
        ...['-c:v', 'libx264', '-preset', 'veryfast', '-g', '250', '-crf', '23', '-pix_fmt', 'yuv420p', made],
      ],
      { cwd: folder },
    );
    await rename(made, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A heading, lines of words and a figure in one colour, as PPM. */
function drawSlide(random: () => number): Buffer {
  const pixels = Buffer.alloc(width * height * 3, 250);
  const box = (left: number, top: number, wide: number, high: number, colour: readonly number[]) => {
    for (let line = top; line < Math.min(height, top + high); line++)
      for (let column = left; column < Math.min(width, left + wide); column++)
        pixels.set(colour, (line * width + column) * 3);
  };
  box(60, 50, 300 + Math.floor(random() * 700), 44, [30, 40, 90]);
  for (let row = 0; row < 3 + Math.floor(random() * 6); row++) {
    for (let left = 80; left < 500 + random() * 250;) {
      const wide = 20 + Math.floor(random() * 90);
      box(left, 150 + row * 60, wide, 18, [40, 40, 40]);
      left += wide + 14;
    }
  }
  const colour = [random, random, random].map((draw) => Math.floor(draw() * 200));
  box(820, 180, 200 + Math.floor(random() * 200), 150 + Math.floor(random() * 300), colour);
  return Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), pixels]);
}

function seededDraws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
