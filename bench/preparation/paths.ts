import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CheckpointShapeName } from '../checkpoint/network-shape.ts';

/** Where the benchmark keeps what it makes; all of it is git-ignored and can be deleted. */
export interface BenchPaths {
  /** `bench/work`, or the folder named by BENCH_WORK. */
  readonly work: string;
  /** Random checkpoint in the published layout: `base/` and `videomind/`. */
  readonly checkpoint: string;
  /** Its int8 package. */
  readonly modelPackage: string;
  /** Prepacked weights of this machine, as the engine keeps them. */
  readonly prepacked: string;
  /** Python with the reference stack. */
  readonly python: string;
  /** Folder that node-llama-cpp is installed in. */
  readonly llamaModules: string;
  /** The checkpoint's decoder shapes in llama.cpp's format. */
  readonly gguf: string;
  /** Ten minutes at 1280×720, and an hour at 1920×1080. */
  readonly tenMinuteVideo: string;
  readonly oneHourVideo: string;
  /** Half an hour of slides with a pointer. */
  readonly screenRecording: string;
  readonly peersScripts: string;
}

/** The paths for one set of network sizes. */
export function benchPaths(shape: CheckpointShapeName): BenchPaths {
  const bench = fileURLToPath(new URL('..', import.meta.url));
  const work = process.env['BENCH_WORK'] ?? join(bench, 'work');
  const venvBinaries = process.platform === 'win32' ? 'Scripts' : 'bin';
  return {
    work,
    checkpoint: join(work, `checkpoint-${shape}`),
    modelPackage: join(work, `package-${shape}-int8`),
    prepacked: join(work, 'prepacked'),
    python: join(work, 'venv', venvBinaries, 'python'),
    llamaModules: join(work, 'llama'),
    gguf: join(work, `gguf-${shape}`),
    tenMinuteVideo: join(work, 'ten-minutes-720p.mp4'),
    oneHourVideo: join(work, 'one-hour-1080p.mp4'),
    screenRecording: join(work, 'screen-recording-720p.mp4'),
    peersScripts: join(bench, 'peers'),
  };
}
