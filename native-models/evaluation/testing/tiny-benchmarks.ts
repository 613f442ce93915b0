import { execFile } from 'node:child_process';
import { copyFile, link, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { locateFfmpeg } from '../../media/ffmpeg.ts';
import { chooseEncoder, countedSource, makeVideo } from '../../media/made-videos.ts';
import type { SplitName } from '../benchmarks/benchmark.ts';
import { findDataSet } from '../benchmarks/registry.ts';
import { clipSec, type TinyFiles } from './tiny-annotations.ts';
import { tinyChoiceSets } from './tiny-choice-sets.ts';
import { tinyGroundingSets, type TinySet } from './tiny-grounding-sets.ts';
import { tinyQuestionSets } from './tiny-question-sets.ts';

const execute = promisify(execFile);

/** Data sets of which a tiny copy can be made: all of them. */
export const tinySets: Readonly<Record<string, TinySet>> = {
  ...tinyGroundingSets,
  ...tinyQuestionSets,
  ...tinyChoiceSets,
};

export interface TinyBenchmarkOptions {
  /** Default: the benchmark's default split. */
  readonly split?: SplitName;
  /**
   * `generated`: clips of 8 s that ffmpeg makes, each frame with its number; `empty`: files of no bytes, which is enough
   * where videos are only looked for. Default: `generated`.
   */
  readonly clips?: 'generated' | 'empty';
}

/**
 * Makes a tiny copy of a benchmark's file layout in `dataDir`: about three samples on two videos, annotated as the
 * benchmark's own files are.
 *
 * @throws EngineError BENCHMARK_UNKNOWN, FFMPEG_MISSING
 */
export async function makeTinyBenchmark(
  key: string,
  dataDir: string,
  options: TinyBenchmarkOptions = {},
): Promise<void> {
  const set = findDataSet(key);
  const files = tinySets[key]?.(options.split ?? set.defaultSplit) ?? {};
  for (const [file, content] of Object.entries({ ...files.texts, ...files.bytes })) {
    const absolute = await placeFor(dataDir, file);
    await writeFile(absolute, content);
  }
  if (options.clips === 'empty') await placeEmpty(dataDir, files);
  else await placeGenerated(dataDir, files);
}

async function placeEmpty(dataDir: string, { clips = [], pictureFolders = {} }: TinyFiles): Promise<void> {
  const pictures = Object.entries(pictureFolders).flatMap(([folder, count]) =>
    Array.from({ length: count }, (_, index) => `${folder}/${pictureName(index)}`),
  );
  for (const file of [...clips, ...pictures]) await writeFile(await placeFor(dataDir, file), '');
}

async function placeGenerated(
  dataDir: string,
  { clips = [], pictureFolders = {} }: TinyFiles,
): Promise<void> {
  const ffmpeg = await locateFfmpeg();
  const folder = await mkdtemp(path.join(tmpdir(), 'tiny-benchmark-'));
  try {
    const encoder = await chooseEncoder(ffmpeg, ['libx264', 'mpeg4']);
    const clip = path.join(folder, 'clip.mp4');
    await makeVideo(
      ffmpeg,
      [...countedSource(clipSec), '-c:v', encoder, '-g', '25', '-pix_fmt', 'yuv420p'],
      clip,
    );
    for (const file of clips) await linkOrCopy(clip, await placeFor(dataDir, file));
    for (const [pictures, count] of Object.entries(pictureFolders)) {
      const target = path.dirname(await placeFor(dataDir, `${pictures}/${pictureName(0)}`));
      const args = ['-v', 'error', '-nostdin', '-y', '-i', clip, '-frames:v', String(count), '-q:v', '5'];
      await execute(ffmpeg.path, [...args, path.join(target, '%05d.jpg')]);
      const made = (await readdir(target)).length;
      if (made !== count) throw new Error(`ffmpeg made ${made} pictures in place of ${count}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The clip under another name, without its bytes where the file system allows. */
async function linkOrCopy(clip: string, target: string): Promise<void> {
  await rm(target, { force: true });
  try {
    await link(clip, target);
  } catch {
    await copyFile(clip, target);
  }
}

async function placeFor(dataDir: string, file: string): Promise<string> {
  const absolute = path.join(dataDir, file);
  await mkdir(path.dirname(absolute), { recursive: true });
  return absolute;
}

function pictureName(index: number): string {
  return `${String(index + 1).padStart(5, '0')}.jpg`;
}
