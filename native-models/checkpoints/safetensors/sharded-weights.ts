import { join } from 'node:path';
import { EngineError } from '../../protocol/errors.ts';
import { isFile, isJsonObject, readJsonObject } from '../read-file.ts';
import type { StoredTensor } from './stored-tensor.ts';
import { openSafetensors, WeightSet } from './weight-set.ts';

const singleWeightsFile = 'model.safetensors';
const weightsIndexFile = 'model.safetensors.index.json';

const maxIndexBytes = 64 * 1024 * 1024;

/** File names only, optionally in folders below: the index comes with the download and must not lead out of it. */
function isInnerPath(path: string): boolean {
  return (
    path !== '' &&
    !/^[/\\]|^[a-z]:|[\\\0]/i.test(path) &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

async function readIndex(folder: string): Promise<Map<string, string>> {
  const path = join(folder, weightsIndexFile);
  const { weight_map: weightMap } = await readJsonObject(path, 'SAFETENSORS_INVALID', maxIndexBytes);
  if (!isJsonObject(weightMap)) throw new EngineError('SAFETENSORS_INVALID', `${path} has no weight_map.`);
  const shardOfTensor = new Map<string, string>();
  for (const [name, shard] of Object.entries(weightMap)) {
    if (typeof shard !== 'string' || !isInnerPath(shard)) {
      throw new EngineError(
        'SAFETENSORS_INVALID',
        `${path} places tensor "${name.slice(0, 200)}" in ${JSON.stringify(shard).slice(0, 200)}, which is no file of this folder.`,
      );
    }
    shardOfTensor.set(name, shard);
  }
  return shardOfTensor;
}

async function openShards(folder: string): Promise<WeightSet> {
  const shardOfTensor = await readIndex(folder);
  const shards = new Map<string, WeightSet>();
  for (const shard of [...new Set(shardOfTensor.values())].sort()) {
    const path = join(folder, shard);
    if (!(await isFile(path))) {
      throw new EngineError(
        'CHECKPOINT_INCOMPLETE',
        `${path} is missing; ${weightsIndexFile} names it as a shard.`,
      );
    }
    shards.set(shard, await openSafetensors(path));
  }
  const tensors = new Map<string, StoredTensor>();
  for (const [name, shard] of shardOfTensor) {
    const weights = shards.get(shard);
    if (weights?.has(name) !== true) {
      throw new EngineError(
        'CHECKPOINT_INCOMPLETE',
        `${join(folder, shard)} has no tensor "${name.slice(0, 200)}", though ${weightsIndexFile} places it there.`,
      );
    }
    tensors.set(name, weights.get(name));
  }
  return new WeightSet(folder, tensors);
}

/**
 * Opens the weights of a checkpoint folder: `model.safetensors`, or the shards that `model.safetensors.index.json` names.
 * Throws CHECKPOINT_INCOMPLETE when there are none, a shard is missing or lacks a tensor; SAFETENSORS_INVALID for an
 * index or header that lies.
 */
export async function openShardedWeights(folder: string): Promise<WeightSet> {
  if (await isFile(join(folder, singleWeightsFile))) return openSafetensors(join(folder, singleWeightsFile));
  if (await isFile(join(folder, weightsIndexFile))) return openShards(folder);
  const pickled = ['pytorch_model.bin', 'pytorch_model.bin.index.json'];
  for (const name of pickled) {
    if (await isFile(join(folder, name))) {
      throw new EngineError('CHECKPOINT_INCOMPLETE', `${folder} holds its weights only as ${name}.`, {
        remedy:
          'Download the safetensors files of this checkpoint: PyTorch .bin files run code and are not read.',
      });
    }
  }
  throw new EngineError(
    'CHECKPOINT_INCOMPLETE',
    `${folder} holds neither ${singleWeightsFile} nor ${weightsIndexFile}.`,
  );
}
