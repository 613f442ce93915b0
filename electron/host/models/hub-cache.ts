import { copyFile, constants, mkdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { PlannedFile } from './download-plan.ts';

/**
 * Takes a file out of the cache of the hub's own tools (`models--ORG--NAME/snapshots/REVISION/PATH`, links into `blobs`), where
 * it lies already: nothing is fetched twice. A copy that shares its blocks where the file system can do that; whether it is
 * whole the caller checks, as for what arrives.
 *
 * @param caches folders of caches, looked through in turn
 * @returns whether there was one of the right size
 */
export async function takeFromHubCache(
  file: PlannedFile,
  place: string,
  caches: readonly string[],
): Promise<boolean> {
  const folder = `models--${file.repository.replaceAll('/', '--')}`;
  for (const cache of caches) {
    const snapshots = path.join(cache, folder, 'snapshots');
    const kept = path.join(snapshots, file.revision, ...file.path.split('/'));
    const target = await realpath(kept).catch(() => undefined);
    // A link in somebody's cache may lead anywhere: only what lies in this repository's own folder is taken.
    const root = await realpath(path.join(cache, folder)).catch(() => undefined);
    if (target === undefined || root === undefined || !target.startsWith(root + path.sep)) continue;
    const found = await stat(target).catch(() => undefined);
    if (found?.isFile() !== true || found.size !== file.bytes) continue;
    await mkdir(path.dirname(place), { recursive: true });
    await copyFile(target, place, constants.COPYFILE_FICLONE);
    return true;
  }
  return false;
}
