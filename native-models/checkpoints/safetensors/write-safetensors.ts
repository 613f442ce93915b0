import { type FileHandle, open } from 'node:fs/promises';
import { EngineError } from '../../protocol/errors.ts';
import { lengthFieldBytes } from './header.ts';
import { type Dtype, dtypeBytes, formatShape } from './stored-tensor.ts';

/** Data begins at a multiple of this in the files that are written, so that any dtype is aligned. */
const headerAlignmentBytes = 64;

/** One tensor to write: its size is known first, its data comes when its turn does. */
export interface TensorToWrite {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** The elements, little-endian and row-major, in pieces of any length. Called once, in the order of the entries. */
  readonly data: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

function byteLengthOf(entry: Omit<TensorToWrite, 'data'>): number {
  return entry.shape.reduce((product, size) => product * size, dtypeBytes[entry.dtype]);
}

/** What a file starts with: length field and header of tensors that follow one another, padded as the format allows. */
export function buildHeader(entries: readonly Omit<TensorToWrite, 'data'>[]): Uint8Array {
  let offset = 0;
  const fields = entries.map((entry) => {
    const begin = offset;
    offset += byteLengthOf(entry);
    return [entry.name, { dtype: entry.dtype, shape: entry.shape, data_offsets: [begin, offset] }] as const;
  });
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(fields)));
  const total = Math.ceil((lengthFieldBytes + json.length) / headerAlignmentBytes) * headerAlignmentBytes;
  const header = new Uint8Array(total).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(total - lengthFieldBytes), true);
  header.set(json, lengthFieldBytes);
  return header;
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
  }
}

async function writeTensor(file: FileHandle, entry: TensorToWrite): Promise<void> {
  const expected = byteLengthOf(entry);
  let written = 0;
  for await (const piece of entry.data()) {
    written += piece.length;
    if (written > expected) break;
    await writeAll(file, piece);
  }
  if (written !== expected) {
    throw new EngineError(
      'INTERNAL',
      `${entry.name} of ${entry.dtype} ${formatShape(entry.shape)} has ${expected} bytes, given ${written}.`,
    );
  }
}

function openError(path: string, error: unknown): EngineError {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  return new EngineError('OUTPUT_UNWRITABLE', `${path} cannot be written (${code}).`, { cause: error });
}

/**
 * Writes a safetensors file of any size, holding one piece of one tensor at a time, and flushes it to disk. The file is
 * not complete before the promise resolves: write it under a temporary name where that matters.
 * Throws OUTPUT_UNWRITABLE, INTERNAL when a tensor's data is not as long as its shape says, and what `data` throws; a
 * full disk comes as the system's error.
 */
export async function writeSafetensors(path: string, entries: readonly TensorToWrite[]): Promise<void> {
  let file: FileHandle;
  try {
    file = await open(path, 'w');
  } catch (error) {
    throw openError(path, error);
  }
  try {
    await writeAll(file, buildHeader(entries));
    for (const entry of entries) await writeTensor(file, entry);
    await file.sync();
  } finally {
    await file.close();
  }
}
