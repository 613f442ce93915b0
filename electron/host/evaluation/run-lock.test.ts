import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunLock } from './run-lock.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-lock-'));
  file = path.join(folder, 'run.lock');
});
afterEach(() => rm(folder, { recursive: true }));

const owner = (fields: object) =>
  JSON.stringify({ host: os.hostname(), processId: process.pid, startedAt: '1', ...fields });

describe('the lock of a run', () => {
  it('lets nobody else in until it is given back', async () => {
    const lock = await RunLock.take(file);
    await expect(RunLock.take(file)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    await lock.release();
    await (await RunLock.take(file)).release();
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each([
    ['a process that is gone', owner({ processId: 2 ** 30 })],
    ['a process whose number another one has now', owner({})],
    ['nobody, torn by a power failure', '{"host'],
  ])('is taken over from %s', async (_who, content) => {
    await writeFile(file, content);
    await expect(RunLock.take(file)).resolves.toBeInstanceOf(RunLock);
  });

  it('of another machine is not taken over: who knows whether it runs', async () => {
    await writeFile(file, owner({ host: 'elsewhere' }));
    await expect(RunLock.take(file)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
  });
});
