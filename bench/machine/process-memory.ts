import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** A field of /proc/<pid>/status in bytes; undefined where the system has no such file or the process has ended. */
function statusBytes(pid: number | 'self', field: 'VmRSS' | 'VmHWM'): number | undefined {
  try {
    const line = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return line?.[1] === undefined ? undefined : Number(line[1]) * 1024;
  } catch {
    return undefined;
  }
}

/** Largest resident set of a process since the last reset, mapped files included. */
export function peakResidentBytes(pid: number | 'self' = 'self'): number | undefined {
  return statusBytes(pid, 'VmHWM');
}

/** Starts this process's largest resident set anew; does nothing where the system has no such thing. */
export function resetPeakResidentBytes(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Not Linux: the peak is then not reported either.
  }
}

/** Parent, and processor time used by the process itself and its ended children, in clock ticks. */
function processStat(pid: string): { readonly parent: number; readonly ticks: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name is in parentheses and may hold anything, spaces and parentheses included.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return {
      parent: Number(fields[1]),
      ticks: [11, 12, 13, 14].reduce((sum, i) => sum + Number(fields[i]), 0),
    };
  } catch {
    return undefined;
  }
}

/** A process and its descendants, with what they use together. */
export interface ProcessTree {
  readonly residentBytes: number;
  /** Processor time in clock ticks, ended children included. */
  readonly ticks: number;
}

/** Sums over `root` and all its living descendants; undefined where the system has no /proc. */
export function processTree(root: number): ProcessTree | undefined {
  let names: string[];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return undefined;
  }
  const stats = new Map(names.map((name) => [Number(name), processStat(name)]));
  const belongs = (pid: number): boolean => pid === root || (pid > 1 && belongs(stats.get(pid)?.parent ?? 0));
  const members = [...stats.keys()].filter(belongs);
  return {
    residentBytes: members.reduce((sum, pid) => sum + (statusBytes(pid, 'VmRSS') ?? 0), 0),
    ticks: members.reduce((sum, pid) => sum + (stats.get(pid)?.ticks ?? 0), 0),
  };
}

/** Watches the resident memory of a process tree: a sample every `intervalMs`, the largest one returned at the end. */
export function watchTreeMemory(root: number, intervalMs = 100): { stop(): number | undefined } {
  let largest: number | undefined;
  const sample = () => {
    const bytes = processTree(root)?.residentBytes;
    if (bytes !== undefined) largest = Math.max(largest ?? 0, bytes);
  };
  sample();
  const timer = setInterval(sample, intervalMs);
  return {
    stop: () => {
      clearInterval(timer);
      return largest;
    },
  };
}
