import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openPromise, validateFileName } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { EngineError, throwIfCancelled, toEngineError } from '../../../native-models/protocol/errors.ts';

/** A library that was taken from a wheel. */
export interface UnpackedLibrary {
  readonly name: string;
  readonly bytes: number;
}

/** `st_mode` of what is no plain file: links above all. */
const [typeMask, plainFile] = [0o170000, 0o100000];

/**
 * Writes those files of a wheel whose names, without folders, match `libraries` into `folder`, all beside each other. Everything
 * else of the wheel stays in it: nothing of it is run.
 * @throws EngineError CHECKSUM_MISMATCH for a file that is no wheel, has a path that leaves its folder, a link, or a library twice;
 * DISK_FULL; CANCELLED.
 */
export async function unpackWheel(
  wheelPath: string,
  libraries: RegExp,
  folder: string,
  signal: AbortSignal,
): Promise<UnpackedLibrary[]> {
  const wheel = path.basename(wheelPath);
  const unpacked: UnpackedLibrary[] = [];
  let zip: ZipFile | undefined;
  try {
    zip = await openPromise(wheelPath, { lazyEntries: true, decodeStrings: true, autoClose: false });
    // All names are looked at before anything is written.
    const taken: Entry[] = [];
    for await (const entry of zip.eachEntry()) {
      const name = wantedName(entry, libraries, wheel);
      if (name === undefined) continue;
      if (taken.some((other) => path.posix.basename(other.fileName) === name)) {
        throw refused(wheel, `has ${name} twice`);
      }
      taken.push(entry);
    }
    for (const entry of taken) {
      throwIfCancelled(signal);
      const name = path.posix.basename(entry.fileName);
      const content = await zip.openReadStreamPromise(entry);
      await pipeline(content, createWriteStream(path.join(folder, name), { flags: 'wx', mode: 0o644 }), {
        signal,
      });
      unpacked.push({ name, bytes: entry.uncompressedSize });
    }
  } catch (error) {
    throwIfCancelled(signal);
    const known = toEngineError(error);
    throw known.code === 'INTERNAL' ? refused(wheel, `cannot be unpacked (${known.message})`, error) : known;
  } finally {
    zip?.close();
  }
  if (unpacked.length === 0) throw refused(wheel, 'holds none of the libraries');
  return unpacked;
}

/** The name under which an entry is written; undefined for one that is left where it is. */
function wantedName(entry: Entry, libraries: RegExp, wheel: string): string | undefined {
  const { fileName } = entry;
  if (validateFileName(fileName) !== null || fileName.split('/').includes('..')) {
    throw refused(wheel, `has a path that leaves its folder (${fileName.slice(0, 100)})`);
  }
  const name = path.posix.basename(fileName);
  if (fileName.endsWith('/') || !libraries.test(name)) return undefined;
  const type = (entry.externalFileAttributes >>> 16) & typeMask;
  if (type !== 0 && type !== plainFile) throw refused(wheel, `has ${name} as something else than a file`);
  return name;
}

function refused(wheel: string, what: string, cause?: unknown): EngineError {
  return new EngineError('CHECKSUM_MISMATCH', `${wheel} ${what}; it was removed.`, {
    remedy: 'Try again later; if it happens again, please report it.',
    ...(cause === undefined ? {} : { cause }),
  });
}
