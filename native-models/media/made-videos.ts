import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Ffmpeg } from './ffmpeg.ts';

/* Videos made for tests, with the ffmpeg that is there: frames carry their number, so that any order can be checked. */

const execute = promisify(execFile);

/** Size of the made videos. Bit k of the counter is a square of `bitSide` pixels at x = k·bitSide, white for 1. */
export const madeWidth = 160;
export const madeHeight = 96;
const bitSide = 16;
const bits = 8;

/** A source of `seconds`·25 numbered frames (up to 256), as arguments of ffmpeg. */
export function countedSource(seconds: number, size = `${madeWidth}x${madeHeight}`): string[] {
  const squares = Array.from(
    { length: bits },
    (_, bit) =>
      `drawbox=x=${bit * bitSide}:y=0:w=${bitSide}:h=${bitSide}:color=white:t=fill:enable='eq(mod(floor(n/${2 ** bit}),2),1)'`,
  );
  const black = `drawbox=x=0:y=0:w=${bits * bitSide}:h=${bitSide}:color=black:t=fill`;
  const picture = `testsrc2=s=${size}:r=25:d=${seconds},format=yuv420p,${black},${squares.join(',')}`;
  return ['-f', 'lavfi', '-i', picture];
}

/** Reads the number out of an upright picture of the original width. */
export function readCounter(rgb: Uint8Array, width = madeWidth): number {
  const y = bitSide / 2;
  return Array.from({ length: bits }, (_, bit) => {
    const green = rgb[(y * width + bit * bitSide + bitSide / 2) * 3 + 1] ?? 0;
    return green > 128 ? 2 ** bit : 0;
  }).reduce((sum, value) => sum + value, 0);
}

/** Runs ffmpeg to make a file. @throws Error with what it said. */
export async function makeVideo(ffmpeg: Ffmpeg, args: readonly string[], filePath: string): Promise<string> {
  await execute(ffmpeg.path, ['-v', 'error', '-nostdin', '-y', ...args, filePath]);
  return filePath;
}

/** The first of these encoders that the build has: builds differ, and the last one named is part of every build. */
export async function chooseEncoder(ffmpeg: Ffmpeg, names: readonly string[]): Promise<string> {
  const { stdout } = await execute(ffmpeg.path, ['-hide_banner', '-encoders']);
  const name = names.find((candidate) => new RegExp(`^ V\\S+ ${candidate} `, 'm').test(stdout));
  if (name === undefined) throw new Error(`ffmpeg ${ffmpeg.version} has none of ${names.join(', ')}`);
  return name;
}

/** All frames in presentation order, decoded straight through: what every clever way is held against. */
export async function decodeAll(
  ffmpeg: Ffmpeg,
  filePath: string,
  size: { readonly width: number; readonly height: number },
): Promise<Uint8Array[]> {
  const { stdout } = await execute(
    ffmpeg.path,
    [
      ...['-v', 'error', '-nostdin', '-i', filePath, '-map', '0:v:0'],
      ...['-vf', 'scale=flags=bicubic', '-pix_fmt', 'rgb24', ...ffmpeg.passthroughArguments],
      ...['-f', 'rawvideo', '-'],
    ],
    { encoding: 'buffer', maxBuffer: 2 ** 30 },
  );
  const length = size.width * size.height * 3;
  return Array.from({ length: stdout.length / length }, (_, index) =>
    stdout.subarray(index * length, (index + 1) * length),
  );
}

/** Writes a quarter turn clockwise into the track header of an mp4 file, as phones do. */
export async function turnClockwise(filePath: string, target: string): Promise<string> {
  const bytes = await readFile(filePath);
  const matrix = bytes.indexOf('tkhd') + 4 + 40; // behind version, times, id, duration, layer and volume
  const fixed = 65_536;
  const turned = [0, fixed, 0, -fixed, 0, 0, madeHeight * fixed, 0, 2 ** 30];
  for (const [place, value] of turned.entries()) bytes.writeInt32BE(value, matrix + place * 4);
  await writeFile(target, bytes);
  return target;
}
