import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { drivenExecutable, packProgram } from '../packed/pack-program.ts';
import type { FoundElectron } from './find-electron.ts';

/**
 * Chromium's sandbox does not start for root. VIDEOMIND_E2E_USER=65534 has root run the scenarios against the packed program
 * as that user, with the sandbox on.
 */
const user = Number(process.env['VIDEOMIND_E2E_USER'] ?? 0);
/** Where the program starts as that user; set for the workers once it is packed. */
const startsAsUser = 'VIDEOMIND_E2E_AS_USER';

/** True where scenarios run as another user. */
export const hasOtherUser = user !== 0 && process.getuid?.() === 0;

/** What starts the program as the other user; undefined where scenarios run as who started them. */
export function programOfOtherUser(): string | undefined {
  return hasOtherUser ? process.env[startsAsUser] : undefined;
}

/**
 * Packs the program where every user can read it.
 * @returns what takes it away again.
 */
export async function packForOtherUser(
  electron: FoundElectron,
  programPath: string,
): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-packed-'));
  await chmod(folder, 0o755);
  const packed = await packProgram(electron, programPath, path.join(folder, 'out'));
  const starter = path.join(folder, 'start');
  const identity = `--reuid=${user} --regid=${user} --clear-groups`;
  await writeFile(starter, `#!/bin/sh\nexec setpriv ${identity} '${await drivenExecutable(packed)}' "$@"\n`);
  await chmod(starter, 0o755);
  process.env[startsAsUser] = starter;
  return () => rm(folder, { recursive: true, force: true });
}

/** Lets the other user write into the folder of a scenario. */
export async function giveToOtherUser(folder: string): Promise<void> {
  if (hasOtherUser) await chown(folder, user, user);
}
