import type { SplitFile } from '../data-set.ts';

/** A split of a benchmark's own name, read from these files in the order that the reader expects. */
export function split(name: string, ...files: readonly string[]): SplitFile {
  return { name, files };
}
