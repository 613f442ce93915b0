import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { engineErrorOf } from '../testing/engine-error.ts';
import { makeTemporaryFolder } from '../testing/temporary-checkpoint.ts';
import { openSafetensors } from './weight-set.ts';
import { writeSafetensors } from './write-safetensors.ts';

const values = Float32Array.of(1, -2, 3.5, 0.25, 1e-3, -7);
const bytes = new Uint8Array(values.buffer);

test('writes what the reader reads, from pieces of any length', async () => {
  const path = join(await makeTemporaryFolder(), 'adapter.safetensors');
  await writeSafetensors(path, [
    {
      name: 'a',
      dtype: 'F32',
      shape: [2, 3],
      data: async function* () {
        for (const part of [bytes.subarray(0, 5), bytes.subarray(5, 5), bytes.subarray(5)]) {
          yield await Promise.resolve(part);
        }
      },
    },
    { name: 'empty', dtype: 'BF16', shape: [0, 4], data: () => [] },
    { name: '__metadata', dtype: 'U8', shape: [3], data: () => [Uint8Array.of(7, 8, 9)] },
  ]);
  const weights = await openSafetensors(path);
  expect(weights.names()).toEqual(['a', 'empty', '__metadata']);
  expect(await weights.readFloat32('a')).toEqual(values);
  expect([...(await weights.readBytes('__metadata'))]).toEqual([7, 8, 9]);
  expect(weights.get('a').offset % 64).toBe(0);
});

test.each([
  ['too little', [bytes.subarray(4)]],
  ['too much', [bytes, bytes.subarray(0, 1)]],
])('refuses %s data for a shape', async (_, pieces) => {
  const path = join(await makeTemporaryFolder(), 'x.safetensors');
  const entry = { name: 'a', dtype: 'F32', shape: [6], data: () => pieces } as const;
  const error = await engineErrorOf(() => writeSafetensors(path, [entry]));
  expect(error.message).toMatch(/a of F32 \[6\] has 24 bytes/);
});

test('what a source of data throws comes through', async () => {
  const path = join(await makeTemporaryFolder(), 'x.safetensors');
  const data = (): never => {
    throw new Error('source failed');
  };
  await expect(writeSafetensors(path, [{ name: 'a', dtype: 'U8', shape: [1], data }])).rejects.toThrow(
    'source failed',
  );
});

test('says which file cannot be written', async () => {
  const path = join(await makeTemporaryFolder(), 'missing', 'x.safetensors');
  const error = await engineErrorOf(() => writeSafetensors(path, []));
  expect(error.code).toBe('OUTPUT_UNWRITABLE');
  expect(error.message).toContain(path);
  await expect(readFile(path)).rejects.toThrow();
});
