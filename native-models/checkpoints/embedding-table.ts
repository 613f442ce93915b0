import { open, type FileHandle } from 'node:fs/promises';
import { EngineError } from '../protocol/errors.ts';
import { decodeToFloat32, type StoredTensor } from './safetensors/stored-tensor.ts';
import { openSafetensors } from './safetensors/weight-set.ts';

/** Embedding rows, read from disk when asked for: a table of 150,000 rows would take hundreds of megabytes of memory. */
export interface EmbeddingTable {
  /** (tokenIds.length, hidden) */
  lookUp(tokenIds: readonly number[]): Promise<Float32Array>;
  close(): Promise<void>;
}

/** @throws EngineError PACKAGE_DAMAGED when the file is no table of this width. */
export async function openEmbeddings(path: string, hidden: number): Promise<EmbeddingTable> {
  const tensor = (await openSafetensors(path)).get('weight');
  const { dtype, shape } = tensor;
  if (shape.length !== 2 || shape[1] !== hidden || (dtype !== 'F32' && dtype !== 'F16' && dtype !== 'BF16')) {
    throw new EngineError('PACKAGE_DAMAGED', `${path} holds no embeddings of width ${hidden}.`);
  }
  const file = await open(path, 'r');
  const rows = new Map<number, Float32Array>();
  return {
    async lookUp(tokenIds) {
      const result = new Float32Array(tokenIds.length * hidden);
      for (const [index, id] of tokenIds.entries()) {
        let row = rows.get(id);
        if (row === undefined) {
          row = decodeToFloat32(await readRow(file, tensor, id, path), dtype);
          rows.set(id, row);
        }
        result.set(row, index * hidden);
      }
      return result;
    },
    close: () => file.close(),
  };
}

async function readRow(
  file: FileHandle,
  { shape, byteLength, offset }: StoredTensor,
  id: number,
  path: string,
): Promise<Uint8Array> {
  const [count = 0] = shape;
  if (id < 0 || id >= count) throw new EngineError('PACKAGE_DAMAGED', `${path} has no row for token ${id}.`);
  const bytes = new Uint8Array(byteLength / count);
  await file.read(bytes, 0, bytes.length, offset + id * bytes.length);
  return bytes;
}
