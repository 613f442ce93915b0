import { parentPort, workerData } from 'node:worker_threads';
import { Coverage } from './coverage.ts';
import { Chance, maxInputBytes, mutate, wordsOf } from './mutate.ts';
import { targets } from './targets.ts';

/** What the thread is started with. */
export interface FuzzTask {
  readonly target: string;
  readonly seed: number;
  /** Inputs that are known, tried first. */
  readonly inputs: readonly Uint8Array[];
  readonly untilMs: number;
  /** Written before an input is tried, so that it is known when the thread hangs or dies: length, then bytes. */
  readonly current: SharedArrayBuffer;
  /** The number of inputs tried. */
  readonly tried: SharedArrayBuffer;
}

/** What it tells. */
export type FuzzNews =
  | { readonly what: 'kept'; readonly input: Uint8Array }
  | { readonly what: 'finding'; readonly input: Uint8Array; readonly error: string }
  | { readonly what: 'done'; readonly blocks: number };

/** Inputs between two looks at the counters; when something new was reached, each is looked at by itself. */
const batch = 16;

const task = workerData as FuzzTask;
const target = targets[task.target];
if (target === undefined) throw new Error(`There is no target ${task.target}.`);
const length = new Uint32Array(task.current, 0, 1);
const current = new Uint8Array(task.current, 4, maxInputBytes);
const tried = new Uint32Array(task.tried);
const coverage = new Coverage((url) =>
  /\/(native-models|electron|renderer)\/|\/node_modules\/(?:zod|@huggingface|csv-parse|fast-xml-parser|hyparquet)/.test(
    url,
  ),
);
const chance = new Chance(task.seed);

function tell(news: FuzzNews): void {
  parentPort?.postMessage(news);
}

const isPrototypeClean = (): boolean => {
  for (const _ in {}) return false;
  return Object.getPrototypeOf({}) === Object.prototype;
};

async function attempt(input: Uint8Array): Promise<void> {
  length[0] = input.length;
  current.set(input);
  Atomics.add(tried, 0, 1);
  try {
    await target?.read(Buffer.from(input));
  } catch (error) {
    if (target?.isExpected(error) !== true) {
      tell({
        what: 'finding',
        input,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
  }
  if (!isPrototypeClean()) tell({ what: 'finding', input, error: 'Object.prototype was changed' });
}

const kept: Uint8Array[] = [];
async function attemptAndKeep(input: Uint8Array): Promise<void> {
  await attempt(input);
  if (coverage.take(true) === 0) return;
  kept.push(input);
  tell({ what: 'kept', input });
}

const known = [...task.inputs].sort((a, b) => a.length - b.length);
for (const input of known) await attemptAndKeep(input);
if (kept.length === 0) kept.push(...known, new Uint8Array());
let words = wordsOf(kept);
let wordsOfCount = kept.length;
while (Date.now() < task.untilMs) {
  if (kept.length > wordsOfCount * 1.2) {
    words = wordsOf(kept);
    wordsOfCount = kept.length;
  }
  const inputs = Array.from({ length: batch }, () => {
    // Half of the time one of the newest: they lead further.
    const newest =
      chance.below(2) === 0
        ? kept.length - 1 - chance.below(Math.min(kept.length, 32))
        : chance.below(kept.length);
    return mutate(kept[newest] ?? new Uint8Array(), { chance, words, others: kept });
  });
  for (const input of inputs) await attempt(input);
  if (coverage.take(false) > 0) for (const input of inputs) await attemptAndKeep(input);
}
tell({ what: 'done', blocks: coverage.blocks });
