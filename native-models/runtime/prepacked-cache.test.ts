import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isPrepacked, makePrepacked, prepackedEntry } from './prepacked-cache.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prepacked-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const makeEntry = (key: string) =>
  makePrepacked(folder, prepackedEntry(folder, key), 10, async (path) => {
    await writeFile(path, 'model');
  });

it('finds an entry again under its key alone', async () => {
  await makeEntry('one');
  expect(await isPrepacked(prepackedEntry(folder, 'one'))).toBe(true);
  expect(await isPrepacked(prepackedEntry(folder, 'two'))).toBe(false);
});

it('leaves nothing of an entry whose making failed', async () => {
  await makePrepacked(folder, prepackedEntry(folder, 'one'), 10, async (path) => {
    await writeFile(path, 'half');
    throw new Error('disk full');
  });
  expect(await readdir(folder)).toEqual([]);
});

it('makes no entry where the disk has no room for it', async () => {
  await makePrepacked(folder, prepackedEntry(folder, 'one'), 1e18, () => Promise.reject(new Error('asked')));
  expect(await readdir(folder)).toEqual([]);
});

it('removes entries that no start has used for a month', async () => {
  await makeEntry('old');
  const longAgo = new Date(Date.now() - 40 * 24 * 3600 * 1000);
  await utimes(prepackedEntry(folder, 'old').folder, longAgo, longAgo);
  await makeEntry('new');
  expect(await isPrepacked(prepackedEntry(folder, 'old'))).toBe(false);
  expect(await isPrepacked(prepackedEntry(folder, 'new'))).toBe(true);
});
