import type { JailLimits } from './jail.ts';

/** What `ulimit` counts in. */
const blockBytes = 512;
const kibibyte = 1024;

/**
 * Starts a program by `/bin/sh` with limits of processor time, size of files, open files and address space. A limit that a
 * system does not know is left out (macOS has none of memory); a program and its arguments are never text of the script.
 */
export function limitedByShell(
  program: string,
  args: readonly string[],
  limits: JailLimits,
): { readonly command: string; readonly args: readonly string[] } {
  const values: readonly (readonly [flag: string, value: number])[] = [
    ['-t', limits.cpuSec],
    ['-f', limits.outputBytes / blockBytes],
    ['-n', limits.openFiles],
    ['-v', (2 * limits.memoryBytes) / kibibyte],
    ['-d', limits.memoryBytes / kibibyte],
    ['-c', 0],
  ];
  const script = values.map(([flag, value]) => `ulimit ${flag} ${Math.ceil(value)} 2>/dev/null`).join('; ');
  return { command: '/bin/sh', args: ['-c', `${script}; exec "$0" "$@"`, program, ...args] };
}
