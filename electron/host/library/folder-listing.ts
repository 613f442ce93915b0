import { readdir, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { FolderEntry } from '../contract/library.ts';
import type { HostResult } from '../contract/methods.ts';

/**
 * What is in a folder: folders first, then files, by name; hidden ones and what is neither is left out.
 * @param named absolute, or below `~`; of a file, the folder that it lies in is listed. Absent: the home folder.
 * @throws EngineError FOLDER_NOT_FOUND
 */
export async function listFolder(named: string | undefined): Promise<HostResult<'foldersList'>> {
  const place = path.resolve(os.homedir(), (named ?? '~').replace(/^~(?=$|[/\\])/, os.homedir()));
  const isFile = (await stat(place).catch(() => undefined))?.isFile() === true;
  const listed = isFile ? path.dirname(place) : place;
  const names = await readdir(listed).catch((cause: unknown) => {
    throw new EngineError('FOLDER_NOT_FOUND', `${listed} is no folder that can be read.`, { cause });
  });
  const entries = await Promise.all(
    names.filter((name) => !name.startsWith('.')).map((name) => entryOf(listed, name)),
  );
  const parent = path.dirname(listed);
  const order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
  return {
    path: listed,
    ...(isFile ? { filePath: place } : {}),
    ...(parent === listed ? {} : { parentPath: parent }),
    entries: entries
      .filter((entry) => entry !== undefined)
      .sort((one, other) =>
        one.kind === other.kind ? order.compare(one.name, other.name) : one.kind === 'folder' ? -1 : 1,
      ),
  };
}

async function entryOf(folder: string, name: string): Promise<FolderEntry | undefined> {
  const entryPath = path.join(folder, name);
  const found = await stat(entryPath).catch(() => undefined);
  if (found?.isDirectory() === true) return { name, path: entryPath, kind: 'folder' };
  if (found?.isFile() === true) return { name, path: entryPath, kind: 'file', bytes: found.size };
  return undefined;
}
