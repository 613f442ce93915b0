import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';

/** Of every entry, so that the same content is the same file. */
const entryTime = new Date(1980, 0, 1);

/** Larger ones need an extension of the form (ZIP64) that is not written here. */
export const largestZipBytes = 2 ** 32 - 2 ** 20;

/** A file in a ZIP. */
export interface ZipEntry {
  readonly name: string;
  /** Whole, or part by part. */
  readonly content: Uint8Array | AsyncIterable<Uint8Array>;
  /** Compressed already. */
  readonly isPacked?: boolean;
}

/** A ZIP, piece by piece; one entry is in memory at a time, or one part of it. */
export async function* zipPieces(
  entries: AsyncIterable<ZipEntry> | Iterable<ZipEntry>,
): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const zip = new Zip((error, piece) => {
    if (error !== null) throw error;
    ready.push(piece);
  });
  for await (const { name, content, isPacked = false } of entries) {
    const entry = isPacked ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
    entry.mtime = entryTime;
    zip.add(entry);
    if (content instanceof Uint8Array) {
      entry.push(content, true);
    } else {
      for await (const part of content) {
        entry.push(part);
        yield* ready.splice(0);
      }
      entry.push(new Uint8Array(0), true);
    }
    yield* ready.splice(0);
  }
  zip.end();
  yield* ready.splice(0);
}
