import { expect, it } from 'vitest';
import type { Engine } from '../host-context.ts';
import type { JobProgress } from '../jobs/jobs.ts';
import { importCheckpoint } from './import-job.ts';
import type { ModelStore } from './model-store.ts';

it('progress in layers is not told in bytes', async () => {
  const told: JobProgress[] = [];
  const engine = {
    call: (_method: string, _params: unknown, { onProgress }: { onProgress: (progress: object) => void }) => {
      onProgress({ stage: 'calibrating', item: 'blocks.0', doneBytes: 1, totalBytes: 28 });
      onProgress({ stage: 'quantizing', item: 'blocks.0.weight', doneBytes: 10, totalBytes: 4000 });
      return Promise.resolve({});
    },
  } as unknown as Engine;
  const models = { add: () => Promise.resolve({ id: 'made' }) } as unknown as ModelStore;
  const checkpoint = { basePath: '/base', precision: 'int8', name: 'made', outPath: '/out' } as const;
  const { signal } = new AbortController();
  await importCheckpoint(engine, models, checkpoint, { signal, report: (progress) => told.push(progress) });
  expect(told).toEqual([
    { done: 1, total: 28, unit: 'items', detail: 'calibrating blocks.0' },
    { done: 10, total: 4000, unit: 'bytes', detail: 'quantizing blocks.0.weight' },
  ]);
});
