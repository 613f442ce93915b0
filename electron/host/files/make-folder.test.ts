import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder, requireFolderPlace } from './make-folder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'videomind-folder-'));
});
afterEach(async () => rm(folder, { recursive: true }));

describe('making a folder', () => {
  it('makes those above it, and takes one that is there', () => {
    const deep = path.join(folder, 'a', 'b', 'c');
    makeFolder(deep);
    makeFolder(deep);
    expect(existsSync(deep)).toBe(true);
  });

  it('says that something else is in its place, or above it', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    for (const place of [file, path.join(file, 'below')])
      expect(() => makeFolder(place)).toThrow(expect.objectContaining({ code: 'OUTPUT_UNWRITABLE' }));
  });

  it.runIf(process.platform === 'linux')(
    'ends where a file system takes no folders, which Node’s own does not',
    () => {
      const refusal = expect.objectContaining({
        code: 'OUTPUT_UNWRITABLE',
        message: '/proc/videomind/a cannot be made: /proc takes no new folders.',
      }) as Error;
      expect(() => makeFolder('/proc/videomind/a')).toThrow(refusal);
      expect(() => requireFolderPlace('/proc/videomind/a')).toThrow(refusal);
    },
  );

  it('lets a place be that is only not to be written to', async () => {
    await mkdir(path.join(folder, 'there'));
    await writeFile(path.join(folder, 'file'), '');
    for (const name of ['there', 'file', 'file/below']) requireFolderPlace(path.join(folder, name));
  });
});
