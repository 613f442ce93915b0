import { cp, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openCheckpoint } from './checkpoint.ts';
import type { JsonObject } from './read-file.ts';
import { engineErrorOf, expectOnlyEngineErrors } from './testing/engine-error.ts';
import { copyPack, editJson, packsFolder } from './testing/temporary-checkpoint.ts';

test.each([
  ['pack-2b', true, 192],
  ['pack-7b', false, 224],
] as const)('opens %s with its base found from base_model_path', async (pack, tied, hiddenSize) => {
  const checkpoint = await openCheckpoint({ adaptersPath: join(packsFolder, pack, 'model') });
  expect(checkpoint.baseFolder).toBe(join(packsFolder, pack, 'base'));
  expect(checkpoint.weights.has('lm_head.weight')).toBe(!tied);
  expect(checkpoint.networkConfig.hidden_size).toBe(hiddenSize);
  expect(checkpoint.networkConfig).toMatchObject({
    vocab_size: 640,
    reg_token_id: 598,
    model_type: 'qwen2_vl',
  });
  expect(checkpoint.roles).toEqual(['planner', 'grounder', 'verifier', 'answerer']);
  expect(checkpoint.adapters.planner?.targets[0]).toMatchObject({ rank: 16, scale: 1 });
  expect(checkpoint.adapters.verifier?.targets[0]).toMatchObject({ rank: 16, scale: 2 });
  expect(checkpoint.adapters.planner?.modulesToSave).toEqual({});
  expect(Object.keys(checkpoint.adapters.grounder?.modulesToSave ?? {}).sort()).toEqual([
    'embedTokens',
    'lmHead',
  ]);
  expect(checkpoint.groundingHead?.has('class_head.module.1.weight')).toBe(true);
  expect(checkpoint.chatTemplate).toContain('<|video_pad|>');
  expect(checkpoint.promptSource).toBe('prompts.json');
  expect(checkpoint.promptSet.minAnswerSec).toBe(8);
  expect(checkpoint.warnings).toEqual([]);
});

test('the adapters alone may be a snapshot in the Hugging Face cache, made of links', async () => {
  const folder = await copyPack('pack-2b');
  const repository = join(folder, 'models--org--videomind');
  await mkdir(join(repository, 'snapshots'), { recursive: true });
  await symlink(join(folder, 'model'), join(repository, 'snapshots', 'abc'));
  const checkpoint = await openCheckpoint({ basePath: join(folder, 'base'), adaptersPath: repository });
  expect(checkpoint.adaptersFolder).toBe(join(repository, 'snapshots', 'abc'));
  expect(checkpoint.roles).toHaveLength(4);
});

test('names every file it was made from', async () => {
  const folder = join(packsFolder, 'pack-2b');
  const checkpoint = await openCheckpoint({
    basePath: join(folder, 'base'),
    adaptersPath: join(folder, 'model'),
  });
  expect(checkpoint.sources.map((source) => source.name).sort()).toEqual([
    'adapters/chat_template.json',
    'adapters/config.json',
    'adapters/generation_config.json',
    'adapters/grounder/adapter_config.json',
    'adapters/grounder/adapter_model.safetensors',
    'adapters/planner/adapter_config.json',
    'adapters/planner/adapter_model.safetensors',
    'adapters/preprocessor_config.json',
    'adapters/prompts.json',
    'adapters/pytorch_model.safetensors',
    'adapters/tokenizer.json',
    'adapters/tokenizer_config.json',
    'adapters/verifier/adapter_config.json',
    'adapters/verifier/adapter_model.safetensors',
    'base/config.json',
    'base/model-00001-of-00002.safetensors',
    'base/model-00002-of-00002.safetensors',
    'base/model.safetensors.index.json',
  ]);
});

test('opens a bare base, which can only answer', async () => {
  const checkpoint = await openCheckpoint({ basePath: join(packsFolder, 'pack-2b', 'base') });
  expect(checkpoint.roles).toEqual(['answerer']);
  expect(checkpoint.groundingHead).toBeUndefined();
  expect(checkpoint.promptSource).toBe('built-in');
  expect(checkpoint.warnings).toEqual([]);
});

test('sizes come from the base, the vocabulary and token ids from the VideoMind folder', async () => {
  const folder = await copyPack('pack-2b');
  await editJson(join(folder, 'base', 'config.json'), { vocab_size: 601 });
  await editJson(join(folder, 'model', 'config.json'), { num_hidden_layers: 99, rope_theta: 1 });
  const { networkConfig } = await openCheckpoint({ adaptersPath: join(folder, 'model') });
  expect(networkConfig).toMatchObject({ num_hidden_layers: 3, rope_theta: 1000000, vocab_size: 640 });
  expect(networkConfig).toMatchObject({ seg_s_token_id: 599, seg_e_token_id: 600 });
});

test('an own answerer adapter is opened like the others', async () => {
  const folder = await copyPack('pack-2b');
  await cp(join(folder, 'model', 'planner'), join(folder, 'model', 'answerer'), { recursive: true });
  const checkpoint = await openCheckpoint({ adaptersPath: join(folder, 'model') });
  expect(checkpoint.adapters.answerer?.targets).toHaveLength(12);
});

test('roles that are not there are left out', async () => {
  const folder = await copyPack('pack-2b');
  await rm(join(folder, 'model', 'planner'), { recursive: true });
  await rm(join(folder, 'model', 'verifier'), { recursive: true });
  const checkpoint = await openCheckpoint({ adaptersPath: join(folder, 'model') });
  expect(checkpoint.roles).toEqual(['grounder', 'answerer']);
});

test('adapters of another base are refused, naming both', async () => {
  const base = join(packsFolder, 'pack-7b', 'base');
  const error = await engineErrorOf(() =>
    openCheckpoint({ basePath: base, adaptersPath: join(packsFolder, 'pack-2b', 'model') }),
  );
  expect(error.code).toBe('ADAPTER_MISMATCH');
  expect(error.message).toContain(base);
  expect(error.message).toContain(join(packsFolder, 'pack-2b', 'model', 'planner'));
});

test('adapters for layers that the base does not have are refused', async () => {
  const folder = await copyPack('pack-2b');
  const index = join(folder, 'base', 'model.safetensors.index.json');
  const shard = 'model-00001-of-00002.safetensors';
  await editJson(index, { weight_map: { 'model.embed_tokens.weight': shard } });
  const error = await engineErrorOf(() => openCheckpoint({ adaptersPath: join(folder, 'model') }));
  expect(error.code).toBe('ADAPTER_MISMATCH');
  expect(error.message).toMatch(/the base has no model\.layers\.0\.self_attn\.k_proj/);
});

test('own embedding tables must have the vocabulary of the configuration', async () => {
  const folder = await copyPack('pack-2b');
  await editJson(join(folder, 'model', 'config.json'), { vocab_size: 650 });
  const error = await engineErrorOf(() => openCheckpoint({ adaptersPath: join(folder, 'model') }));
  expect(error.code).toBe('ADAPTER_MISMATCH');
  expect(error.message).toMatch(/is \[640, 192\], expected \[650, 192\]/);
});

test.each<[string, JsonObject, string, RegExp]>([
  ['another network', { model_type: 'llava_next' }, 'ARCHITECTURE_UNSUPPORTED', /"llava_next"/],
  ['quantized weights', { quantization_config: { quant_method: 'awq' } }, 'ARCHITECTURE_UNSUPPORTED', /awq/],
  ['an agent for a base', { model_type: 'agent_qwen2_vl' }, 'ARCHITECTURE_UNSUPPORTED', /VideoMind folder/],
  ['no network', { model_type: undefined }, 'CONFIG_INVALID', /model_type/],
  ['no sizes', { hidden_size: '192' }, 'CONFIG_INVALID', /hidden_size/],
])('refuses a base with %s', async (_, changes, code, message) => {
  const folder = await copyPack('pack-2b');
  await editJson(join(folder, 'base', 'config.json'), changes);
  const error = await engineErrorOf(() => openCheckpoint({ basePath: join(folder, 'base') }));
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
  expect(error.message).toContain(join(folder, 'base', 'config.json'));
});

test.each([
  ['the grounding head', 'model/pytorch_model.safetensors', 'CHECKPOINT_INCOMPLETE', /no grounding head/],
  ['an adapter’s weights', 'model/verifier/adapter_model.safetensors', 'CHECKPOINT_INCOMPLETE', /verifier/],
  ['an adapter’s configuration', 'model/planner/adapter_config.json', 'CHECKPOINT_INCOMPLETE', /planner/],
  [
    'the tokenizer with the added tokens',
    'model/tokenizer.json',
    'CHECKPOINT_INCOMPLETE',
    /no tokenizer\.json in .*model\.$/,
  ],
  ['the configuration', 'model/config.json', 'CHECKPOINT_INCOMPLETE', /config\.json is missing/],
  ['the base', 'base/config.json', 'BASE_NOT_FOUND', /"base"/],
  ['a shard', 'base/model-00001-of-00002.safetensors', 'CHECKPOINT_INCOMPLETE', /model-00001-of-00002/],
])('names %s when it is missing', async (_, path, code, message) => {
  const folder = await copyPack('pack-2b');
  await rm(join(folder, path));
  const error = await engineErrorOf(() =>
    openCheckpoint({ adaptersPath: join(folder, 'model') }, { HF_HOME: folder, XDG_CACHE_HOME: folder }),
  );
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
});

test('says what to do about a head that is only there as PyTorch file', async () => {
  const folder = await copyPack('pack-2b');
  const head = join(folder, 'model', 'pytorch_model.safetensors');
  await rename(head, join(folder, 'model', 'pytorch_model.bin'));
  const error = await engineErrorOf(() => openCheckpoint({ adaptersPath: join(folder, 'model') }));
  expect(error.code).toBe('CHECKPOINT_INCOMPLETE');
  expect(error.remedy).toContain('pytorch_model.safetensors');
});

test('a base given as adapters, a file given as folder and nothing given are told apart', async () => {
  const base = join(packsFolder, 'pack-2b', 'base');
  const asAdapters = await engineErrorOf(() => openCheckpoint({ basePath: base, adaptersPath: base }));
  expect(asAdapters.code).toBe('CHECKPOINT_INCOMPLETE');
  expect(asAdapters.message).toMatch(/holds no adapters/);
  const asFile = await engineErrorOf(() => openCheckpoint({ basePath: join(base, 'config.json') }));
  expect(asFile.code).toBe('FOLDER_NOT_FOUND');
  expect((await engineErrorOf(() => openCheckpoint({}))).code).toBe('BASE_NOT_FOUND');
});

test('the tokenizer of the VideoMind folder comes first, the template may come from the base', async () => {
  const folder = await copyPack('pack-2b');
  await rm(join(folder, 'model', 'chat_template.json'));
  await editJson(join(folder, 'model', 'tokenizer_config.json'), { chat_template: undefined });
  await writeFile(join(folder, 'base', 'chat_template.jinja'), 'from the base');
  const checkpoint = await openCheckpoint({ adaptersPath: join(folder, 'model') });
  expect(checkpoint.tokenizerFiles.tokenizerPath).toBe(join(folder, 'model', 'tokenizer.json'));
  expect(checkpoint.chatTemplate).toBe('from the base');
});

test('a folder in the place of a file is named', async () => {
  const folder = await copyPack('pack-2b');
  const config = join(folder, 'base', 'config.json');
  await rm(config);
  await mkdir(config);
  const error = await engineErrorOf(() => openCheckpoint({ basePath: join(folder, 'base') }));
  expect(error.code).toBe('CHECKPOINT_INCOMPLETE');
  expect(error.message).toContain(`${config} is not a file`);
});

const json = fc.jsonValue({ maxDepth: 3 });
const field = fc.constantFrom(
  ...['model_type', 'vocab_size', 'hidden_size', 'quantization_config', 'base_model_path', 'reg_token_id'],
  ...['chat_template', '__proto__', 'constructor'],
);

test.each([
  'base/config.json',
  'model/config.json',
  'model/generation_config.json',
  'model/chat_template.json',
  'base/model.safetensors.index.json',
])('whatever stands in %s, only a typed error comes out', async (name) => {
  const folder = await copyPack('pack-2b');
  const path = join(folder, name);
  const content = fc.oneof(
    fc.dictionary(field, json).map((changes) => JSON.stringify({ model_type: 'qwen2_vl', ...changes })),
    fc.dictionary(fc.string(), json).map((weightMap) => JSON.stringify({ weight_map: weightMap })),
    json.map((value) => JSON.stringify(value)),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(content, async (text) => {
      await writeFile(path, text);
      await expectOnlyEngineErrors(() =>
        openCheckpoint({ adaptersPath: join(folder, 'model') }, { HF_HOME: folder, XDG_CACHE_HOME: folder }),
      );
    }),
    { numRuns: 60 },
  );
});
