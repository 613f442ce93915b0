import { open, readFile, rm } from 'node:fs/promises';
import { EngineError } from '../../protocol/errors.ts';

/** Held by the one process that imports into a folder. */
export interface ImportLock {
  release(): Promise<void>;
}

/**
 * Takes a folder for this process, by a file beside it that holds the process id. What a killed process left is taken over.
 * @throws EngineError OUTPUT_EXISTS while another process imports there; what making the file throws
 */
export async function takeImportLock(outPath: string): Promise<ImportLock> {
  const path = `${outPath}.importing.lock`;
  for (;;) {
    const file = await open(path, 'wx').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
      throw error;
    });
    if (file !== undefined) {
      await file.writeFile(`${process.pid}\n`);
      await file.close();
      return { release: () => rm(path, { force: true }) };
    }
    const holder = Number(await readFile(path, 'utf8').catch(() => ''));
    if (holder !== process.pid && isRunning(holder)) {
      throw new EngineError('OUTPUT_EXISTS', `Process ${holder} is importing into ${outPath}.`, {
        remedy: 'Wait until it is done, or choose another folder with --out.',
      });
    }
    await rm(path, { force: true });
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
