import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** The script that the `videomind` command runs. */
export const launchPath = fileURLToPath(new URL('../launch.mjs', import.meta.url));

export interface CliOptions {
  /** The folder where the command is typed. */
  readonly cwd?: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** Without root's right to read every file, where the tests run as root (Linux, util-linux). */
  readonly asOrdinaryUser?: boolean;
}

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const withoutOverride = ['setpriv', '--bounding-set=-dac_override,-dac_read_search'];

/** Starts the command line as the leader of a process group, as a terminal does. */
export function startCli(
  args: readonly string[],
  options: CliOptions = {},
): { readonly child: ChildProcess; readonly result: Promise<CliResult> } {
  const cwd = options.cwd ?? process.cwd();
  const [program = '', ...parameters] = [
    ...(options.asOrdinaryUser === true && process.getuid?.() === 0 ? withoutOverride : []),
    ...[process.execPath, launchPath, ...args],
  ];
  const child = spawn(program, parameters, {
    cwd,
    env: { ...process.env, NO_COLOR: '1', INIT_CWD: cwd, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const result = Promise.all([exit, text(child.stdout), text(child.stderr)]);
  return { child, result: result.then(([code, stdout, stderr]) => ({ code, stdout, stderr })) };
}

/** Runs the command line to its end. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startCli(args, options).result;
}

/** Processes started by `processId` that are still there, and theirs (Linux). */
export function descendants(processId: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = readStatus(Number(name), 'PPid');
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const found: number[] = [];
  for (const queue = [processId]; queue.length > 0;) {
    const next = queue.shift();
    const children = [...parents].filter(([, parent]) => parent === next).map(([child]) => child);
    found.push(...children);
    queue.push(...children);
  }
  return found;
}

/** True for a process that is there and has not ended (a zombie has). */
export function isRunning(processId: number): boolean {
  const state = readStatus(processId, 'State');
  return state !== undefined && !state.startsWith('Z');
}

function readStatus(processId: number, field: string): string | undefined {
  try {
    const status = readFileSync(`/proc/${processId}/status`, 'utf8');
    return new RegExp(`^${field}:\\s+(.*)$`, 'm').exec(status)?.[1];
  } catch {
    return undefined;
  }
}
