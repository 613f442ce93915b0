import { mkdtemp, open, readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KeptFeatures, listKeptFeatures } from './kept-features.ts';
import type { KeyedFeatures } from './segment-file.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kept-features-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const features = (key: string, length = 8): KeyedFeatures => ({
  key,
  features: Float32Array.from({ length }, (_, at) => Math.fround(Math.sin(at + key.length))),
});
const store = (budgetBytes = 1e6) => new KeptFeatures({ folder, budgetBytes, reservedBytes: 0 });
const totalBytes = async () => (await listKeptFeatures(folder)).reduce((sum, { bytes }) => sum + bytes, 0);
const segments = async () => (await listKeptFeatures(folder)).map((file) => file.path);

test('what was written is found by the next start, to the bit, and only under its own video', async () => {
  const written = [features('a'), features('bb', 3)];
  await store().write('video', written);
  const next = store();
  await next.open('video');
  await next.open('other');
  expect(next.has('video', 'a')).toBe(true);
  expect(next.has('other', 'a')).toBe(false);
  const found = await next.read('video', ['a', 'bb', 'c']);
  expect([...found.keys()]).toEqual(['a', 'bb']);
  for (const { key, features: values } of written) expect(found.get(key)).toEqual(values);
});

test('what has several names lies on the disk once', async () => {
  const { features: values } = features('a', 1000);
  await store().write(
    'video',
    ['a', 'b', 'c'].map((key) => ({ key, features: values })),
  );
  expect(await totalBytes()).toBeLessThan(1.2 * values.byteLength);
  const next = store();
  await next.open('video');
  expect((await next.read('video', ['c', 'a'])).get('c')).toEqual(values);
});

test('what another process wrote meanwhile is seen when the video is opened again, and what it removed is not', async () => {
  const one = store();
  const other = store();
  await one.open('video');
  await other.write('video', [features('a')]);
  expect(one.has('video', 'a')).toBe(false);
  await one.open('video');
  expect(one.has('video', 'a')).toBe(true);
  for (const segment of await segments()) await rm(segment);
  expect(await one.read('video', ['a'])).toEqual(new Map());
  await one.open('video');
  expect(one.has('video', 'a')).toBe(false);
});

test('never over its budget: what was used longest ago goes first', async () => {
  const kept = store(2_000);
  for (const [age, key] of ['old', 'read', 'new'].entries()) {
    await kept.write(key, [features(key, 100)]);
    const when = new Date(Date.now() - (10 - age) * 60_000);
    for (const segment of await segments()) {
      const { mtimeMs } = await stat(segment);
      if (Date.now() - mtimeMs < 30_000) await utimes(segment, when, when);
    }
    expect(await totalBytes()).toBeLessThanOrEqual(2_000);
  }
  await kept.read('old', ['old']);
  await kept.write('more', [features('more', 200)]);
  expect(await totalBytes()).toBeLessThanOrEqual(2_000);
  const next = store();
  await Promise.all(['old', 'read', 'more'].map((group) => next.open(group)));
  expect(['old', 'read', 'more'].map((key) => next.has(key, key))).toEqual([true, false, true]);
});

test('many that write at once are never over the budget together, not even for a moment', async () => {
  const budgetBytes = 1_000_000;
  let most = 0;
  const over = new AbortController();
  const looking = (async () => {
    while (!over.signal.aborted) {
      const files = await readdir(folder, { recursive: true, withFileTypes: true });
      const sizes = files
        .filter((file) => file.isFile())
        .map((file) => stat(path.join(file.parentPath, file.name)).catch(() => undefined));
      most = Math.max(
        most,
        (await Promise.all(sizes)).reduce((sum, facts) => sum + (facts?.size ?? 0), 0),
      );
    }
  })();
  // Each as a process of its own would: they share nothing but the folder.
  const writing = Array.from({ length: 3 }, async (_, writer) => {
    for (let turn = 0; turn < 5; turn++)
      await store(budgetBytes).write(`video ${writer}`, [features(`${writer}.${turn}`, 70_000)]);
  });
  await Promise.all(writing);
  over.abort();
  await looking;
  expect(most).toBeGreaterThan(840_000);
  expect(most).toBeLessThanOrEqual(budgetBytes);
});

test('a smaller budget holds at once, a larger one later, and emptied it is empty', async () => {
  const kept = store(2_000);
  await kept.write('one', [features('one', 200)]);
  await kept.write('two', [features('two', 200)]);
  await kept.changeBudget(1_500);
  expect(await kept.bytes()).toBeLessThanOrEqual(1_500);
  expect(await kept.bytes()).toBeGreaterThan(800);
  await kept.changeBudget(0);
  expect(await kept.bytes()).toBe(0);
  await kept.write('one', [features('one')]);
  expect(await kept.bytes()).toBe(0);
  await kept.changeBudget(2_000);
  await kept.write('one', [features('one')]);
  expect(await kept.bytes()).toBeGreaterThan(0);
  await kept.empty();
  expect(await kept.bytes()).toBe(0);
  expect((await kept.read('one', ['one'])).size).toBe(0);
});

test('more than the whole budget is not kept, and pushes nothing out', async () => {
  const kept = store(1_000);
  await kept.write('video', [features('a')]);
  await kept.write('video', [features('huge', 1000)]);
  expect((await kept.read('video', ['a', 'huge'])).size).toBe(1);
});

test('a disk without room, and a folder that cannot be written, keep nothing and fail nothing', async () => {
  const full = new KeptFeatures({ folder, budgetBytes: 1e6, reservedBytes: 1e18 });
  await full.write('video', [features('a')]);
  expect(await segments()).toEqual([]);
  await writeFile(path.join(folder, 'file'), '');
  const blocked = new KeptFeatures({ folder: path.join(folder, 'file'), budgetBytes: 1e6, reservedBytes: 0 });
  await blocked.write('video', [features('a')]);
  await blocked.open('video');
  expect((await blocked.read('video', ['a'])).size).toBe(0);
});

test('a draft that a kill left behind is no segment, and is removed once it is old', async () => {
  await store().write('video', [features('a')]);
  const [segment] = await segments();
  const draft = `${segment!}.draft`;
  await writeFile(draft, 'half');
  const next = store();
  await next.open('video');
  expect(next.has('video', 'a')).toBe(true);
  const longAgo = new Date(Date.now() - 2 * 3600_000);
  await utimes(draft, longAgo, longAgo);
  await listKeptFeatures(folder);
  expect(await readdir(path.dirname(draft))).toEqual([path.basename(segment!)]);
});

describe('damage', () => {
  const written = [features('a', 40), features('bb', 40)];

  test('costs the pair that it is in, and never serves a wrong value', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(2_000), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        await rm(folder, { recursive: true, force: true });
        await store().write('video', written);
        const [segment] = await segments();
        const { size } = await stat(segment!);
        await using file = await open(segment!, 'r+');
        const byte = Buffer.alloc(1);
        await file.read(byte, 0, 1, at % size);
        byte[0] = byte[0]! ^ change;
        await file.write(byte, 0, 1, at % size);
        const next = store();
        await next.open('video');
        const found = await next.read('video', ['a', 'bb']);
        for (const { key, features: values } of written)
          expect([undefined, values]).toContainEqual(found.get(key));
        expect(found.size).toBeLessThan(2);
      }),
      { numRuns: 150 },
    );
  });

  test('a segment that was cut at any byte is a miss', async () => {
    await store().write('video', written);
    const [segment] = await segments();
    const { size } = await stat(segment!);
    for (let length = size - 1; length >= 0; length -= 7) {
      await truncate(segment!, length);
      const next = store();
      await next.open('video');
      const found = await next.read('video', ['a', 'bb']);
      for (const { key, features: values } of written)
        expect([undefined, values]).toContainEqual(found.get(key));
      expect(found.has('bb')).toBe(false);
      if ((await segments()).length === 0) break;
    }
  });
});
