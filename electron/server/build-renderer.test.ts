import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isUpToDate } from './build-renderer.ts';

let folder = '';
let built = '';
const sources = (): string[] => [path.join(folder, 'source'), path.join(folder, 'not-there')];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'build-renderer-'));
  built = path.join(folder, 'index.html');
  await mkdir(path.join(folder, 'source', 'deep'), { recursive: true });
  await writeFile(path.join(folder, 'source', 'deep', 'a.ts'), '');
  await utimes(path.join(folder, 'source', 'deep', 'a.ts'), 100, 100);
});

afterEach(() => rm(folder, { recursive: true }));

describe('the built window', () => {
  it('is made when it is not there', async () => {
    await expect(isUpToDate(built, sources())).resolves.toBe(false);
  });

  it('stays when no source is newer', async () => {
    await writeFile(built, '');
    await utimes(built, 200, 200);
    await expect(isUpToDate(built, sources())).resolves.toBe(true);
  });

  it('is made again when a source is newer', async () => {
    await writeFile(built, '');
    await utimes(built, 50, 50);
    await expect(isUpToDate(built, sources())).resolves.toBe(false);
  });
});
