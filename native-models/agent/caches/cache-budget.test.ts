import { expect, test } from 'vitest';
import { CacheBudget } from './cache-budget.ts';

function fill(limitBytes: number) {
  const budget = new CacheBudget(limitBytes);
  const evicted: string[] = [];
  const take = (name: string, bytes: number, pinned = false) =>
    budget.take('visionFeatures', bytes, () => evicted.push(name), pinned);
  return { budget, evicted, take };
}

test('what was used longest ago goes first, and only as much as is needed', () => {
  const { budget, evicted, take } = fill(100);
  const first = take('first', 40)!;
  take('second', 40);
  budget.touch(first);
  take('third', 30);
  expect(evicted).toEqual(['second']);
  expect(budget.counts('visionFeatures')).toMatchObject({ hits: 0, misses: 0, evictions: 1, bytes: 70 });
});

test('what is in use stays until it is unpinned', () => {
  const { budget, evicted, take } = fill(100);
  const used = take('used', 60, true)!;
  take('idle', 30);
  expect(take('large', 50)).toBeUndefined();
  expect(evicted).toEqual([]);
  take('small', 40);
  expect(evicted).toEqual(['idle']);
  budget.unpin(used, 20);
  expect(budget.bytes).toBe(60);
  take('large', 90);
  expect(evicted).toEqual(['idle', 'small', 'used']);
});

test('what is larger than the budget is not taken, and nothing is evicted for it', () => {
  const { evicted, take } = fill(100);
  take('small', 10);
  expect(take('huge', 101)).toBeUndefined();
  expect(evicted).toEqual([]);
});

test('released room is free again, once', () => {
  const { budget, take } = fill(100);
  const slot = take('one', 60)!;
  take('two', 40);
  budget.release(slot);
  budget.release(slot);
  budget.touch(slot);
  expect(budget.bytes).toBe(40);
  expect(budget.hasRoomFor('visionFeatures', 60)).toBe(true);
  expect(budget.hasRoomFor('visionFeatures', 61)).toBe(false);
});

test('features of many windows push out features, never what was read', () => {
  const { budget, evicted, take } = fill(800);
  const read = (name: string, bytes: number) => budget.take('prefixes', bytes, () => evicted.push(name));
  read('plan', 300);
  read('search', 350);
  for (let window = 0; window < 5; window++) expect(take(`window ${window}`, 75)).toBeDefined();
  expect(evicted).toEqual(['window 0', 'window 1', 'window 2']);
  expect(take('too large', 151)).toBeUndefined();
  expect(budget.bytes).toBe(800);
});

test('what is read pushes out features first, and keeps an eighth free for them', () => {
  const { budget, evicted, take } = fill(800);
  const read = (name: string, bytes: number) => budget.take('prefixes', bytes, () => evicted.push(name));
  take('window', 90);
  read('plan', 300);
  expect(budget.hasRoomFor('prefixes', 400)).toBe(true);
  expect(budget.hasRoomFor('prefixes', 401)).toBe(false);
  read('search', 400);
  expect(evicted).toEqual([]);
  read('another search', 200);
  expect(evicted).toEqual(['plan']);
  expect(read('huge', 701)).toBeUndefined();
  take('second window', 100);
  read('third search', 100);
  expect(evicted).toEqual(['plan', 'window']);
});
