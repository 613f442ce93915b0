import { spawn } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { importerCommand } from '../contestants/commands.ts';
import { Contestant } from '../contestants/contestant.ts';
import { checkpointShapes, type CheckpointShapeName } from '../checkpoint/network-shape.ts';
import { checkpointFolders, writeRandomCheckpoint } from '../checkpoint/write-random-checkpoint.ts';
import type { BenchPaths } from './paths.ts';
import { makeScreenRecording } from './screen-recording.ts';
import { makeVideo, type TestVideo } from './videos.ts';

/** What a measure can ask to be there before it starts. */
export type Ingredient = 'checkpoint' | 'package' | 'tenMinutes' | 'oneHour' | 'recording';

type Log = (text: string) => void;

/** Makes what is missing of the ingredients; what is there from an earlier run is used as it is. */
export async function prepare(
  paths: BenchPaths,
  shape: CheckpointShapeName,
  ingredients: readonly Ingredient[],
  log: Log,
): Promise<void> {
  await mkdir(paths.work, { recursive: true });
  const wanted = (ingredient: Ingredient) => ingredients.includes(ingredient);
  if ((wanted('checkpoint') || wanted('package')) && !(await exists(paths.checkpoint))) {
    log(`writing a random checkpoint of ${shape} size to ${paths.checkpoint}`);
    await writeRandomCheckpoint(paths.checkpoint, { shape: checkpointShapes[shape] });
  }
  if (wanted('package') && !(await exists(join(paths.modelPackage, 'manifest.json')))) {
    log(`importing it to ${paths.modelPackage}`);
    await importPackage(paths);
  }
  if (wanted('recording') && !(await exists(paths.screenRecording))) {
    log(`making ${paths.screenRecording}`);
    await makeScreenRecording(paths.screenRecording);
  }
  for (const ingredient of ['tenMinutes', 'oneHour'] as const) {
    const video = testVideo(paths, ingredient);
    if (!wanted(ingredient) || (await exists(video.path))) continue;
    log(`making ${video.path}`);
    await makeVideo(video);
  }
}

/** Ten minutes as people have them, or an hour at full size. */
function testVideo(paths: BenchPaths, which: 'tenMinutes' | 'oneHour'): TestVideo {
  const segmentSec = 120;
  if (which === 'tenMinutes')
    return {
      path: paths.tenMinuteVideo,
      width: 1280,
      height: 720,
      segmentSec,
      repeats: 5,
      kilobitsPerSec: 2500,
    };
  return {
    path: paths.oneHourVideo,
    width: 1920,
    height: 1080,
    segmentSec,
    repeats: 30,
    kilobitsPerSec: 4000,
  };
}

/**
 * Installs the peers if they are missing, and writes the weights of those that run the network (`shape`: which one,
 * undefined for none). Returns why there are no peers, or undefined when there are.
 */
export async function preparePeers(
  paths: BenchPaths,
  shape: CheckpointShapeName | undefined,
  log: Log,
): Promise<string | undefined> {
  try {
    await mkdir(paths.work, { recursive: true });
    if (!(await exists(join(paths.work, 'peers-ready')))) {
      log('installing the peers; this takes some minutes');
      await run('bash', [join(paths.peersScripts, 'setup.sh'), paths.work]);
    }
    if (shape === undefined) return undefined;
    await prepare(paths, shape, ['checkpoint'], log);
    if (!(await exists(join(paths.gguf, 'decoder-q8_0.gguf')))) {
      log("writing random weights in llama.cpp's format");
      const script = join(paths.peersScripts, 'write_random_gguf.py');
      await run(paths.python, [script, paths.checkpoint, paths.gguf]);
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function importPackage(paths: BenchPaths): Promise<void> {
  const importer = await Contestant.start(importerCommand());
  try {
    await importer.ask({
      measure: 'import',
      ...checkpointFolders(paths.checkpoint),
      outPath: paths.modelPackage,
      precision: 'int8',
    });
  } finally {
    await importer.stop();
  }
}

/** Runs a program to its end, its output on stderr; throws unless it succeeds. */
function run(command: string, parameters: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { stdio: ['ignore', 2, 2] });
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ${parameters.join(' ')} failed (${code ?? 'killed'})`));
    });
  });
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
