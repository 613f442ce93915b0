import { rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { engineErrorOf } from '../testing/engine-error.ts';
import {
  copyPack,
  editJson,
  makeTemporaryFolder,
  packsFolder,
  safetensorsBytes,
} from '../testing/temporary-checkpoint.ts';
import { openShardedWeights } from './sharded-weights.ts';
import { openSafetensors } from './weight-set.ts';

const indexFile = 'model.safetensors.index.json';
const secondShard = 'model-00002-of-00002.safetensors';

test('opens all shards of a checkpoint and reads values and rows of them', async () => {
  const weights = await openShardedWeights(join(packsFolder, 'pack-2b', 'base'));
  expect(weights.files).toHaveLength(2);
  expect(weights.get('visual.patch_embed.proj.weight').shape).toEqual([64, 3, 2, 14, 14]);
  const table = await weights.readFloat32('model.embed_tokens.weight');
  expect(table).toHaveLength(640 * 192);
  expect(table.every(Number.isFinite)).toBe(true);
  const rows = await weights.readFloat32('model.embed_tokens.weight', { start: 598, end: 601 });
  expect(rows).toEqual(table.slice(598 * 192, 601 * 192));
  expect(await weights.readBytes('model.norm.weight')).toHaveLength(384);
});

test('reads the numbers that the reference wrote as float32', async () => {
  const head = await openSafetensors(join(packsFolder, 'pack-2b', 'expected', 'grounding-head.safetensors'));
  const name = head.names()[0] ?? '';
  const bytes = await head.readBytes(name);
  const first = new DataView(bytes.buffer, bytes.byteOffset).getFloat32(0, true);
  expect((await head.readFloat32(name))[0]).toBe(first);
});

test('names the tensor that is not there', async () => {
  const weights = await openShardedWeights(join(packsFolder, 'pack-2b', 'base'));
  const error = await engineErrorOf(() => weights.get('lm_head.weight'));
  expect(error.code).toBe('CHECKPOINT_INCOMPLETE');
  expect(error.message).toContain('"lm_head.weight"');
});

test('refuses rows that are not there', async () => {
  const weights = await openShardedWeights(join(packsFolder, 'pack-2b', 'base'));
  await expect(weights.readFloat32('model.norm.weight', { start: 190, end: 193 })).rejects.toThrow(
    RangeError,
  );
});

test('refuses to read integers as weights, naming the tensor', async () => {
  const path = join(await makeTemporaryFolder(), 'model.safetensors');
  await writeFile(path, safetensorsBytes({ packed: { dtype: 'I32', shape: [1], data_offsets: [0, 4] } }, 4));
  const error = await engineErrorOf(async () => (await openSafetensors(path)).readFloat32('packed'));
  expect(error.code).toBe('ARCHITECTURE_UNSUPPORTED');
  expect(error.message).toMatch(/"packed" is stored as I32/);
});

test('says so when a file becomes shorter while it is read', async () => {
  const folder = await copyPack('pack-2b');
  const weights = await openShardedWeights(join(folder, 'base'));
  await truncate(weights.get('visual.patch_embed.proj.weight').file, 20_000);
  const error = await engineErrorOf(() => weights.readFloat32('visual.patch_embed.proj.weight'));
  expect(error.code).toBe('SAFETENSORS_INVALID');
});

test('follows links, which the Hugging Face cache is made of', async () => {
  const folder = await makeTemporaryFolder();
  const source = join(packsFolder, 'pack-2b', 'base');
  for (const name of [indexFile, secondShard, 'model-00001-of-00002.safetensors']) {
    await symlink(join(source, name), join(folder, name));
  }
  const weights = await openShardedWeights(folder);
  expect(await weights.readFloat32('model.norm.weight')).toHaveLength(192);
});

test('names a shard that is missing', async () => {
  const folder = join(await copyPack('pack-2b'), 'base');
  await rm(join(folder, secondShard));
  const error = await engineErrorOf(() => openShardedWeights(folder));
  expect(error.code).toBe('CHECKPOINT_INCOMPLETE');
  expect(error.message).toContain(secondShard);
});

test('names a tensor that is not in its shard', async () => {
  const folder = join(await copyPack('pack-2b'), 'base');
  await editJson(join(folder, indexFile), { weight_map: { 'model.ghost.weight': secondShard } });
  const error = await engineErrorOf(() => openShardedWeights(folder));
  expect(error.code).toBe('CHECKPOINT_INCOMPLETE');
  expect(error.message).toMatch(/no tensor "model.ghost.weight"/);
});

test.each([
  '../secret.safetensors',
  'a/../../b.safetensors',
  '/etc/passwd',
  'C:\\x.safetensors',
  '..\\x',
  './x',
  'a//b',
  'a\0b',
  '',
  7,
  null,
])('refuses an index that leads out of the folder: %j', async (shard) => {
  const folder = join(await copyPack('pack-2b'), 'base');
  await editJson(join(folder, indexFile), { weight_map: { a: shard } });
  const error = await engineErrorOf(() => openShardedWeights(folder));
  expect(error.code).toBe('SAFETENSORS_INVALID');
  expect(error.message).toContain('no file of this folder');
});

test.each([
  ['no weight_map', '{}'],
  ['a list', '[]'],
  ['no JSON', '{"weight_map":'],
])('refuses an index with %s', async (_, content) => {
  const folder = join(await copyPack('pack-2b'), 'base');
  await writeFile(join(folder, indexFile), content);
  expect((await engineErrorOf(() => openShardedWeights(folder))).code).toBe('SAFETENSORS_INVALID');
});

test('says what to do about a checkpoint that is only there as PyTorch files, or not at all', async () => {
  const folder = await makeTemporaryFolder();
  expect((await engineErrorOf(() => openShardedWeights(folder))).message).toMatch(/holds neither/);
  await writeFile(join(folder, 'other'), '');
  await rename(join(folder, 'other'), join(folder, 'pytorch_model.bin'));
  const error = await engineErrorOf(() => openShardedWeights(folder));
  expect(error.code).toBe('CHECKPOINT_INCOMPLETE');
  expect(error.remedy).toMatch(/safetensors files/);
});
