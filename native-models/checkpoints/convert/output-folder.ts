import { mkdir, open, readdir, rename, rm, rmdir, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EngineError, toEngineError } from '../../protocol/errors.ts';
import { takeImportLock } from './import-lock.ts';
import type { ImportLock } from './import-lock.ts';
import { isFile } from '../read-file.ts';
import { packageFiles } from '../package-layout.ts';

/**
 * Where a package is built: a folder beside its place that takes its place, whole, at the end. What an interrupted import
 * leaves is never mistaken for a package and is removed by the next one.
 */
export interface StagingFolder {
  readonly path: string;
  /** Puts the finished package in its place, instead of one that is there. */
  publish(): Promise<void>;
  /** Removes what was built. */
  discard(): Promise<void>;
}

/**
 * @throws EngineError OUTPUT_EXISTS when a package is there already and `force` is not set, or when the folder holds
 * anything else; OUTPUT_UNWRITABLE; DISK_FULL when less than `neededBytes` are free.
 */
export async function stageOutput(
  outPath: string,
  force: boolean,
  neededBytes: number,
): Promise<StagingFolder> {
  const existing = await readdir(outPath).catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return undefined;
    if (code === 'ENOTDIR') throw new EngineError('OUTPUT_EXISTS', `${outPath} is a file.`);
    throw new EngineError('OUTPUT_UNWRITABLE', `${outPath} cannot be read.`, { cause: error });
  });
  const isPackage = await isFile(join(outPath, packageFiles.manifest));
  if (isPackage && !force)
    throw new EngineError('OUTPUT_EXISTS', `${outPath} already holds a model package.`);
  if (!isPackage && existing !== undefined && existing.length > 0) {
    throw new EngineError('OUTPUT_EXISTS', `${outPath} is not empty and holds no model package.`, {
      remedy: 'Choose another folder; files that are no package are never overwritten.',
    });
  }
  const path = `${outPath}.importing`;
  let lock: ImportLock | undefined;
  try {
    await makeFolder(dirname(path));
    lock = await takeImportLock(outPath);
    await rm(path, { recursive: true, force: true });
    await makeFolder(path);
    const disk = await statfs(dirname(path));
    const freeBytes = disk.bavail * disk.bsize;
    if (freeBytes < neededBytes) {
      await rm(path, { recursive: true, force: true });
      throw new EngineError(
        'DISK_FULL',
        `The package needs about ${sizeText(neededBytes)}, but ${sizeText(freeBytes)} are free at ${dirname(path)}.`,
        { details: { neededBytes, freeBytes } },
      );
    }
  } catch (error) {
    await lock?.release();
    if (error instanceof EngineError) throw error;
    const typed = toEngineError(error);
    if (typed.code === 'DISK_FULL') throw typed;
    throw new EngineError('OUTPUT_UNWRITABLE', `${path} cannot be made: ${typed.message}`, { cause: error });
  }
  const held = lock;
  return {
    path,
    async publish() {
      const replaced = `${outPath}.replaced`;
      await rm(replaced, { recursive: true, force: true });
      if (isPackage) await rename(outPath, replaced);
      else if (existing !== undefined) await rmdir(outPath);
      await rename(path, outPath);
      await syncFolder(dirname(outPath));
      await rm(replaced, { recursive: true, force: true });
      await held.release();
    },
    async discard() {
      await rm(path, { recursive: true, force: true });
      await held.release();
    },
  };
}

/** Like `mkdir -p`. Node's own recursive mkdir never comes back where a file system refuses with ENOENT (/proc). */
async function makeFolder(path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined))?.isDirectory() === true) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path);
}

/** Makes the names in a folder durable; not every platform can open a folder. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

function sizeText(bytes: number): string {
  return bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
