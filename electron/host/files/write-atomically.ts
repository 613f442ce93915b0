import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../../native-models/protocol/errors.ts';

/**
 * Writes a file so that it is there whole or not at all: to a temporary file beside it, synced, then renamed over it.
 * @param options `mode` of the file, before the process' own mask: who may read it.
 * @throws EngineError DISK_FULL, OUTPUT_UNWRITABLE; what was there before stays.
 */
export async function writeAtomically(
  filePath: string,
  content: string | Uint8Array,
  { mode = 0o666 }: { readonly mode?: number } = {},
): Promise<void> {
  try {
    const target = await replaceable(filePath);
    if (target === undefined) await writeFile(filePath, content);
    else await replace(target, content, mode);
  } catch (error) {
    throw writeError(filePath, error);
  }
}

/**
 * Finds out now whether `writeAtomically` can create files there, so that long work is not begun in vain.
 * @throws EngineError DISK_FULL, OUTPUT_UNWRITABLE.
 */
export async function requireWritable(filePath: string): Promise<void> {
  try {
    const target = await replaceable(filePath);
    if (target === undefined) return;
    const temporary = temporaryBeside(target);
    await (await open(temporary, 'wx')).close();
    await rm(temporary);
  } catch (error) {
    throw writeError(filePath, error);
  }
}

/**
 * The file that a rename may replace: the path itself, or what it links to. Undefined for devices and pipes (/dev/stdout),
 * which are written to and never replaced.
 */
async function replaceable(filePath: string): Promise<string | undefined> {
  const target = await realpath(filePath).catch(() => filePath);
  const found = await stat(target).catch(() => undefined);
  if (found?.isDirectory() === true) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
  return found === undefined || found.isFile() ? target : undefined;
}

async function replace(target: string, content: string | Uint8Array, mode: number): Promise<void> {
  const temporary = temporaryBeside(target);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function temporaryBeside(filePath: string): string {
  return path.join(path.dirname(filePath), `.${path.basename(filePath)}.${randomUUID()}.tmp`);
}

/** Why a file could not be written, in words: a full disk, or what the system says. */
export function writeError(filePath: string, cause: unknown): EngineError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)) {
    return new EngineError('DISK_FULL', `There is no room to write ${filePath}.`, { cause });
  }
  return new EngineError('OUTPUT_UNWRITABLE', `${filePath} cannot be written (${code || String(cause)}).`, {
    cause,
    ...(code === 'ENOENT' && {
      remedy: `Make the folder ${path.dirname(filePath)} first, or choose one that is there.`,
    }),
  });
}
