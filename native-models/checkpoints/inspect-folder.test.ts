import { mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inspectReportSchema, type InspectReport } from '../protocol/inspect-report.ts';
import { inspectFolder } from './inspect-folder.ts';
import type { Manifest } from './manifest.ts';
import { defaultBudgets, defaultChoices } from './prompts/built-in-prompts.ts';
import { engineErrorOf } from './testing/engine-error.ts';
import { copyPack, editJson, makeTemporaryFolder, packsFolder } from './testing/temporary-checkpoint.ts';

/** Inspects, with an empty Hugging Face cache, and checks that the report is one that the protocol lets through. */
async function inspect(folder: string): Promise<InspectReport> {
  return inspectReportSchema.parse(
    await inspectFolder(folder, { HF_HOME: '/nowhere', XDG_CACHE_HOME: '/nowhere' }),
  );
}

function codesOf(report: InspectReport): string[] {
  return report.problems.map((problem) => problem.code);
}

test.each([
  ['pack-2b', { tied: true, hiddenSize: 192, heads: 12, keyValueHeads: 2 }],
  ['pack-7b', { tied: false, hiddenSize: 224, heads: 7, keyValueHeads: 1 }],
])('describes the base of %s', async (pack, sizes) => {
  const report = await inspect(join(packsFolder, pack, 'base'));
  expect(report).toMatchObject({ kind: 'base', roles: ['answerer'], adapters: [], problems: [] });
  expect(report.network).toMatchObject({
    architecture: 'qwen2_vl',
    layers: 3,
    visionLayers: 2,
    vocabularySize: 640,
    dtypes: ['BF16'],
    ...sizes,
  });
  expect(report.network?.parameters).toBeGreaterThan(1_000_000);
  expect(report.bytes).toBeGreaterThan(2 * (report.network?.parameters ?? 0));
  expect(report.advice).toContain('import --base');
});

test.each([
  ['pack-qwen2.5', 'Qwen2.5-VL', { tied: false, hiddenSize: 192, layers: 3, visionLayers: 4 }],
  ['pack-qwen3', 'Qwen3-VL', { tied: true, hiddenSize: 160, layers: 4, visionLayers: 4 }],
])('describes the checkpoint of %s, which reasons aloud', async (pack, title, sizes) => {
  const report = await inspect(join(packsFolder, pack, 'checkpoint'));
  expect(report).toMatchObject({ kind: 'base', agent: 'reasoner', roles: [], problems: [], network: sizes });
  expect(report.summary).toContain(title);
  expect(report.advice).toContain('import --base');
  expect(report.advice).toContain('reasons aloud');
});

test('describes a VideoMind folder with its base', async () => {
  const report = await inspect(join(packsFolder, 'pack-2b', 'model'));
  expect(report).toMatchObject({
    kind: 'videomind',
    roles: ['planner', 'grounder', 'verifier', 'answerer'],
    basePath: join(packsFolder, 'pack-2b', 'base'),
    groundingHead: true,
    promptSource: 'prompts.json',
    problems: [],
  });
  expect(report.network).toMatchObject({ layers: 3, tied: true });
  expect(report.adapters).toEqual([
    expect.objectContaining({ role: 'planner', rank: [16, 16], scale: [1, 1], ownEmbeddings: false }),
    expect.objectContaining({ role: 'grounder', targetCount: 12, ownEmbeddings: true, ownHead: true }),
    expect.objectContaining({
      role: 'verifier',
      scale: [2, 2],
      targetKinds: ['k_proj', 'o_proj', 'q_proj', 'v_proj'],
    }),
  ]);
});

test('says all that is wrong with a VideoMind folder at once', async () => {
  const folder = join(await copyPack('pack-2b'), 'model');
  await rm(join(folder, 'pytorch_model.safetensors'));
  await rm(join(folder, 'verifier', 'adapter_model.safetensors'));
  await rm(join(folder, 'prompts.json'));
  await truncate(join(folder, 'planner', 'adapter_model.safetensors'), 5000);
  await editJson(join(folder, 'config.json'), { base_model_path: 'lost/base-that-is-gone' });
  const report = await inspect(folder);
  expect(report.adapters.map((adapter) => adapter.role)).toEqual(['grounder']);
  expect(report.groundingHead).toBe(false);
  expect(report.promptSource).toBe('built-in');
  expect(codesOf(report).sort()).toEqual([
    'BASE_NOT_FOUND',
    'CHECKPOINT_INCOMPLETE',
    'CHECKPOINT_INCOMPLETE',
    'PROMPTS_BUILT_IN',
    'SAFETENSORS_INVALID',
  ]);
});

test('names a missing shard of a base', async () => {
  const folder = join(await copyPack('pack-2b'), 'base');
  await rm(join(folder, 'model-00002-of-00002.safetensors'));
  const report = await inspect(folder);
  expect(report.kind).toBe('base');
  expect(report.problems[0]).toMatchObject({ code: 'CHECKPOINT_INCOMPLETE' });
  expect(report.problems[0]?.message).toContain('model-00002-of-00002.safetensors');
  expect(report.network).toMatchObject({ layers: 3 });
});

test.each([
  ['another network', { model_type: 'llava_onevision' }, /"llava_onevision"/],
  ['a quantized Qwen2-VL', { model_type: 'qwen2_vl', quantization_config: { quant_method: 'gptq' } }, /gptq/],
  ['a mixture of experts', { model_type: 'qwen3_vl_moe' }, /mixture of experts/],
  ['a network for audio', { model_type: 'qwen2_5_omni' }, /hears/],
  ['a quantized Qwen3-VL', { model_type: 'qwen3_vl', quantization_config: { quant_method: 'fp8' } }, /fp8/],
  ['no network', { foo: 1 }, /"unknown"/],
])('names %s and what would work', async (_, config, summary) => {
  const folder = await makeTemporaryFolder();
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
  const report = await inspect(folder);
  expect(report.kind).toBe('other-checkpoint');
  expect(report.summary).toMatch(summary);
  expect(report.advice).toContain('Qwen2-VL');
  expect(codesOf(report)).toEqual(['ARCHITECTURE_UNSUPPORTED']);
});

test('tells empty folders, loose weights, single adapters and anything else apart', async () => {
  const folder = await makeTemporaryFolder();
  expect((await inspect(folder)).kind).toBe('empty');
  await writeFile(join(folder, 'notes.txt'), 'hello');
  expect(await inspect(folder)).toMatchObject({ kind: 'unknown', bytes: 5 });
  await writeFile(join(folder, 'model.gguf'), '');
  expect((await inspect(folder)).summary).toContain('model.gguf');
  expect((await inspect(join(packsFolder, 'pack-2b', 'model', 'grounder'))).kind).toBe('adapter');
  await writeFile(join(folder, 'config.json'), '{');
  expect(codesOf(await inspect(folder))).toEqual(['CONFIG_INVALID']);
});

const manifest: Manifest = {
  format: 'videomind-package',
  formatVersion: 1,
  name: 'tiny',
  architecture: 'qwen2-vl',
  precision: 'int8',
  roles: ['grounder', 'answerer'],
  checksum: '0',
  promptSource: 'built-in',
  promptSet: { prompts: {}, budgets: defaultBudgets, minAnswerSec: 32, choices: defaultChoices },
  network: { base: { num_hidden_layers: 3, hidden_size: 192 } },
  adapters: { grounder: { file: 'grounder.safetensors', rank: 16 } },
  embeddings: { base: 'e', grounder: 'g' },
  heads: { base: 'e' },
  groundingHead: 'head.onnx',
  files: [{ path: 'weights.bin', bytes: 4, sha256: '0' }],
  sources: [],
  createdBy: 'test',
};

test('describes a model package and checks that its files are there', async () => {
  const folder = await makeTemporaryFolder();
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(folder, 'weights.bin'), 'abcd');
  const report = await inspect(folder);
  expect(report).toMatchObject({
    kind: 'package',
    name: 'tiny',
    precision: 'int8',
    devices: ['cpu'],
    roles: ['grounder', 'answerer'],
    network: { architecture: 'qwen2-vl', layers: 3, hiddenSize: 192 },
    adapters: [{ role: 'grounder', rank: [16, 16], ownEmbeddings: true, ownHead: false }],
    groundingHead: true,
    problems: [],
  });
  await truncate(join(folder, 'weights.bin'), 3);
  expect((await inspect(folder)).problems).toEqual([
    { code: 'PACKAGE_DAMAGED', message: 'weights.bin has 3 bytes instead of 4.' },
  ]);
  await rm(join(folder, 'weights.bin'));
  expect((await inspect(folder)).problems[0]?.message).toBe('weights.bin is missing.');
});

test.each(['{', '[]', '{"format":"other"}'])(
  'describes a package with the manifest %s as damaged',
  async (text) => {
    const folder = await makeTemporaryFolder();
    await writeFile(join(folder, 'manifest.json'), text);
    const report = await inspect(folder);
    expect(report.kind).toBe('package');
    expect(codesOf(report)).toEqual(['PACKAGE_DAMAGED']);
  },
);

test('counts linked files, as the Hugging Face cache has them, and does not walk in circles', async () => {
  const folder = await makeTemporaryFolder();
  await writeFile(join(folder, 'blob'), '12345678');
  await mkdir(join(folder, 'snapshot'));
  await symlink(join(folder, 'blob'), join(folder, 'snapshot', 'file'));
  await symlink(folder, join(folder, 'snapshot', 'circle'));
  expect((await inspect(folder)).bytes).toBe(16);
});

test('a path that is no folder is an error', async () => {
  const error = await engineErrorOf(() => inspect(join(packsFolder, 'nothing-here')));
  expect(error.code).toBe('FOLDER_NOT_FOUND');
  const file = await engineErrorOf(() => inspect(join(packsFolder, 'pack-2b', 'pack.json')));
  expect(file.code).toBe('FOLDER_NOT_FOUND');
});

test('names what lies one level down, where the folder itself is nothing', async () => {
  const pack = join(packsFolder, 'pack-2b');
  const report = await inspect(pack);
  expect(report).toMatchObject({ kind: 'unknown' });
  expect(report.advice).toContain(`${join(pack, 'base')}, ${join(pack, 'model')}`);
  const example = join(packsFolder, '..', '..', 'assets', 'example');
  expect((await inspect(example)).advice).toContain(join(example, 'package'));
});
