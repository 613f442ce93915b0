import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { programPath } from '../../electron/host/paths.ts';
import { readCorpus, writeCorpus } from './corpus.ts';
import type { FuzzNews, FuzzTask } from './fuzz-thread.ts';
import { maxInputBytes } from './mutate.ts';
import { seedsOf, targets } from './targets.ts';

/**
 * Fuzzes readers of strangers' bytes, guided by what each input reaches:
 *
 *     npm run fuzz -- TARGET… [--minutes 1] [--seed N]        TARGET: one of bench/fuzz/targets.ts, or all
 *
 * Inputs that reach something new are kept in bench/fuzz/corpus and tried first the next time. A finding (an error that is not
 * typed, no end within ten seconds, exhausted memory, a changed prototype) is written to .cache/fuzz with the way to
 * try it again; the exit code is then 1. `--replay FILE` tries one input.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    replay: { type: 'string' },
  },
});

/** Longest time for one input: the largest take some hundredths of a second. */
const patienceMs = 10_000;
const checkIntervalMs = 250;
/** A thread that needs more is taken for one that exhausts memory. */
const memoryLimitMb = 1024;

interface Finding {
  readonly input: Uint8Array;
  readonly error: string;
}

async function fuzz(name: string, minutes: number, seed: number): Promise<number> {
  const startMs = Date.now();
  const untilMs = startMs + minutes * 60_000;
  const known: Uint8Array[] = [...(await seedsOf(name)), ...(await readCorpus(name))];
  const kept: Uint8Array[] = [];
  const findings = new Map<string, Finding>();
  let blocks = 0;
  let executions = 0;

  async function findingOf({ input, error }: Finding): Promise<void> {
    // The first line and the first place: the same fault found twice is one.
    const place = error.split('\n').slice(0, 2).join(' ').replaceAll(/\d+/g, '0');
    if (findings.has(place)) return;
    findings.set(place, { input, error });
    const folder = path.join(programPath, '.cache', 'fuzz');
    await mkdir(folder, { recursive: true });
    const file = path.join(
      folder,
      `${name}-${createHash('sha256').update(input).digest('hex').slice(0, 12)}`,
    );
    await writeFile(file, input);
    console.error(
      `${name}: ${error}\n  again: npm run fuzz -- ${name} --replay ${path.relative(programPath, file)}`,
    );
  }

  /** One thread until time is over or it hangs or dies. */
  async function round(round: number): Promise<void> {
    const current = new SharedArrayBuffer(4 + maxInputBytes);
    const tried = new SharedArrayBuffer(4);
    const inputs = round === 0 ? known : kept.length > 0 ? [...kept] : known;
    kept.length = 0;
    const task: FuzzTask = { target: name, seed: seed + round, inputs, untilMs, current, tried };
    const worker = new Worker(new URL('fuzz-thread.ts', import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: memoryLimitMb },
    });
    const counter = new Uint32Array(tried);
    const culprit = (): Uint8Array =>
      new Uint8Array(current, 4, new Uint32Array(current, 0, 1)[0] ?? 0).slice();
    let last = 0;
    let sinceMs = Date.now();
    let failure: string | undefined;
    const watch = setInterval(() => {
      const count = Atomics.load(counter, 0);
      if (count !== last) sinceMs = Date.now();
      else if (count > 0 && Date.now() - sinceMs > patienceMs) {
        failure = `no end within ${patienceMs / 1000} s`;
        void worker.terminate();
      }
      last = count;
    }, checkIntervalMs);
    await new Promise<void>((resolve) => {
      worker.on('message', (news: FuzzNews) => {
        if (news.what === 'kept') kept.push(news.input);
        else if (news.what === 'finding') void findingOf(news);
        else blocks = news.blocks;
      });
      worker.once('error', (error) => (failure ??= String(error)));
      worker.once('exit', () => resolve());
    });
    clearInterval(watch);
    executions += Atomics.load(counter, 0);
    if (failure !== undefined) {
      if (Atomics.load(counter, 0) === 0) throw new Error(failure);
      await findingOf({ input: culprit(), error: failure });
    }
  }

  for (let count = 0; Date.now() < untilMs; count++) await round(count);
  if (kept.length > 0) await writeCorpus(name, kept);
  const took = (Date.now() - startMs) / 60_000;
  console.log(
    JSON.stringify({
      target: name,
      minutes: Number(took.toFixed(2)),
      executions,
      blocks,
      corpus: kept.length,
      findings: findings.size,
    }),
  );
  return findings.size;
}

if (values.replay !== undefined) {
  const { readFile } = await import('node:fs/promises');
  await targets[positionals[0] ?? '']?.read(await readFile(values.replay));
  console.log('No error.');
} else {
  const names = positionals.includes('all') ? Object.keys(targets) : positionals;
  if (names.length === 0) console.error(`Targets: ${Object.keys(targets).join(', ')}, all`);
  let found = names.length === 0 ? 1 : 0;
  for (const name of names) found += await fuzz(name, Number(values.minutes), Number(values.seed));
  process.exitCode = found === 0 ? 0 : 1;
}
