/**
 * Measures how much faster two engines are than one on a benchmark: `node bench/evaluation-workers.ts FILMS [QUESTIONS]` (48)
 * with the demo model on films of the demo world, which `python -m videomind_training.world FILMS --split held-out` writes;
 * without FILMS the toy model on clips of its own. Samples a second, opening the model left out, in turns: one engine with as many
 * threads as each of two has, one engine with all threads, two engines. Says which ratio is the target's (1.7).
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { toyPackagePath, writeOwnAnnotations } from '../electron/cli/testing/own-annotations.ts';
import { writeFilmAnnotations } from './demo-quality/film-annotations.ts';
import { forkEngine } from '../electron/host/engine/fork-engine.ts';
import { EngineSupervisor } from '../electron/host/engine/supervisor.ts';
import {
  evaluationEngines,
  localRunner,
  packageModel,
  runBenchmark,
} from '../electron/host/evaluation/run-benchmark.ts';
import { engineEntryPath, programPath } from '../electron/host/paths.ts';
import { median } from './measures/statistics.ts';

const [films, count = '48'] = process.argv.slice(2);
const repetitions = 3;
const toyVideos = 4;
const targetRatio = 1.7;
const modelPath = films === undefined ? toyPackagePath : path.join(programPath, 'assets', 'demo', 'package');
const folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-workers-'));
const cores = os.availableParallelism();
const half = Math.max(1, Math.floor(cores / 2));
const forms = [
  { title: 'one engine, half of the threads', workers: 1, threads: half },
  { title: 'one engine, all threads', workers: 1, threads: cores },
  { title: 'two engines, half each', workers: 2, threads: half },
] as const;
type Form = (typeof forms)[number];
try {
  const data = path.join(folder, 'data');
  await mkdir(data);
  if (films === undefined) await writeOwnAnnotations(data, toyVideos);
  const written =
    films === undefined ? toyVideos * 4 : (await writeFilmAnnotations(films, data, Number(count))).length;
  const seconds = new Map<Form, number[]>(forms.map((form) => [form, []]));
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const [form, times] of seconds) times.push(await measure(form, repetition));
  }
  const medians = [...seconds].map(([form, times]) => ({ form, sec: median(times) }));
  const two = medians.at(-1)?.sec ?? NaN;
  for (const { form, sec } of medians) {
    const rate = `${(written / sec).toFixed(2)} samples a second`;
    console.log(
      `${form.title.padEnd(32)} ${sec.toFixed(2).padStart(7)} s, ${rate}; two are ${(sec / two).toFixed(2)} times this`,
    );
  }
  const ratio = (medians[0]?.sec ?? NaN) / two;
  console.log(`two engines against one of the same threads: ${ratio.toFixed(2)} (target ${targetRatio})`);
  if (!(ratio >= targetRatio)) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Seconds from the first sample to the last, with engines that have their model open. */
async function measure({ workers, threads }: Form, repetition: number): Promise<number> {
  const environment = { VIDEOMIND_CACHE_DIR: path.join(folder, 'caches') };
  const supervisors = Array.from(
    { length: workers },
    () => new EngineSupervisor(() => forkEngine(engineEntryPath, environment)),
  );
  const machinery = { modelPath, workers, devices: ['cpu' as const], threads };
  const engines = evaluationEngines(supervisors, machinery);
  const [reader] = engines;
  if (reader === undefined) throw new Error('There is no engine.');
  try {
    const { signal } = new AbortController();
    for (const { engine, device } of engines) {
      await engine.call('load', { modelPath, device, threads });
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
      packageModel(modelPath),
      path.join(folder, `out-${workers}-${threads}-${repetition}`),
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
