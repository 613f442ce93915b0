import type * as NodeFiles from 'node:fs';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeFolder, makeOptionalFolder } from './make-folder.ts';

/** Whether the root is missing, as a Windows drive may be. */
const root = vi.hoisted(() => ({ isMissing: false, asked: 0 }));
vi.mock('node:fs', async (importOriginal) => {
  const files = await importOriginal<typeof NodeFiles>();
  const missing = Object.assign(new Error('No such drive.'), { code: 'ENOENT' });
  return {
    ...files,
    existsSync: (place: string) => {
      if (!root.isMissing) return files.existsSync(place);
      if (++root.asked > 9) throw new RangeError('Asked without end.');
      return false;
    },
    mkdirSync: (place: string) => {
      if (root.isMissing) throw missing;
      files.mkdirSync(place);
    },
  };
});

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

  it('ends at a root that is missing', () => {
    const drive = path.parse(folder).root;
    root.isMissing = true;
    try {
      expect(() => makeFolder(path.join(drive, 'a', 'b'))).toThrow(
        expect.objectContaining({
          code: 'OUTPUT_UNWRITABLE',
          message: expect.stringContaining(`${drive} takes no new folders`) as string,
        }),
      );
    } finally {
      root.isMissing = false;
    }
  });

  it.runIf(process.platform !== 'win32')('says that a link to what is gone is in its place', async () => {
    const link = path.join(folder, 'link');
    await symlink(path.join(folder, 'gone'), link);
    expect(() => makeFolder(link)).toThrow(expect.objectContaining({ code: 'OUTPUT_UNWRITABLE' }));
    makeOptionalFolder(link);
  });

  it.runIf(process.platform === 'linux')(
    'ends where a file system takes no folders, which Node’s own does not',
    () => {
      const refusal = expect.objectContaining({
        code: 'OUTPUT_UNWRITABLE',
        message: '/proc/videomind/a cannot be made: /proc takes no new folders.',
      }) as Error;
      expect(() => makeFolder('/proc/videomind/a')).toThrow(refusal);
      expect(() => makeOptionalFolder('/proc/videomind/a')).toThrow(refusal);
    },
  );

  it('lets a place be that is only not to be written to', async () => {
    await mkdir(path.join(folder, 'there'));
    await writeFile(path.join(folder, 'file'), '');
    for (const name of ['there', 'file', 'file/below']) makeOptionalFolder(path.join(folder, name));
  });
});
