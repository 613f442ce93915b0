import { mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../../native-models/protocol/errors.ts';

/** Beside the folder, not in it: the folder goes when the download is done. */
function lockPathOf(folder: string): string {
  return `${folder}.lock`;
}

/**
 * Keeps a download to one process: the app and the command line share the folder of downloads.
 * @returns lets it go again
 * @throws EngineError STORE_BUSY where another process is at it
 */
export async function lockDownload(folder: string): Promise<() => Promise<void>> {
  const lockPath = lockPathOf(folder);
  await mkdir(path.dirname(lockPath), { recursive: true });
  for (let attempt = 0; attempt < 3; attempt++) {
    const file = await open(lockPath, 'wx').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
    if (file !== undefined) {
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(lockPath, { force: true });
    }
    const holder = await holderOf(folder);
    if (holder !== undefined) {
      throw new EngineError('STORE_BUSY', `Process ${holder} is downloading this model already.`, {
        remedy: `Let it end, or pause it there. If no such process is at it, delete ${lockPath}.`,
      });
    }
    // Whoever held it was killed.
    await rm(lockPath, { force: true });
  }
  throw new EngineError('STORE_BUSY', `${lockPath} is being taken by another process.`);
}

/** The process that is at a download now; undefined where none is. */
export async function holderOf(folder: string): Promise<number | undefined> {
  const text = await readFile(lockPathOf(folder), 'utf8').catch(() => '');
  const processId = Number(text);
  if (!Number.isSafeInteger(processId) || processId <= 0) return undefined;
  try {
    // Asks whether it is there; sends nothing.
    process.kill(processId, 0);
    return processId;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? processId : undefined;
  }
}
