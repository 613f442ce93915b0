import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packPath } from '../fixtures/reference-pack.ts';
import type { EngineError } from '../protocol/errors.ts';
import { importRequestSchema } from '../protocol/import-request.ts';
import { importCheckpoint, type ImportOptions } from './import-checkpoint.ts';
import { manifestSchema, type Manifest } from './manifest.ts';
import { openPackage } from './open-package.ts';
import { copyReasonerCheckpoint, editJson, renameTensors } from './testing/temporary-checkpoint.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-'));
});
afterEach(() => rm(folder, { recursive: true }));

const importPack = (request: Record<string, unknown> = {}, options: ImportOptions = {}) =>
  importCheckpoint(
    importRequestSchema.parse({
      basePath: packPath('pack-2b', 'base'),
      adaptersPath: packPath('pack-2b', 'model'),
      outPath: join(folder, 'package'),
      precision: 'fp32',
      ...request,
    }),
    options,
  );

const failureOf = async (work: Promise<unknown>): Promise<EngineError> =>
  work.then(
    () => expect.fail('nothing was thrown'),
    (error: unknown) => error as EngineError,
  );

const readManifestFile = async (): Promise<Manifest> =>
  manifestSchema.parse(JSON.parse(await readFile(join(folder, 'package', 'manifest.json'), 'utf8')));

describe('what is named wrongly', () => {
  const pack = (inner: string) => packPath('pack-2b', inner);
  it.each([
    [
      'a level too high',
      () => dirname(pack('base')),
      'Name that folder.',
      /checkpoints lie in .*base, .*model/,
    ],
    [
      'one role’s adapter',
      () => pack('model/grounder'),
      /Name the folder above it/,
      /is the adapter of one role/,
    ],
    [
      'another folder',
      () => pack('videos'),
      /Name the folder that holds config\.json/,
      /holds no checkpoint/,
    ],
  ])('%s is told as that, not as a missing download', async (_, base, remedy, message) => {
    const error = await failureOf(importPack({ basePath: base(), adaptersPath: undefined }));
    expect(error).toMatchObject({ code: 'CHECKPOINT_INCOMPLETE' });
    expect(error.message).toMatch(message);
    expect(error.remedy).toMatch(remedy);
  });

  it.each(['model-00001-of-00002.safetensors', 'tokenizer.json', 'config.json'])(
    'a git-lfs pointer in place of %s is told as that',
    async (name) => {
      const base = join(folder, 'base');
      await cp(pack('base'), base, { recursive: true });
      const oid = 'a'.repeat(64);
      await writeFile(
        join(base, name),
        `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 4000000000\n`,
      );
      const error = await failureOf(importPack({ basePath: base, adaptersPath: undefined }));
      expect(error.message).toBe(`${join(base, name)} is a git-lfs pointer, not the file itself.`);
      expect(error.remedy).toContain('git lfs pull');
    },
  );
});

describe('two imports into one folder', () => {
  it('are told apart: the second is refused with the process that holds it, and a dead one’s is taken over', async () => {
    const lock = join(folder, 'package.importing.lock');
    await writeFile(lock, `${process.ppid}\n`);
    const error = await failureOf(importPack());
    expect(error).toMatchObject({ code: 'OUTPUT_EXISTS' });
    expect(error.message).toContain(`Process ${process.ppid} is importing`);
    await writeFile(lock, '999999999\n');
    await importPack();
    expect(await readdir(folder)).toEqual(['package']);
  });
});

describe('importCheckpoint', () => {
  it('describes what it made, and of what, with checksums', async () => {
    const report = await importPack({ precision: 'int8', name: 'tiny' });
    const manifest = await readManifestFile();
    expect(report).toMatchObject({
      name: 'tiny',
      precision: 'int8',
      promptSource: 'prompts.json',
      warnings: [],
    });
    expect(report.layerErrors.map(({ layer }) => layer)).toContain('model.layers.2');
    for (const { relativeError } of report.layerErrors) expect(relativeError).toBeLessThan(0.02);
    expect(manifest.sources.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'base/model-00002-of-00002.safetensors',
        'adapters/grounder/adapter_model.safetensors',
      ]),
    );
    const written = (await readdir(join(folder, 'package'))).filter((name) => name !== 'manifest.json');
    expect(manifest.files.map(({ path }) => path).sort()).toEqual(written.sort());
    expect(manifest.files.every(({ sha256 }) => /^[\da-f]{64}$/.test(sha256))).toBe(true);
  });

  it('warns where there is no grounder, which planner and verifier can do nothing without', async () => {
    const adaptersPath = join(folder, 'adapters');
    await cp(packPath('pack-2b', 'model'), adaptersPath, { recursive: true });
    await rm(join(adaptersPath, 'grounder'), { recursive: true });
    const { warnings } = await importPack({ adaptersPath });
    expect(warnings).toMatchObject([
      {
        code: 'GROUNDER_MISSING',
        message: expect.stringContaining('planner and verifier do nothing') as string,
      },
    ]);
  });

  it('gives the same package for the same checkpoint', async () => {
    await importPack({ precision: 'int8' });
    const first = await readManifestFile();
    await importPack({ precision: 'int8', force: true });
    expect((await readManifestFile()).files).toEqual(first.files);
  });

  it('refuses to replace a package unless forced, and keeps it', async () => {
    await importPack();
    expect(await failureOf(importPack())).toMatchObject({ code: 'OUTPUT_EXISTS' });
    await importPack({ force: true });
    expect(await readdir(folder)).toEqual(['package']);
  });

  it('never overwrites a folder that holds anything but a package', async () => {
    await mkdir(join(folder, 'package'));
    await writeFile(join(folder, 'package', 'notes.txt'), 'mine');
    expect(await failureOf(importPack({ force: true }))).toMatchObject({ code: 'OUTPUT_EXISTS' });
    expect(await readFile(join(folder, 'package', 'notes.txt'), 'utf8')).toBe('mine');
  });

  it('leaves nothing behind when it is cancelled on the way', async () => {
    const controller = new AbortController();
    const onProgress = ({ stage }: { stage: string }) => {
      if (stage === 'quantizing') controller.abort();
    };
    const failure = await failureOf(
      importPack({ precision: 'int8' }, { signal: controller.signal, onProgress }),
    );
    expect(failure).toMatchObject({ code: 'CANCELLED' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('starts cleanly over what a killed import left', async () => {
    await mkdir(join(folder, 'package.importing'));
    await writeFile(join(folder, 'package.importing', 'decoder.weights'), 'half');
    await importPack();
    expect(await readdir(folder)).toEqual(['package']);
  });

  it('refuses weights that are not finite, naming the tensor', async () => {
    const base = join(folder, 'base');
    await cp(packPath('pack-2b', 'base'), base, { recursive: true });
    const shard = join(base, 'model-00001-of-00002.safetensors');
    const bytes = await readFile(shard);
    const headerBytes = Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerBytes)) as Record<
      string,
      { data_offsets: number[] }
    >;
    const tensor = 'model.layers.1.mlp.up_proj.weight';
    bytes.writeUInt16LE(0x7fc0, 8 + headerBytes + header[tensor]!.data_offsets[0]! + 100); // NaN in bf16
    await writeFile(shard, bytes);
    for (const precision of ['fp32', 'int8']) {
      const failure = await failureOf(importPack({ basePath: base, precision }));
      expect(failure).toMatchObject({ code: 'WEIGHTS_NOT_FINITE' });
      expect(failure.message).toContain(tensor);
      expect(await readdir(folder)).toEqual(['base']);
    }
  });

  it('refuses a configuration that the weights do not fit', async () => {
    const base = join(folder, 'base');
    await cp(packPath('pack-2b', 'base'), base, { recursive: true });
    const path = join(base, 'config.json');
    const config = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    await writeFile(path, JSON.stringify({ ...config, intermediate_size: 380 }));
    expect(await failureOf(importPack({ basePath: base }))).toMatchObject({ code: 'CHECKPOINT_INCOMPLETE' });
  });
});

describe('importCheckpoint of models that reason aloud', () => {
  const importFolder = (basePath: string) =>
    importCheckpoint(
      importRequestSchema.parse({ basePath, outPath: join(folder, 'package'), precision: 'fp32' }),
    );

  it('gives the same package whatever tool named the weights', async () => {
    for (const [index, style] of [(name: string) => name, qwen25Names].entries()) {
      const base = await copyReasonerCheckpoint('pack-qwen3');
      await renameTensors(base, style);
      await importCheckpoint(
        importRequestSchema.parse({ basePath: base, outPath: join(folder, `${index}`), precision: 'int8' }),
      );
    }
    const [one, other] = await Promise.all(
      ['0', '1'].map(async (name) => readFile(join(folder, name, 'decoder.weights'))),
    );
    expect(one!.equals(other!)).toBe(true);
  });

  it('uses the embedding table as head where both are tied, or nothing is said and there is no head', async () => {
    const headless = await copyReasonerCheckpoint('pack-qwen2.5');
    await renameTensors(headless, (name) => (name === 'lm_head.weight' ? undefined : name));
    const failure = await failureOf(importFolder(headless));
    expect(failure).toMatchObject({ code: 'CHECKPOINT_INCOMPLETE' });
    expect(failure.message).toContain('lm_head.weight');
    await editJson(join(headless, 'config.json'), { tie_word_embeddings: undefined });
    await importFolder(headless);
    expect(await readManifestFile()).toMatchObject({ architecture: 'qwen2.5-vl', roles: [] });
  });

  it('names a damaged tensor as its file does', async () => {
    const base = await copyReasonerCheckpoint('pack-qwen3');
    await renameTensors(base, (name) => (name.endsWith('layers.1.mlp.up_proj.weight') ? undefined : name));
    expect((await failureOf(importFolder(base))).message).toContain('layers.1.mlp.up_proj.weight');
  });
});

function qwen25Names(name: string): string {
  return name.replace(/^model\.visual\./, 'visual.').replace(/^model\.language_model\./, 'model.');
}

describe('openPackage', () => {
  it.each([
    ['a folder that is not there', 'FOLDER_NOT_FOUND', () => Promise.resolve(join(folder, 'nowhere'))],
    ['an empty folder', 'NOT_A_PACKAGE', () => Promise.resolve(folder)],
    ['a checkpoint', 'NOT_A_PACKAGE', () => Promise.resolve(packPath('pack-2b', 'base'))],
    [
      'a package that lacks a file',
      'PACKAGE_DAMAGED',
      () => damage((path) => rm(join(path, 'decoder.weights'))),
    ],
    [
      'a package with a cut file',
      'PACKAGE_DAMAGED',
      () => damage((path) => writeFile(join(path, 'vision.onnx'), 'x')),
    ],
    [
      'a manifest that is no JSON',
      'PACKAGE_DAMAGED',
      () => damage((path) => writeFile(join(path, 'manifest.json'), '{')),
    ],
    [
      'a package of an unknown family of networks',
      'PACKAGE_VERSION',
      () =>
        damage(async (path) => {
          await editJson(join(path, 'manifest.json'), { architecture: 'qwen9-vl' });
        }),
    ],
    [
      'a package of a later format',
      'PACKAGE_VERSION',
      () =>
        damage((path) =>
          writeFile(join(path, 'manifest.json'), '{"format":"videomind-package","formatVersion":2}'),
        ),
    ],
  ])('refuses %s', async (_, code, make) => {
    expect(await failureOf(openPackage(await make()))).toMatchObject({ code });
  });

  async function damage(change: (path: string) => Promise<void>): Promise<string> {
    await importPack();
    await change(join(folder, 'package'));
    return join(folder, 'package');
  }
});
