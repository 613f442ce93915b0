import path from 'node:path';

/** Arguments with the files that they name. */
export interface NamedFiles {
  /** The same arguments with absolute paths: a jail has a working folder of its own. */
  readonly args: string[];
  readonly reads: string[];
  readonly writes: string[];
}

/**
 * The files that arguments of ffmpeg name, which is what the child may open: each input (`-i file:…`) to read, each other
 * `file:` to write. A numbered list of pictures (`-f image2`) is read from its folder.
 */
export function filesOfArguments(original: readonly string[]): NamedFiles {
  const args = [...original];
  const reads: string[] = [];
  const writes: string[] = [];
  let format: string | undefined;
  for (const [index, argument] of original.entries()) {
    const before = original[index - 1];
    if (before === '-f') format = argument;
    if (!argument.startsWith('file:')) continue;
    const named = path.resolve(argument.slice('file:'.length));
    args[index] = `file:${named}`;
    if (before !== '-i') writes.push(named);
    else reads.push(format === 'image2' ? path.dirname(named) : named);
    format = undefined;
  }
  return { args, reads, writes };
}
