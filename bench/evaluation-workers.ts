/**
 * Measures how much faster two engines are than one on a benchmark with the bundled toy model:
 * `node bench/evaluation-workers.ts [VIDEOS]` (4). Samples a second, opening the model left out.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { toyPackagePath, writeOwnAnnotations } from '../electron/cli/testing/own-annotations.ts';
import { forkEngine } from '../electron/host/engine/fork-engine.ts';
import { EngineSupervisor } from '../electron/host/engine/supervisor.ts';
import {
  evaluationEngines,
  localRunner,
  packageModel,
  runBenchmark,
} from '../electron/host/evaluation/run-benchmark.ts';
import { engineEntryPath } from '../electron/host/paths.ts';
import { median } from './measures/statistics.ts';

const videos = Number(process.argv[2] ?? 4);
const repetitions = 2;
const folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-workers-'));
try {
  await writeOwnAnnotations(path.join(folder, 'data'), videos);
  const seconds = new Map<number, number[]>([1, 2].map((workers) => [workers, []]));
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const [workers, times] of seconds) times.push(await measure(workers, repetition));
  }
  const [one = 0, two = 0] = [...seconds.values()].map((times) => median(times));
  const rate = (time: number): string => `${((videos * 4) / time).toFixed(1)} samples a second`;
  console.log(`one engine   ${one.toFixed(2)} s, ${rate(one)}`);
  console.log(`two engines  ${two.toFixed(2)} s, ${rate(two)}, ${(one / two).toFixed(2)} times one`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Seconds from the first sample to the last, with engines that have their model open. */
async function measure(workers: number, repetition: number): Promise<number> {
  const environment = { VIDEOMIND_CACHE_DIR: path.join(folder, 'caches') };
  const supervisors = Array.from(
    { length: workers },
    () => new EngineSupervisor(() => forkEngine(engineEntryPath, environment)),
  );
  const threads = Math.max(1, Math.floor(os.availableParallelism() / workers));
  const machinery = { modelPath: toyPackagePath, workers, devices: ['cpu' as const], threads };
  const engines = evaluationEngines(supervisors, machinery);
  const [reader] = engines;
  if (reader === undefined) throw new Error('There is no engine.');
  try {
    const { signal } = new AbortController();
    for (const { engine, device } of engines) {
      await engine.call('load', { modelPath: toyPackagePath, device, threads });
    }
    let startMs = 0;
    await runBenchmark(
      {
        benchmark: 'own',
        dataDir: path.join(folder, 'data'),
        asPublished: false,
        allowWithheldTruth: false,
        roles: ['grounder', 'verifier', 'answerer'],
        subtitles: false,
        ...{ candidates: 5, temperature: 0 },
        shard: { index: 0, of: 1 },
      },
      packageModel(toyPackagePath),
      path.join(folder, `out-${workers}-${repetition}`),
      reader,
      () => localRunner(engines, signal),
      { onBegun: () => (startMs = performance.now()), onProgress: () => undefined },
      signal,
    );
    return (performance.now() - startMs) / 1000;
  } finally {
    await Promise.all(supervisors.map((supervisor) => supervisor.dispose()));
  }
}
