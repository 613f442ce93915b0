import { expect, test } from 'vitest';
import type { Run } from '../../../electron/host/contract/runs.ts';
import { followersOf, threadBefore } from './run-thread.ts';

/** A run that goes on from another; only what a thread reads of it. */
function run(id: string, after?: string): Run {
  const follows = after === undefined ? {} : { follows: { runId: after, question: after } };
  return { id, createdAtMs: id.charCodeAt(0), question: { question: id, ...follows } } as unknown as Run;
}

const all = [run('a'), run('b', 'a'), run('c', 'b'), run('d', 'a'), run('e', 'gone')];
const runs = Object.fromEntries(all.map((each) => [each.id, each]));

test('a thread is what a run goes on from, oldest first, and whatever goes on from it', () => {
  expect(threadBefore(runs, runs['c']!).map(({ id }) => id)).toEqual(['a', 'b']);
  expect(followersOf(runs, runs['a']!).map(({ id }) => id)).toEqual(['b', 'd']);
  expect(threadBefore(runs, runs['a']!)).toEqual([]);
});

test('a run that was removed ends the thread, and circles end', () => {
  expect(threadBefore(runs, runs['e']!)).toEqual([]);
  const circle = { x: run('x', 'y'), y: run('y', 'x') };
  expect(threadBefore(circle, circle.x).map(({ id }) => id)).toEqual(['y']);
});
