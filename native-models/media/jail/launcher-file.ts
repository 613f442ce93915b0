import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createHash, randomUUID } from 'node:crypto';
import { homedir, tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { launcherProgram } from './launcher.ts';
import type { CallArchitecture } from './system-calls.ts';

/**
 * Where the launcher may lie, one after another: programs cannot be started from everywhere. The folder is ours alone.
 */
export function launcherFolders(): string[] {
  const { XDG_CACHE_HOME: cache, XDG_RUNTIME_DIR: runtime } = process.env;
  return [
    path.join(
      cache !== undefined && path.isAbsolute(cache) ? cache : path.join(homedir(), '.cache'),
      'videomind',
    ),
    ...(runtime !== undefined && path.isAbsolute(runtime) ? [path.join(runtime, 'videomind')] : []),
    path.join(tmpdir(), `videomind-${userInfo().uid}`),
  ];
}

/**
 * Writes the launcher to a folder unless it is there, byte for byte.
 * @returns its path; undefined where it cannot be written, or the folder belongs to somebody else
 */
export function writeLauncher(folder: string, architecture: CallArchitecture): string | undefined {
  const program = launcherProgram(architecture);
  const digest = createHash('sha256').update(program).digest('hex').slice(0, 12);
  const filePath = path.join(folder, `decoder-jail-${digest}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const owner = lstatSync(folder);
    if (!owner.isDirectory() || owner.uid !== userInfo().uid || (owner.mode & 0o022) !== 0) return undefined;
    if (isWritten(filePath, program)) return filePath;
    const temporary = `${filePath}.${randomUUID()}`;
    writeFileSync(temporary, program, { mode: 0o700, flag: 'wx' });
    chmodSync(temporary, 0o700);
    renameSync(temporary, filePath);
    return filePath;
  } catch {
    return undefined; // read-only, or full: the next folder, or a weaker jail that is named
  }
}

function isWritten(filePath: string, program: Uint8Array): boolean {
  try {
    return lstatSync(filePath).isFile() && readFileSync(filePath).equals(program);
  } catch {
    return false;
  }
}
