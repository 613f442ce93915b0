import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packPath } from '../../fixtures/reference-pack.ts';
import { importRequestSchema } from '../../protocol/import-request.ts';
import type { Precision } from '../../protocol/roles.ts';
import type { DeviceChoice } from '../../runtime/providers.ts';
import { importCheckpoint } from '../import-checkpoint.ts';
import type { LoadedModel } from '../loaded-model.ts';
import { openPackage } from '../open-package.ts';
import { readPackageNetwork } from '../package-network.ts';
import { readManifest } from '../read-manifest.ts';
import { engineErrorOf } from '../testing/engine-error.ts';
import { makeTemporaryFolder } from '../testing/temporary-checkpoint.ts';
import { deviationBounds, problemOf } from './bounds.ts';
import { trustIn } from './examine-device.ts';
import { largestDeviation } from './deviation.ts';
import { runSelfCheck } from './run-self-check.ts';
import { readSelfCheck } from './self-check.ts';

async function packageOf(precision: Precision): Promise<string> {
  const outPath = join(await makeTemporaryFolder(), 'package');
  const paths = { basePath: packPath('pack-2b', 'base'), adaptersPath: packPath('pack-2b', 'model') };
  await importCheckpoint(importRequestSchema.parse({ ...paths, outPath, precision, threads: 2 }));
  return outPath;
}

/** The processor treated as a device, whose graphs are those for GPUs. */
const asDevice = { device: 'cpu', asDevice: 'webgpu', threads: 2 } as const;

/** The model with a tower whose every feature is so many times what it should be. */
function withWrongTower(model: LoadedModel, factor: number): LoadedModel {
  const { rows } = model.language.device!;
  const vision: LoadedModel['vision'] = {
    ...model.vision,
    async encode(...parameters) {
      const pairs = await model.vision.encode(...parameters);
      const read = pairs.map(async (pair) =>
        pair instanceof Float32Array ? pair : (await rows.memory.read(pair)).data,
      );
      return (await Promise.all(read)).map((pair) => pair.map((value) => value * factor));
    },
  };
  return { ...model, vision };
}

type Forward = LoadedModel['language']['forward'];

/** The model with a decoder that reads what `wrong` makes of it. */
function withWrongDecoder(model: LoadedModel, wrong: (forward: Forward) => Forward): LoadedModel {
  return {
    ...model,
    language: { ...model.language, forward: wrong((...call) => model.language.forward(...call)) },
  };
}

/** Ways in which a decoder on a device may compute wrongly without a word. */
const wrongDecoders: Readonly<Record<string, (forward: Forward) => Forward>> = {
  'turns all by the time alone': (forward) => (role, embeddings, positions, cache) => {
    const times = positions.slice(0, positions.length / 3);
    return forward(role, embeddings, Int32Array.of(...times, ...times, ...times), cache);
  },
  'forgets the token before a piece': (forward) => (role, embeddings, positions, cache) => {
    cache.truncate(Math.max(0, cache.length - 1));
    return forward(role, embeddings, positions, cache);
  },
  'reads a tenth too much into a row': (forward) => (role, embeddings, positions, cache) =>
    forward(
      role,
      (embeddings as Float32Array).map((value) => 1.1 * value),
      positions,
      cache,
    ),
};

describe('a package’s self-check', () => {
  it('is written at import, is one of its files, and is reproduced by what computes rightly', async () => {
    const folder = await packageOf('fp32');
    const { selfCheck, files } = await readManifest(folder);
    expect(selfCheck).toBe('self-check.safetensors');
    expect(files.map(({ path }) => path)).toContain(selfCheck);
    const check = await readSelfCheck(join(folder, selfCheck!));
    const model = await openPackage(folder, asDevice);
    const deviations = await runSelfCheck(model, check);
    // Measured: below 4e-7.
    for (const deviation of Object.values<number>({ ...deviations })) expect(deviation).toBeLessThan(2e-6);
    expect(problemOf(deviations, deviationBounds(model, check.rounding))).toBeUndefined();

    const wrong = await runSelfCheck(withWrongTower(model, 1.3), check);
    expect(problemOf(wrong, deviationBounds(model, check.rounding))).toBe(
      'It computes wrongly: the vision tower’s features 30 % off the package’s self-check, where 0.10 % is the most that rounding explains.',
    );
    await model.dispose();
  });

  it('may be as far off as float16 rounds where keys and values are kept in it, as on CUDA', async () => {
    const folder = await packageOf('fp32');
    const check = await readSelfCheck(join(folder, 'self-check.safetensors'));
    const model = await openPackage(folder, { ...asDevice, asDevice: 'cuda', runtime: 'c-api' });
    expect(model.coarsest).toBe('float16');
    const deviations = await runSelfCheck(model, check);
    expect(deviations.states).toBeGreaterThan(1e-5);
    expect(problemOf(deviations, deviationBounds(model, check.rounding))).toBeUndefined();
    await model.dispose();
  });

  it.each(['int4', 'int8-blocks'] as const)(
    'may be off by what rounding to 8 bits costs this network in %s, and finds decoders that compute wrongly',
    async (precision) => {
      const folder = await packageOf(precision);
      const check = await readSelfCheck(join(folder, 'self-check.safetensors'));
      const model = await openPackage(folder, { ...asDevice, asDevice: 'cuda', runtime: 'c-api' });
      const bounds = deviationBounds(model, check.rounding);
      expect(problemOf(await runSelfCheck(model, check), bounds)).toBeUndefined();
      for (const [name, wrong] of Object.entries(wrongDecoders)) {
        const problem = problemOf(await runSelfCheck(withWrongDecoder(model, wrong), check), bounds);
        expect(problem ?? name).toContain('the decoder’s states');
      }
      await model.dispose();
    },
  );

  it('is left out of int8, which no other device computes', async () => {
    const manifest = await readManifest(await packageOf('int8'));
    expect(manifest.selfCheck).toBeUndefined();
  });

  it('is made at first use where an older version wrote none, and what came of it is kept', async () => {
    const folder = await packageOf('fp32');
    const { selfCheck, ...manifest } = await readManifest(folder);
    const own = await readSelfCheck(join(folder, selfCheck!));
    await rm(join(folder, selfCheck!));
    const files = manifest.files.filter(({ path }) => path !== selfCheck);
    await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, files }));
    const old = await readManifest(folder);
    const kept = { folder: await makeTemporaryFolder(), threads: 2 };
    const trust = trustIn({ folder, manifest: old, ...readPackageNetwork(old, folder) }, kept);
    const gpu = { device: 'webgpu', deviceName: 'a GPU', driver: '1', libraries: '1.30' } as DeviceChoice;
    expect(await trust.known(gpu)).toBeUndefined();
    const model = await openPackage(folder, asDevice);
    const verdict = await trust.examine(model, gpu);
    expect(verdict).toMatchObject({ device: 'webgpu', driver: '1', precision: 'fp32', bound: 0.001 });
    expect(verdict.problem).toBeUndefined();
    expect(await trust.known(gpu)).toEqual(verdict);
    expect(await trust.known({ ...gpu, driver: '2' })).toBeUndefined();
    expect(await trust.known({ ...gpu, libraries: '1.31' })).toBeUndefined();
    const made = await readSelfCheck(join(kept.folder, `${verdict.fingerprint}.safetensors`));
    expect(made.states).toEqual(own.states);

    const wrong = await trust.examine(withWrongTower(model, -1), gpu);
    expect(wrong.problem).toContain('features 200 % off');
    expect((await trust.known(gpu))?.problem).toBe(wrong.problem);
    await model.dispose();

    // A file of verdicts that was damaged is no reason to trust, nor to fail.
    const path = join(kept.folder, 'verdicts.json');
    await writeFile(path, (await readFile(path, 'utf8')).slice(0, 40));
    expect(await trust.known(gpu)).toBeUndefined();
  });

  it('that was cut off is said to be damaged', async () => {
    const folder = await packageOf('fp32');
    const path = join(folder, 'self-check.safetensors');
    await truncate(path, 5000);
    expect((await engineErrorOf(() => readSelfCheck(path))).code).toBe('SAFETENSORS_INVALID');
  });
});

describe('the deviation of a device', () => {
  it('is that of the worst row, whatever the others hold', () => {
    const wanted = Float32Array.of(1000, 0, 3, 4);
    expect(largestDeviation(Float32Array.of(1000, 0, 3, 4), wanted, 2)).toBe(0);
    expect(largestDeviation(Float32Array.of(1000, 0, 3, 3), wanted, 2)).toBeCloseTo(0.2);
    expect(largestDeviation(Float32Array.of(1000, 0, 3), wanted, 2)).toBe(Infinity);
    expect(largestDeviation(Float32Array.of(1000, 0, 3, NaN), wanted, 2)).toBe(Infinity);
  });
});
