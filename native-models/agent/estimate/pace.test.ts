import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { request } from '../test-support/fake-agent.ts';
import { learnt, PaceBook, paceKey, secondsOf } from './pace.ts';
import type { Pace } from './pace.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'paces-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const key = 'grounder/whole/exact';
const fresh: Pace = { weights: 'w', towerKeys: {}, openSec: 2, usedMs: 1, roles: {} };
const work = { decoded: 100, encoded: 2_000, read: 4_000, said: 1 };

test('what was never measured is not foretold', () => {
  expect(secondsOf(undefined, key, work)).toBeUndefined();
  expect(secondsOf(fresh, key, work)).toBeUndefined();
  // Nothing of a kind to do takes no time, however long it may take.
  expect(secondsOf(fresh, key, { decoded: 0, encoded: 0, read: 0, said: 0 })).toBe(0);
});

test('each kind of work has its own pace: a second question, of which only words are left to read, is short', () => {
  const known = learnt(fresh, key, work, { decoded: 20, encoded: 80, read: 60, said: 3 });
  expect(secondsOf(known, key, work)).toBeCloseTo(163);
  expect(secondsOf(known, key, { decoded: 0, encoded: 0, read: 40, said: 1 })).toBeCloseTo(3.6);
  expect(secondsOf(known, key, { decoded: 200, encoded: 4_000, read: 8_000, said: 1 })).toBeCloseTo(323);
});

test('what was measured last counts most, by how much of it there was', () => {
  const took = (seconds: number) => ({ decoded: 0, encoded: seconds, read: 0, said: 0 });
  const slow = learnt(fresh, key, work, took(100));
  const faster = learnt(slow, key, work, took(40));
  expect(secondsOf(faster, key, { ...work, decoded: 0, read: 0, said: 0 })).toBeCloseTo(60);
  // A run of which nothing was to be encoded says nothing about encoding.
  expect(secondsOf(learnt(faster, key, { ...work, encoded: 0 }, took(7)), key, work)).toBeCloseTo(60);
});

test('a role that never did such work is as fast as another one', () => {
  const planner = learnt(fresh, 'planner/whole/exact', work, { decoded: 1, encoded: 1, read: 1, said: 1 });
  expect(secondsOf(planner, key, work)).toBeCloseTo(4);
  const own = learnt(planner, key, work, { decoded: 2, encoded: 2, read: 2, said: 2 });
  expect(secondsOf(own, key, work)).toBeCloseTo(8);
});

test('a role that has not looked in this way is as fast as in another', () => {
  const known = learnt(fresh, key, work, { decoded: 20, encoded: 80, read: 60, said: 3 });
  const windows = paceKey('grounder', request({ search: { mode: 'windows' }, speed: 'fast' }), true);
  expect(windows).toBe('grounder/windows/fast');
  expect(secondsOf(known, windows, work)).toBeCloseTo(163);
  const own = learnt(known, windows, work, { decoded: 10, encoded: 20, read: 60, said: 3 });
  expect(secondsOf(own, windows, work)).toBeCloseTo(93);
  expect(secondsOf(own, key, work)).toBeCloseTo(163);
});

test('outlives the program, for one package in one way of running it', async () => {
  const file = path.join(folder, 'cache', 'paces.json');
  const pace = learnt(fresh, key, work, { decoded: 20, encoded: 80, read: 60, said: 3 });
  await new PaceBook(file).keep('checksum', request(), pace);
  const next = new PaceBook(file);
  expect(await next.find('checksum', request())).toEqual(pace);
  expect(await next.find('checksum', request({ threads: 1 }))).toBeUndefined();
  expect(await next.find('other', request())).toBeUndefined();
  expect(await readdir(path.dirname(file))).toEqual(['paces.json']);
});

test('a damaged file, and one that cannot be written, only cost the times', async () => {
  const file = path.join(folder, 'paces.json');
  await writeFile(file, '{"checksum/auto//": {"openSec": -1}}');
  const book = new PaceBook(file);
  expect(await book.find('checksum', request())).toBeUndefined();
  await book.keep('checksum', request(), fresh);
  expect(await book.find('checksum', request())).toEqual(fresh);
  const blocked = new PaceBook(path.join(file, 'paces.json'));
  await blocked.keep('checksum', request(), fresh);
  expect(await blocked.find('checksum', request())).toBeUndefined();
});
