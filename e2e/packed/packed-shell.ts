import { execFile } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { tracedCommand } from '../../electron/server/testing/outward-connections.ts';
import { startElectronShell, type ElectronShell } from '../shells/electron-shell.ts';
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

/** Arguments and environment under which the packed program is started as it is, with all that it keeps below `folder`. */
export function packedCommand(folder: string): { readonly args: string[]; readonly env: NodeJS.ProcessEnv } {
  const { switches, env } = startParts(folder);
  return { args: switches, env };
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

/**
 * Starts the packed program, with its window driven.
 *
 * @param tracePath where it is written down whom it connects to.
 */
export async function startPacked(
  program: PackedProgram,
  folder: string,
  tracePath?: string,
): Promise<ElectronShell> {
  let executablePath = await drivenExecutable(program);
  if (tracePath !== undefined) executablePath = await traced(executablePath, tracePath);
  return startElectronShell({ executablePath, folder, prepare: () => Promise.resolve() });
}

/** A command that starts this program and writes down whom it connects to. */
async function traced(executablePath: string, tracePath: string): Promise<string> {
  const starter = `${tracePath}.sh`;
  await writeFile(
    starter,
    `#!/bin/sh\nexec ${tracedCommand(tracePath).join(' ')} '${executablePath}' "$@"\n`,
  );
  await chmod(starter, 0o755);
  return starter;
}
