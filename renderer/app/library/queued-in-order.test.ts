import { expect, test } from 'vitest';
import { sampleRun } from '../testing/samples.ts';
import { queuedInOrder } from './selectors.ts';

test('what runs comes first, then what waits: by its place in the queue, the newest without one last', () => {
  const runs = [
    sampleRun({ id: 'new', state: 'queued', createdAtMs: 40 }),
    sampleRun({ id: 'second', state: 'queued', createdAtMs: 20, queuePlace: 2 }),
    sampleRun({ id: 'first', state: 'queued', createdAtMs: 30, queuePlace: 1 }),
    sampleRun({ id: 'runs', state: 'running', queuePlace: 3 }),
    sampleRun({ id: 'done', state: 'done' }),
  ];
  const order = queuedInOrder(Object.fromEntries(runs.map((run) => [run.id, run])));
  expect(order.map(({ id }) => id)).toEqual(['runs', 'first', 'second', 'new']);
});
