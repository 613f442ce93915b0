import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requireWritable, writeAtomically } from './write-atomically.ts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-files-'))));
afterEach(() => rm(folder, { recursive: true }));

describe('writing a file', () => {
  it('replaces what was there and leaves nothing else', async () => {
    const file = path.join(folder, 'trace.json');
    await writeAtomically(file, 'old');
    await writeAtomically(file, 'new');
    await expect(readFile(file, 'utf8')).resolves.toBe('new');
    await expect(readdir(folder)).resolves.toEqual(['trace.json']);
  });

  it('writes through a link instead of replacing it', async () => {
    const file = path.join(folder, 'trace.json');
    const link = path.join(folder, 'link.json');
    await writeFile(file, 'old');
    await symlink(file, link);
    await writeAtomically(link, 'new');
    await expect(readFile(file, 'utf8')).resolves.toBe('new');
  });

  it('writes to a device without replacing it', async () => {
    await expect(writeAtomically('/dev/null', 'text')).resolves.toBeUndefined();
    await expect(readFile('/dev/null', 'utf8')).resolves.toBe('');
  });

  it('reports a full disk', async () => {
    await expect(writeAtomically('/dev/full', 'text')).rejects.toMatchObject({ code: 'DISK_FULL' });
  });

  it.each([
    ['a folder that does not exist', () => path.join(folder, 'missing', 'trace.json')],
    ['a folder in its place', () => folder],
    [
      'a file where its folder should be',
      async () => {
        await writeFile(path.join(folder, 'file'), '');
        return path.join(folder, 'file', 'trace.json');
      },
    ],
  ])('is refused before the work with %s', async (_name, place) => {
    const file = await place();
    await expect(requireWritable(file)).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
    await expect(writeAtomically(file, 'text')).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
  });

  it('names the folder that does not exist', async () => {
    const missing = path.join(folder, 'missing');
    const refused = { remedy: `Make the folder ${missing} first, or choose one that is there.` };
    await expect(requireWritable(path.join(missing, 'trace.json'))).rejects.toMatchObject(refused);
  });

  it('is found possible without leaving a file', async () => {
    await mkdir(path.join(folder, 'empty'));
    await requireWritable(path.join(folder, 'empty', 'trace.json'));
    await expect(readdir(path.join(folder, 'empty'))).resolves.toEqual([]);
  });
});
