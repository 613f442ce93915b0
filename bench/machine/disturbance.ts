import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { processTree } from './process-memory.ts';

/** Clock ticks a second in /proc, on every Linux that Node runs on. */
const TICKS_PER_SEC = 100;

/** More than this many cores used by others: the measurement is marked as disturbed. */
export const DISTURBED_CORES = 0.25;

/** Processor time that anything used since the machine started, in ticks; undefined where there is no /proc. */
function busyTicks(): number | undefined {
  try {
    const fields = /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]?.split(' ').map(Number) ?? [];
    const [user = 0, nice = 0, system = 0, , , interrupts = 0, softInterrupts = 0, stolen = 0] = fields;
    return user + nice + system + interrupts + softInterrupts + stolen;
  } catch {
    return undefined;
  }
}

/** Cores that programs outside this benchmark kept busy while `work` ran; undefined where the system does not tell. */
export async function withForeignCores<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly foreignCores: number | undefined }> {
  const busyBefore = busyTicks();
  const ownBefore = processTree(process.pid)?.ticks;
  const startMs = performance.now();
  const result = await work();
  const sec = (performance.now() - startMs) / 1000;
  const busyAfter = busyTicks();
  const ownAfter = processTree(process.pid)?.ticks;
  if (
    busyBefore === undefined ||
    busyAfter === undefined ||
    ownBefore === undefined ||
    ownAfter === undefined
  ) {
    return { result, foreignCores: undefined };
  }
  const foreignTicks = busyAfter - busyBefore - (ownAfter - ownBefore);
  return { result, foreignCores: Math.max(0, foreignTicks / TICKS_PER_SEC / sec) };
}

/** Mean number of runnable tasks over the last minute. */
export function loadAverage(): number {
  return loadavg()[0] ?? 0;
}
