import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders below a checkpoint or package are shallow; a path given by mistake (a home folder) is not walked to its end. */
const maxDepth = 3;
const maxEntries = 10_000;

/** Bytes of the files of a folder and the folders in it. Links to files count, links to folders are not followed. */
export async function countFolderBytes(folder: string): Promise<number> {
  let bytes = 0;
  let entries = 0;
  const pending = [{ path: folder, depth: 0 }];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    const { path, depth } = current;
    for (const entry of await readdir(path, { withFileTypes: true }).catch(() => [])) {
      if (++entries > maxEntries) return bytes;
      const entryPath = join(path, entry.name);
      if (entry.isDirectory()) {
        if (depth < maxDepth) pending.push({ path: entryPath, depth: depth + 1 });
        continue;
      }
      const target = await stat(entryPath).catch(() => undefined);
      if (target?.isFile() === true) bytes += target.size;
    }
  }
  return bytes;
}
