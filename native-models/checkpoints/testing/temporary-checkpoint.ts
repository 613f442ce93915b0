import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { JsonObject } from '../read-file.ts';

/** The checked-in packs: tiny checkpoints in the layout in which people download them. */
export const packsFolder = fileURLToPath(new URL('../../fixtures/', import.meta.url));

/** A folder that is gone when the test is over. */
export async function makeTemporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'videomind-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A copy of a pack's `base` and `model` to be damaged by the test; returns the folder that holds both. */
export async function copyPack(pack: 'pack-2b' | 'pack-7b'): Promise<string> {
  const folder = await makeTemporaryFolder();
  for (const part of ['base', 'model']) {
    await cp(join(packsFolder, pack, part), join(folder, part), { recursive: true });
  }
  return folder;
}

/** Changes some fields of a JSON file; `undefined` takes a field out. */
export async function editJson(path: string, changes: JsonObject): Promise<void> {
  const content = JSON.parse(await readFile(path, 'utf8')) as JsonObject;
  await writeFile(path, JSON.stringify({ ...content, ...changes }));
}

/** The bytes of a safetensors file with this header (an object or raw text) and so many bytes of data. */
export function safetensorsBytes(header: unknown, dataBytes = 0): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(dataBytes)]);
}

/** A copy of a reasoner pack's checkpoint to be changed by the test. */
export async function copyReasonerCheckpoint(pack: 'pack-qwen2.5' | 'pack-qwen3'): Promise<string> {
  const folder = await makeTemporaryFolder();
  await cp(join(packsFolder, pack, 'checkpoint'), folder, { recursive: true });
  return folder;
}

/** Renames the tensors of a sharded checkpoint in its files and its index; `undefined` takes a tensor out of the index. */
export async function renameTensors(
  folder: string,
  rename: (name: string) => string | undefined,
): Promise<void> {
  const renamed = (entries: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(
      Object.entries(entries).map(([name, value]) => [
        name === '__metadata__' ? name : (rename(name) ?? name),
        value,
      ]),
    );
  const indexPath = join(folder, 'model.safetensors.index.json');
  const index = JSON.parse(await readFile(indexPath, 'utf8')) as { weight_map: Record<string, string> };
  const shards = new Set(Object.values(index.weight_map));
  const listed = Object.entries(index.weight_map).filter(([name]) => rename(name) !== undefined);
  const weight_map = renamed(Object.fromEntries(listed));
  await writeFile(indexPath, JSON.stringify({ ...index, weight_map }));
  for (const shard of shards) {
    const path = join(folder, shard);
    const bytes = await readFile(path);
    const headerEnd = 8 + Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.toString('utf8', 8, headerEnd)) as Record<string, unknown>;
    const head = Buffer.from(safetensorsBytes(renamed(header)));
    await writeFile(path, Buffer.concat([head, bytes.subarray(headerEnd)]));
  }
}
