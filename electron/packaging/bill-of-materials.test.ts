import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { programPath } from '../host/paths.ts';
import {
  billOfMaterials,
  binariesBelow,
  licenceTexts,
  packagesIn,
  unpackedFolders,
} from './bill-of-materials.ts';

const lockFile = await readFile(path.join(programPath, 'package-lock.json'), 'utf8');

test('names what is used with its licence, and nothing of development', () => {
  const packages = packagesIn(lockFile);
  expect(packages).toContainEqual(
    expect.objectContaining({ name: 'onnxruntime-node', licenses: [{ expression: 'MIT' }] }),
  );
  expect(packages.map(({ name }) => name)).not.toContain('vitest');
  // Its manifest names none; what its package says about it is among the licence texts.
  const unnamed = packages.filter(({ licenses }) => licenses === undefined);
  expect(unnamed.map(({ name }) => name)).toEqual(['parse-cache-control']);
  expect(packages.find(({ name }) => name === '@huggingface/jinja')?.purl).toMatch(
    /^pkg:npm\/%40huggingface\/jinja@\d/,
  );
});

test('native code is found by what it is and told by its hash', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'videomind-bill-'));
  try {
    await mkdir(path.join(folder, 'resources'));
    for (const name of ['libEGL.so', 'libonnxruntime.so.1', 'binding.node', 'ffmpeg', 'notes.txt']) {
      await writeFile(path.join(folder, 'resources', name), name);
    }
    const binaries = await binariesBelow(folder);
    expect(binaries.map(({ name }) => path.basename(name))).toEqual([
      'binding.node',
      'ffmpeg',
      'libEGL.so',
      'libonnxruntime.so.1',
    ]);
    const content = createHash('sha256').update('binding.node').digest('hex');
    expect(binaries[0]?.hashes).toEqual([{ alg: 'SHA-256', content }]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the document says what the program is, and that Electron is inside', () => {
  const bill = billOfMaterials(
    { name: 'videomind', version: '1.2.3', license: 'BSD-3-Clause' },
    '45.0.0',
    [],
  );
  expect(bill).toMatchObject({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: { component: { name: 'videomind', version: '1.2.3' } },
    components: [{ name: 'electron', version: '45.0.0' }],
  });
});

test('licences are there to be read', async () => {
  const zod = packagesIn(lockFile).filter(({ name }) => name === 'zod');
  expect(await licenceTexts(programPath, zod)).toMatch(/^zod \S+ \(MIT\)\n\nMIT License/);
});

test('unpacked programs are found by the names that electron-builder gives', () => {
  expect(
    unpackedFolders(['linux-unpacked', 'linux-arm64-unpacked', 'win-unpacked', 'mac-arm64', 'mac', 'x.deb']),
  ).toEqual(['linux-unpacked', 'linux-arm64-unpacked', 'win-unpacked', 'mac-arm64', 'mac']);
});
