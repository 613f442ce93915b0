import { expect, test } from 'vitest';
import { NewestFirst } from './newest-first.ts';

test('two run at once; of those that wait the newest is begun first, and the oldest last', async () => {
  const queue = new NewestFirst(2);
  const { signal } = new AbortController();
  const begun: number[] = [];
  const gate = Promise.withResolvers<undefined>();
  const work = [0, 1, 2, 3, 4].map((number) =>
    queue.run(async () => {
      begun.push(number);
      await gate.promise;
    }, signal),
  );
  expect(queue.waiting).toBe(3);
  gate.resolve(undefined);
  await Promise.all(work);
  expect(begun).toEqual([0, 1, 4, 3, 2]);
});

test('who leaves while waiting is never begun', async () => {
  const queue = new NewestFirst(1);
  const stop = new AbortController();
  const gate = Promise.withResolvers<undefined>();
  const first = queue.run(() => gate.promise, new AbortController().signal);
  const left = queue.run(() => Promise.reject(new Error('begun')), stop.signal);
  stop.abort();
  await expect(left).rejects.toMatchObject({ code: 'CANCELLED' });
  gate.resolve(undefined);
  await first;
  expect(queue.waiting).toBe(0);
});
