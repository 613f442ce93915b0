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
