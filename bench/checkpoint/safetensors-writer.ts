import { open } from 'node:fs/promises';
import type { RandomValues } from './random-values.ts';
import type { TensorSpec } from './tensor-list.ts';

/** Bytes of a bf16 tensor. */
export function tensorBytes(tensor: TensorSpec): number {
  return tensor.shape.reduce((product, size) => product * size, 2);
}

/** The header of a safetensors file: its length (u64) and the JSON, padded with spaces to a multiple of eight bytes. */
export function safetensorsHeader(tensors: readonly TensorSpec[]): Uint8Array {
  const entries: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let offset = 0;
  for (const tensor of tensors) {
    const end = offset + tensorBytes(tensor);
    entries[tensor.name] = { dtype: 'BF16', shape: tensor.shape, data_offsets: [offset, end] };
    offset = end;
  }
  const json = JSON.stringify(entries);
  const text = json.padEnd(Math.ceil(json.length / 8) * 8, ' ');
  const header = Buffer.alloc(8 + text.length);
  header.writeBigUInt64LE(BigInt(text.length));
  header.write(text, 8, 'latin1');
  return header;
}

/** Writes one safetensors file tensor by tensor; memory use does not depend on its size. */
export async function writeSafetensors(
  path: string,
  tensors: readonly TensorSpec[],
  values: RandomValues,
): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(safetensorsHeader(tensors));
    for (const tensor of tensors) {
      for (const piece of values.bytes(tensor)) await file.writeFile(piece);
    }
  } finally {
    await file.close();
  }
}

/** A file of a sharded checkpoint. */
export interface Shard {
  readonly file: string;
  readonly tensors: readonly TensorSpec[];
}

/** Cuts tensors into shards of at most `maxShardBytes` (a larger tensor stands alone), named as Hugging Face does. */
export function shardTensors(tensors: readonly TensorSpec[], maxShardBytes: number): Shard[] {
  const groups: TensorSpec[][] = [];
  let room = 0;
  for (const tensor of tensors) {
    const bytes = tensorBytes(tensor);
    const current = groups.at(-1);
    if (current === undefined || bytes > room) {
      groups.push([tensor]);
      room = maxShardBytes - bytes;
    } else {
      current.push(tensor);
      room -= bytes;
    }
  }
  const number = (n: number) => String(n).padStart(5, '0');
  return groups.map((group, index) => ({
    file: `model-${number(index + 1)}-of-${number(groups.length)}.safetensors`,
    tensors: group,
  }));
}

/** model.safetensors.index.json of a sharded checkpoint. */
export function shardIndex(shards: readonly Shard[]): unknown {
  return {
    metadata: {
      total_size: shards.flatMap((shard) => shard.tensors).reduce((sum, t) => sum + tensorBytes(t), 0),
    },
    weight_map: Object.fromEntries(
      shards.flatMap((shard) => shard.tensors.map((tensor) => [tensor.name, shard.file])),
    ),
  };
}
