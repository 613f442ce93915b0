import { spawn, spawnSync } from 'node:child_process';
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Said } from './faulty-host.ts';
import { AcknowledgedWork, lossesOf } from './kill-rounds.ts';

const entryPath = fileURLToPath(new URL('faulty-host.ts', import.meta.url));

/** A round that does not end by itself has hung. */
const timeoutMs = 60_000;

/** What fails: a kind of system call, for the kernel's reason, or a message or start of the engine. */
export interface Fault {
  readonly name: string;
  /** System calls, as `strace` names them. Absent: the host itself makes it fail. */
  readonly calls?: string;
  readonly error?: string;
  /** Counts only calls on files of the library. */
  readonly ofLibrary?: boolean;
}

/** Every way in which a transaction of the host can be made to fail, one at a time. */
export const faults: readonly Fault[] = [
  { name: 'write', calls: 'write,pwrite64,pwritev,writev', error: 'EIO', ofLibrary: true },
  { name: 'write-full', calls: 'write,pwrite64,pwritev,writev', error: 'ENOSPC', ofLibrary: true },
  { name: 'fsync', calls: 'fsync,fdatasync', error: 'EIO' },
  { name: 'rename', calls: 'rename,renameat,renameat2', error: 'EIO' },
  { name: 'read', calls: 'read,pread64', error: 'EIO', ofLibrary: true },
  { name: 'allocate', calls: 'mmap,ftruncate,fallocate', error: 'ENOMEM', ofLibrary: true },
  { name: 'open', calls: 'openat', error: 'EMFILE', ofLibrary: true },
  { name: 'message' },
  { name: 'start' },
];

/** True where the kernel's answers can be replaced: Linux with `strace` that may trace. */
export function canInject(): boolean {
  return spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0;
}

/** What came of one round. */
export interface FaultOutcome {
  /** False when the work has no n-th call of the kind any more. */
  readonly faulted: boolean;
  /** Codes that the host answered with. */
  readonly refusals: readonly string[];
  /** What was answered or told and is not there, or is wrong. */
  readonly losses: readonly string[];
}

/** Does the work once with the n-th call failing, then opens the library without faults and looks for what was answered. */
export async function runWithFault(folder: string, fault: Fault, nth: number): Promise<FaultOutcome> {
  await rm(folder, { recursive: true, force: true });
  const data = path.join(folder, 'data');
  await mkdir(data, { recursive: true });
  const log = path.join(folder, 'trace');
  const own = fault.calls === undefined ? [fault.name, String(nth)] : [];
  const host = [process.execPath, entryPath, folder, ...own];
  const [command = '', ...args] = [...traced(fault, nth, data, log), ...host];
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // One thread of the pool: the n-th call of a kind is then the same one each time.
    env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += String(text)));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const work = new AcknowledgedWork();
  const refusals: string[] = [];
  const exported: { readonly path: string; readonly bytes: number }[] = [];
  let faulted = false;
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as Said;
    if (said.what === 'faulted') faulted = true;
    else if (said.what === 'refused') refusals.push(said.code);
    else if (said.what === 'exported') exported.push(said);
    else work.add(said);
  }
  const status = await ended;
  const losses = status === 0 ? [] : [`the host ended with ${status}: ${stderr.slice(-500)}`];
  faulted ||= fault.calls !== undefined && (await readFile(log, 'utf8')).includes('(INJECTED)');
  losses.push(...(await lossesOf(folder, work)));
  for (const file of exported) {
    const size = await stat(file.path).then(
      (found) => found.size,
      () => undefined,
    );
    if (size !== file.bytes)
      losses.push(`the export ${path.basename(file.path)} has ${size} bytes of ${file.bytes}`);
  }
  return { faulted, refusals, losses };
}

function traced(fault: Fault, nth: number, data: string, log: string): string[] {
  if (fault.calls === undefined) return [];
  const library = ['library.db', 'library.db-wal', 'library.db-shm', 'library.db-journal'];
  return [
    ...['strace', '-f', '-qq', '--seccomp-bpf', '-o', log, '-e', `trace=${fault.calls}`],
    ...['-e', `inject=${fault.calls}:error=${fault.error ?? 'EIO'}:when=${nth}`],
    ...(fault.ofLibrary === true ? library.flatMap((name) => ['-P', path.join(data, name)]) : []),
  ];
}
