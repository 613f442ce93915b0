import { execFile } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { startElectronShell } from '../shells/electron-shell.ts';
import type { Shell } from '../shells/shell.ts';
import { drivenExecutable, type PackedProgram } from './pack-program.ts';

const run = promisify(execFile);

/** Switches and environment under which everything of a program stays below `folder`. */
function startParts(folder: string): { readonly switches: string[]; readonly env: NodeJS.ProcessEnv } {
  return {
    switches: [
      // Chromium's sandbox does not start for root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      `--user-data-dir=${path.join(folder, 'window')}`,
    ],
    env: {
      ...process.env,
      VIDEOMIND_DATA_DIR: path.join(folder, 'data'),
      VIDEOMIND_CACHE_DIR: path.join(folder, 'cache'),
    },
  };
}

/** Runs the packed program as it is, with these arguments, in `folder`; rejects when it ends badly. */
export async function runPacked(
  { executablePath }: PackedProgram,
  folder: string,
  args: readonly string[],
  added: NodeJS.ProcessEnv = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const { switches, env } = startParts(folder);
  return run(executablePath, [...switches, ...args], {
    cwd: folder,
    env: { ...env, ...added },
    maxBuffer: 1 << 26,
  });
}

/** Starts the packed program, with its window driven. */
export async function startPacked(program: PackedProgram, folder: string): Promise<Shell> {
  const executablePath = await drivenExecutable(program);
  return startElectronShell({ executablePath, folder, prepare: () => Promise.resolve() });
}
