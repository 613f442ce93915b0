import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import before from '../fixtures/task-requests.json' with { type: 'json' };
import type { BenchmarkName } from '../../protocol/eval-task.ts';
import { openBenchmark } from '../benchmarks/open-benchmark.ts';
import { toReferenceSample } from '../benchmarks/reference-sample.ts';
import { requestOfSample } from '../runner/sample-request.ts';
import { makeTinyBenchmark } from '../testing/tiny-benchmarks.ts';
import { builtInTasks } from './built-in-tasks.ts';

let dataDir = '';
beforeEach(async () => (dataDir = await mkdtemp(path.join(tmpdir(), 'built-in-'))));
afterEach(() => rm(dataDir, { recursive: true }));

/** Of all that a benchmark's run asks: its settings, and each sample with its request. */
async function fingerprint(name: BenchmarkName): Promise<string> {
  const benchmark = await openBenchmark(name, { dataDir });
  const { title, split, readSplit, truth, annotationFiles, settings } = benchmark;
  const lines = [JSON.stringify([title, split, readSplit, truth, annotationFiles, settings])];
  for await (const sample of benchmark.samples()) {
    if (sample.kind === 'skipped') throw new Error(sample.detail);
    const asked = {
      ...{ sample: { ...sample, extra: { ...sample.extra } }, settings, dataDir, modelPath: '/package' },
      ...{ roles: ['grounder', 'verifier', 'answerer'] as const, reasons: false, subtitles: true },
      ...{ candidates: 5, temperature: 0, device: 'cpu' as const },
    };
    lines.push(JSON.stringify(toReferenceSample(sample, { dataDir })));
    lines.push(JSON.stringify(requestOfSample({ ...asked, roles: [...asked.roles] })));
  }
  return createHash('sha256').update(lines.join('\n').replaceAll(dataDir, 'DATA')).digest('hex');
}

/* The fixture was made by readers in code, before these benchmarks were files. */
test.each(builtInTasks)(
  '$task asks the same bytes by its key and as a file as its own reader did',
  async (task) => {
    await makeTinyBenchmark(task.task, dataDir, { clips: 'empty' });
    const expected = before[task.task as keyof typeof before];
    expect(await fingerprint(task.task)).toBe(expected);
    expect(await fingerprint(structuredClone(task))).toBe(expected);
  },
);

test('every benchmark that was moved is there', () => {
  expect(builtInTasks.map(({ task }) => task).sort()).toEqual(Object.keys(before).sort());
});
