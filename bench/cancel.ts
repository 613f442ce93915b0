/**
 * `node bench/cancel.ts [--package DIR] [--rounds N]`: how long a cancel in the middle of a prompt's chunk takes to come back, through
 * ONNX Runtime's C API. A run is stopped between two operators, so the longest one bounds it.
 */
import { parseArgs } from 'node:util';
import { openPackage } from '../native-models/checkpoints/open-package.ts';
import { seededUniform } from './checkpoint/random-values.ts';
import { ModelWork } from './contestants/model-work.ts';
import { loadAverage } from './machine/disturbance.ts';
import { quantile } from './measures/statistics.ts';
import { benchPaths } from './preparation/paths.ts';

const { values } = parseArgs({
  options: {
    package: { type: 'string', default: benchPaths('2b').modelPackage },
    rounds: { type: 'string', default: '40' },
    context: { type: 'string', default: '512' },
  },
});
const model = await openPackage(values.package, { device: 'cpu', runtime: 'c-api' });
const work = new ModelWork(model);
const context = Number(values.context);
await work.prefill(context);
const startMs = performance.now();
await work.prefill(context);
const wholeMs = performance.now() - startMs;

const uniform = seededUniform(7);
const tookMs: number[] = [];
let missed = 0;
for (let round = 0; round < Number(values.rounds); round++) {
  const controller = new AbortController();
  model.heed(controller.signal);
  let abortedMs = 0;
  setTimeout(
    () => {
      abortedMs = performance.now();
      controller.abort();
    },
    wholeMs * (0.1 + 0.7 * uniform()),
  );
  try {
    await work.prefill(context);
    missed++; // it was done before
  } catch {
    tookMs.push(performance.now() - abortedMs);
  }
  model.heed(undefined);
}
await model.dispose();
const at = (share: number) => quantile(tookMs, share).toFixed(1);
console.log(`a prompt of ${context}: ${wholeMs.toFixed(0)} ms; load ${loadAverage().toFixed(1)}`);
console.log(
  `${tookMs.length} cancels: median ${at(0.5)} ms, 90 % within ${at(0.9)}, 99 % within ${at(0.99)}, longest ${at(1)} ms; ${missed} came too late`,
);
