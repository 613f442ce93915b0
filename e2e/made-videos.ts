import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { locateFfmpeg } from '../native-models/media/ffmpeg.ts';

const run = promisify(execFile);

/** Frames of `unevenVideo`, and how much lighter each is than the one before. */
export const unevenFrames = 16;
const lighterPerFrame = 14;

/** When frame n of `unevenVideo` is shown: each frame is shown longer than the one before. */
export function unevenTimeSec(frame: number): number {
  return (frame + 0.2 * frame * frame) / 10;
}

/** Which frame of `unevenVideo` has this luma, as a screen shows it (0..255). */
export function frameOfGrey(grey: number): number {
  return Math.round(grey / lighterPerFrame);
}

/** A video with a variable frame rate, whose frames can be told by how light they are. */
export async function unevenVideo(folder: string, name: string): Promise<string> {
  return make(folder, name, [
    ['-f', 'lavfi', '-i', `color=black:s=160x90:r=10:d=${unevenFrames / 10}`],
    [
      '-vf',
      `format=gbrp,geq=r='N*${lighterPerFrame}':g='N*${lighterPerFrame}':b='N*${lighterPerFrame}',settb=1/90000,setpts='(N+0.2*N*N)/10/TB',format=yuv420p`,
    ],
    [
      '-fps_mode',
      'vfr',
      '-enc_time_base',
      '1:90000',
      '-c:v',
      'libx264',
      '-g',
      '8',
      '-video_track_timescale',
      '90000',
    ],
  ]);
}

/** A video in a form that no browser plays. */
export async function oldVideo(folder: string): Promise<string> {
  return make(folder, 'old.avi', [
    ['-f', 'lavfi', '-i', 'testsrc=s=160x90:r=12:d=3'],
    ['-c:v', 'mpeg4', '-q:v', '5'],
  ]);
}

/** A film with a preview of it before it in the file, and its sound. */
export async function videoOfTwoFilms(folder: string, name: string): Promise<string> {
  return make(folder, name, [
    ['-f', 'lavfi', '-i', 'testsrc=s=160x90:r=1:d=4', '-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=4'],
    ['-f', 'lavfi', '-i', 'sine=d=4', '-map', '0:v', '-map', '1:v', '-map', '2:a', '-c:v', 'libx264'],
    ['-pix_fmt', 'yuv420p', '-c:a', 'aac', '-metadata:s:a:0', 'language=deu'],
  ]);
}

/**
 * Four minutes, which take an engine seconds to read: what is to be stopped on the way must last longer than a busy
 * machine takes to press a button.
 */
export async function longVideo(folder: string): Promise<string> {
  const twentySec = await make(folder, 'twenty.mp4', [
    ['-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=30:d=20'],
    ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'],
  ]);
  return make(folder, 'long.mp4', [
    ['-stream_loop', '11', '-i', twentySec],
    ['-c', 'copy'],
  ]);
}

/**
 * A film of a minute with sound, a loud tone in its second half after a quiet one, and three chapters, the last of which has
 * no title. @param chapterTitles of the first two
 */
export async function filmWithChapters(
  folder: string,
  name: string,
  chapterTitles: readonly [string, string],
): Promise<string> {
  const chapter = (startSec: number, endSec: number, title: string): string =>
    `[CHAPTER]\nTIMEBASE=1/1\nSTART=${startSec}\nEND=${endSec}\n${title === '' ? '' : `title=${title}\n`}`;
  const listed = [chapter(0, 20, chapterTitles[0]), chapter(20, 40, chapterTitles[1]), chapter(40, 60, '')];
  const chaptersPath = path.join(folder, `${name}.chapters.txt`);
  await writeFile(chaptersPath, `;FFMETADATA1\n${listed.join('')}`);
  const tone = "aevalsrc='if(lt(t,30),0.02,0.6)*sin(2*PI*440*t)*abs(sin(t))':s=48000:d=60";
  return make(folder, name, [
    ['-f', 'lavfi', '-i', 'testsrc=s=160x90:r=2:d=60', '-f', 'lavfi', '-i', tone, '-i', chaptersPath],
    ['-map', '0', '-map', '1', '-map_chapters', '2', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '1'],
    ['-pix_fmt', 'yuv420p', '-c:a', 'aac'],
  ]);
}

async function make(folder: string, name: string, args: readonly (readonly string[])[]): Promise<string> {
  const filePath = path.join(folder, name);
  const ffmpeg = await locateFfmpeg();
  await run(ffmpeg.path, ['-v', 'error', '-y', ...args.flat(), filePath]);
  return filePath;
}

/** A film that costs next to nothing to play at any speed: small pictures, two a second, each a key frame. */
export async function quietFilm(folder: string, durationSec: number, name = 'film.mp4'): Promise<string> {
  return make(folder, name, [
    ['-f', 'lavfi', '-i', `testsrc=s=160x90:r=2:d=${durationSec}`],
    ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '1', '-pix_fmt', 'yuv420p'],
  ]);
}

/** Two seconds whose pixels are twice as wide as high: 320 × 90 as shown. */
export async function stretchedVideo(folder: string, name: string): Promise<string> {
  return make(folder, name, [
    ['-f', 'lavfi', '-i', 'testsrc=s=160x90:r=10:d=2', '-vf', 'setsar=2/1'],
    ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'],
  ]);
}
