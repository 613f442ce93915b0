import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { z } from 'zod';

/**
 * A file of features of some frame pairs, written once and never changed:
 *
 *     "VMF1" │ bytes of the index (uint32) │ its CRC-32 (uint32) │ index (JSON) │ float32 values, pair after pair
 *
 * Numbers are little-endian. Each pair has a checksum of its own, so that damage costs that pair alone. Where several keys name the
 * same array, they name one place.
 */

const magic = Buffer.from('VMF1');
const headBytes = 12;
/** An index that says it is larger is damaged. */
const mostIndexBytes = 16 * 2 ** 20;

export const segmentSuffix = '.features';

/** `<name>.features.<bytes>.draft`: a segment that is being written, and what it will take of the disk. */
const draftPattern = /\.features\.(\d+)\.draft$/;

const indexSchema = z.array(
  z.object({
    key: z.string(),
    /** From the end of the index. */
    offset: z.number().int().nonnegative(),
    bytes: z.number().int().nonnegative().multipleOf(4),
    crc: z.number().int().nonnegative(),
  }),
);

/** Where a segment holds the features of one pair. */
export interface SegmentEntry {
  readonly key: string;
  readonly segmentPath: string;
  /** From the beginning of the file. */
  readonly position: number;
  readonly bytes: number;
  readonly crc: number;
}

/** Features of a frame pair under their key. */
export interface KeyedFeatures {
  readonly key: string;
  readonly features: Float32Array;
}

/** Bytes that a draft stands for; undefined of what is none. */
export function draftBytes(name: string): number | undefined {
  const bytes = draftPattern.exec(name)?.[1];
  return bytes === undefined ? undefined : Number(bytes);
}

/**
 * A segment on its way: an empty file whose name says how much it will take, so that whoever looks after the disk's budget, in this
 * process or another, counts it before the first byte is written.
 */
export class SegmentDraft {
  readonly path: string;
  readonly bytes: number;
  readonly #segmentPath: string;
  readonly #head: Buffer;
  readonly #index: readonly IndexEntry[];
  readonly #values: readonly Float32Array[];

  private constructor(folder: string, pairs: readonly KeyedFeatures[]) {
    const { head, index } = layOut(pairs);
    this.#values = valuesOf(pairs);
    this.#head = head;
    this.#index = index;
    this.bytes = this.#values.reduce((sum, { byteLength }) => sum + byteLength, head.byteLength);
    this.#segmentPath = path.join(folder, `${randomUUID()}${segmentSuffix}`);
    this.path = `${this.#segmentPath}.${this.bytes}.draft`;
  }

  /** @throws of the file system */
  static async begin(folder: string, pairs: readonly KeyedFeatures[]): Promise<SegmentDraft> {
    const draft = new SegmentDraft(folder, pairs);
    await mkdir(folder, { recursive: true });
    await writeFile(draft.path, '', { flag: 'wx' });
    return draft;
  }

  /**
   * Writes all of it, and only then gives it its name: a kill leaves no half of a segment.
   * @throws of the file system; nothing is left behind then, as far as it can be removed
   */
  async finish(): Promise<SegmentEntry[]> {
    try {
      // Should somebody have removed it, it is not made anew: its room may have been given away.
      await writeFile(this.path, [this.#head, ...this.#values.map(bytesOf)], { flag: 'r+' });
      await rename(this.path, this.#segmentPath);
    } catch (error) {
      await this.drop();
      throw error;
    }
    return this.#index.map((entry) => placed(entry, this.#segmentPath, this.#head.byteLength));
  }

  /** Gives up its room. */
  async drop(): Promise<void> {
    await rm(this.path, { force: true }).catch(() => undefined);
  }
}

/** What a segment holds; undefined where it is damaged or gone. */
export async function readSegmentIndex(segmentPath: string): Promise<SegmentEntry[] | undefined> {
  try {
    await using file = await open(segmentPath, 'r');
    const head = await readBytes(file, 0, headBytes);
    const indexBytes = head.readUInt32LE(4);
    if (!head.subarray(0, 4).equals(magic) || indexBytes > mostIndexBytes) return undefined;
    const text = await readBytes(file, headBytes, indexBytes);
    if (crc32(text) !== head.readUInt32LE(8)) return undefined;
    const index = indexSchema.parse(JSON.parse(text.toString('utf8')));
    return index.map((entry) => placed(entry, segmentPath, headBytes + indexBytes));
  } catch {
    return undefined;
  }
}

/** The features of some pairs of one segment; undefined for what is damaged or gone. */
export async function readFeatures(
  segmentPath: string,
  entries: readonly SegmentEntry[],
): Promise<(Float32Array | undefined)[]> {
  try {
    await using file = await open(segmentPath, 'r');
    const found: (Float32Array | undefined)[] = [];
    for (const { position, bytes, crc } of entries) {
      const values = new Float32Array(bytes / 4);
      const view = new Uint8Array(values.buffer);
      const { bytesRead } = await file.read(view, 0, bytes, position);
      found.push(bytesRead === bytes && crc32(view) === crc ? values : undefined);
    }
    return found;
  } catch {
    return entries.map(() => undefined);
  }
}

type IndexEntry = z.infer<typeof indexSchema>[number];

function layOut(pairs: readonly KeyedFeatures[]): { readonly head: Buffer; readonly index: IndexEntry[] } {
  let offset = 0;
  const places = new Map<Float32Array, Omit<IndexEntry, 'key'>>();
  for (const features of valuesOf(pairs)) {
    const bytes = bytesOf(features);
    places.set(features, { offset, bytes: bytes.byteLength, crc: crc32(bytes) });
    offset += bytes.byteLength;
  }
  const index = pairs.flatMap(({ key, features }) => {
    const place = places.get(features);
    return place === undefined ? [] : [{ key, ...place }];
  });
  const text = Buffer.from(JSON.stringify(index));
  const head = Buffer.alloc(headBytes);
  magic.copy(head);
  head.writeUInt32LE(text.byteLength, 4);
  head.writeUInt32LE(crc32(text), 8);
  return { head: Buffer.concat([head, text]), index };
}

/** Each array once, however many keys it has. */
function valuesOf(pairs: readonly KeyedFeatures[]): Float32Array[] {
  return [...new Set(pairs.map(({ features }) => features))];
}

function bytesOf(features: Float32Array): Uint8Array {
  return new Uint8Array(features.buffer, features.byteOffset, features.byteLength);
}

function placed({ key, offset, bytes, crc }: IndexEntry, segmentPath: string, start: number): SegmentEntry {
  return { key, segmentPath, position: start + offset, bytes, crc };
}

async function readBytes(file: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await file.read(buffer, 0, bytes, position);
  if (bytesRead < bytes) throw new RangeError('The file ends too early.');
  return buffer;
}
