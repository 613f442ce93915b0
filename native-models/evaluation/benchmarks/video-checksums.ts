import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { EngineError, throwIfCancelled } from '../../protocol/errors.ts';

/** Checksums of files, by path or name as the list has them. */
export type FileChecksums = ReadonlyMap<string, string>;

/** Hashes by the length of what they are written as. */
const algorithms: Readonly<Record<number, string>> = { 32: 'md5', 40: 'sha1', 64: 'sha256' };

/**
 * A list of checksums, as `md5sum`, `sha1sum` and `sha256sum` write it.
 * @throws EngineError ANNOTATIONS_NOT_FOUND, ANNOTATIONS_INVALID naming the line that is none
 */
export async function readChecksums(file: string): Promise<FileChecksums> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new EngineError('ANNOTATIONS_NOT_FOUND', `There is no list of checksums ${file}.`, { cause });
  });
  const sums = new Map<string, string>();
  for (const [index, line] of text.split(/\r?\n/u).entries()) {
    if (line.trim() === '') continue;
    const [, hex = '', name = ''] = /^([\da-f]+) [ *](.+)$/iu.exec(line) ?? [];
    if (algorithms[hex.length] === undefined) {
      throw new EngineError(
        'ANNOTATIONS_INVALID',
        `${file}, line ${index + 1} is no checksum and file name.`,
        {
          remedy: 'Give a list as md5sum, sha1sum or sha256sum write it.',
        },
      );
    }
    sums.set(path.posix.normalize(name), hex.toLowerCase());
  }
  return sums;
}

/** The checksum that a list has of a video: by its path below the data folder, else by the end of it, longest first. */
export function checksumOf(sums: FileChecksums, relative: string): string | undefined {
  const parts = relative.split('/');
  for (let start = 0; start < parts.length; start++) {
    const found = sums.get(parts.slice(start).join('/'));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a file's content has a checksum. @throws EngineError CANCELLED; what reading throws */
export async function hasChecksum(file: string, hex: string, signal?: AbortSignal): Promise<boolean> {
  const hash = createHash(algorithms[hex.length] ?? 'sha256');
  for await (const piece of createReadStream(file)) {
    throwIfCancelled(signal);
    hash.update(piece as Buffer);
  }
  return hash.digest('hex') === hex;
}
