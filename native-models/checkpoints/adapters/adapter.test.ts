import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../read-file.ts';
import type { Dtype } from '../safetensors/stored-tensor.ts';
import { writeSafetensors } from '../safetensors/write-safetensors.ts';
import { engineErrorOf, expectOnlyEngineErrors } from '../testing/engine-error.ts';
import { makeTemporaryFolder, packsFolder } from '../testing/temporary-checkpoint.ts';
import { adapterConfigFile, adapterWeightsFile, openAdapter } from './adapter.ts';

const query = 'model.layers.0.self_attn.q_proj';
const prefix = 'base_model.model.';
const lora = { [`${prefix}${query}.lora_A.weight`]: [4, 8], [`${prefix}${query}.lora_B.weight`]: [6, 4] };

/** Writes an adapter folder whose tensors have these shapes, all zero. */
async function makeAdapter(
  config: JsonObject,
  shapes: Readonly<Record<string, readonly number[]>> = lora,
  dtype: Dtype = 'BF16',
): Promise<string> {
  const folder = await makeTemporaryFolder();
  await writeFile(
    join(folder, adapterConfigFile),
    JSON.stringify({ peft_type: 'LORA', r: 4, lora_alpha: 8, ...config }),
  );
  await writeSafetensors(
    join(folder, adapterWeightsFile),
    Object.entries(shapes).map(([name, shape]) => ({
      name,
      dtype,
      shape,
      data: () => [new Uint8Array(shape.reduce((product, size) => product * size, dtype === 'BF16' ? 2 : 1))],
    })),
  );
  return folder;
}

test('finds targets from the tensor names, with rank and scale', async () => {
  const adapter = await openAdapter('planner', join(packsFolder, 'pack-2b', 'model', 'planner'));
  expect(adapter.targets).toHaveLength(12);
  expect(adapter.targets[0]).toEqual({
    module: 'model.layers.0.self_attn.k_proj',
    rank: 16,
    scale: 1,
    a: 'base_model.model.model.layers.0.self_attn.k_proj.lora_A.weight',
    b: 'base_model.model.model.layers.0.self_attn.k_proj.lora_B.weight',
  });
});

test('finds targets in the vision tower as well', async () => {
  const module = 'visual.blocks.0.attn.qkv';
  const shapes = {
    [`${prefix}${module}.lora_A.weight`]: [4, 8],
    [`${prefix}${module}.lora_B.weight`]: [6, 4],
  };
  const adapter = await openAdapter('planner', await makeAdapter({}, shapes));
  expect(adapter.targets.map((target) => target.module)).toEqual([module]);
});

test.each<[string, JsonObject, number]>([
  ['alpha / rank', {}, 2],
  ['alpha / √rank for rank-stabilized LoRA', { use_rslora: true }, 4],
  ['the alpha of a module', { alpha_pattern: { [query]: 16 } }, 4],
  ['the alpha of the end of a module path', { alpha_pattern: { k_proj: 1, q_proj: 12 } }, 3],
  [
    'the alpha of an anchored, escaped path',
    { alpha_pattern: { '^model\\.layers\\.0\\.self_attn\\.q_proj$': 4 } },
    1,
  ],
  ['not the alpha of a path that only ends alike', { alpha_pattern: { '^q_proj': 16, proj: 16 } }, 2],
  ['the rank of a module', { r: 64, rank_pattern: { q_proj: 4 } }, 2],
])('scales with %s', async (_, config, scale) => {
  const adapter = await openAdapter('grounder', await makeAdapter(config));
  expect(adapter.targets[0]?.scale).toBe(scale);
});

test.each([
  `${prefix}model.embed_tokens.weight`,
  `${prefix}model.embed_tokens.modules_to_save.default.weight`,
])('takes %s for the own embedding table', async (name) => {
  const folder = await makeAdapter({ modules_to_save: ['embed_tokens'] }, { ...lora, [name]: [10, 8] });
  const adapter = await openAdapter('verifier', folder);
  expect(adapter.modulesToSave).toEqual({ embedTokens: name });
});

test.each<[string, JsonObject, RegExp]>([
  ['DoRA', { use_dora: true }, /DoRA/],
  ['LoRA with bias', { lora_bias: true }, /lora_bias/],
  ['trained biases', { bias: 'lora_only' }, /bias/],
  ['transposed weights', { fan_in_fan_out: true }, /fan_in_fan_out/],
  ['another kind of adapter', { peft_type: 'IA3' }, /IA3/],
  ['modules of its own', { modules_to_save: ['embed_tokens', 'score'] }, /score/],
  ['an initialization that changes the base', { init_lora_weights: 'pissa_niter_4' }, /pissa_niter_4/],
  ['replicated layers', { layer_replication: [[0, 2]] }, /layer_replication/],
  ['a regular expression', { alpha_pattern: { '(a+)+$': 1 } }, /regular expression/],
])('refuses %s', async (_, config, message) => {
  const folder = await makeAdapter(config);
  const error = await engineErrorOf(() => openAdapter('grounder', folder));
  expect(error.code).toBe('ADAPTER_UNSUPPORTED');
  expect(error.message).toMatch(message);
  expect(error.message).toContain(adapterConfigFile);
});

test.each([
  ['LoRA on an embedding table', `${prefix}model.embed_tokens.lora_embedding_A`, /embedding table/],
  ['a magnitude vector', `${prefix}${query}.lora_magnitude_vector.weight`, /DoRA/],
  ['a tensor of another module', `${prefix}score.weight`, /neither LoRA nor/],
])('refuses %s among the weights', async (_, name, message) => {
  const folder = await makeAdapter({}, { ...lora, [name]: [2, 2] });
  const error = await engineErrorOf(() => openAdapter('grounder', folder));
  expect(error.code).toBe('ADAPTER_UNSUPPORTED');
  expect(error.message).toMatch(message);
});

test('refuses quantized matrices', async () => {
  const error = await engineErrorOf(async () => openAdapter('grounder', await makeAdapter({}, lora, 'I8')));
  expect(error.code).toBe('ADAPTER_UNSUPPORTED');
  expect(error.message).toMatch(/of type I8/);
});

test.each([
  ['no matrices', {}, 'ADAPTER_UNSUPPORTED', /no LoRA matrices/],
  [
    'A without B',
    { [`${prefix}${query}.lora_A.weight`]: [4, 8] },
    'CHECKPOINT_INCOMPLETE',
    /no lora_B of model/,
  ],
  [
    'A and B of different ranks',
    { [`${prefix}${query}.lora_A.weight`]: [4, 8], [`${prefix}${query}.lora_B.weight`]: [6, 3] },
    'ADAPTER_MISMATCH',
    /do not fit together/,
  ],
  [
    'a convolution',
    { [`${prefix}${query}.lora_A.weight`]: [4, 8, 1], [`${prefix}${query}.lora_B.weight`]: [6, 4, 1] },
    'ADAPTER_UNSUPPORTED',
    /not of a linear layer/,
  ],
  [
    'another rank than configured',
    { [`${prefix}${query}.lora_A.weight`]: [2, 8], [`${prefix}${query}.lora_B.weight`]: [6, 2] },
    'ADAPTER_MISMATCH',
    /rank 4, but its matrices have rank 2/,
  ],
])('refuses weights with %s', async (_, shapes, code, message) => {
  const folder = await makeAdapter({}, shapes);
  const error = await engineErrorOf(() => openAdapter('grounder', folder));
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
});

test('names a whole module that the configuration promises and the file lacks', async () => {
  const error = await engineErrorOf(async () =>
    openAdapter('grounder', await makeAdapter({ modules_to_save: ['lm_head'] })),
  );
  expect(error.code).toBe('CHECKPOINT_INCOMPLETE');
  expect(error.message).toContain('lm_head');
});

test('says what to do about weights that are only there as PyTorch file', async () => {
  const folder = await makeAdapter({});
  await rm(join(folder, adapterWeightsFile));
  expect((await engineErrorOf(() => openAdapter('grounder', folder))).message).toContain('is missing');
  await writeFile(join(folder, 'adapter_model.bin'), '');
  const error = await engineErrorOf(() => openAdapter('grounder', folder));
  expect(error.code).toBe('CHECKPOINT_INCOMPLETE');
  expect(error.remedy).toContain(adapterWeightsFile);
});

test('whatever the configuration holds, only a typed error comes out', async () => {
  const folder = await makeAdapter({});
  const fields = [
    'r',
    'lora_alpha',
    'use_rslora',
    'alpha_pattern',
    'rank_pattern',
    'modules_to_save',
    'bias',
    '__proto__',
  ];
  const config = fc.oneof(
    fc.dictionary(fc.constantFrom(...fields), fc.jsonValue({ maxDepth: 2 })),
    fc.jsonValue(),
  );
  await fc.assert(
    fc.asyncProperty(config, async (value) => {
      await writeFile(join(folder, adapterConfigFile), JSON.stringify(value));
      await expectOnlyEngineErrors(() => openAdapter('grounder', folder));
    }),
    { numRuns: 200 },
  );
});

/** Modules, and for each key which of them PEFT 0.21.2 takes it for (`peft.utils.other.get_pattern_key`). */
const patternModules = [
  'model.layers.0.self_attn.q_proj',
  'model.layers.10.self_attn.q_proj',
  'model.layers.0.mlp.down_proj',
  'model.language_model.layers.0.self_attn.q_proj',
  'visual.blocks.0.attn.qkv',
];
const patternMatches: readonly (readonly [key: string, matches: readonly boolean[]])[] = [
  ['q_proj', [true, true, false, true, false]],
  ['self_attn.q_proj', [true, true, false, true, false]],
  ['proj', [false, false, false, false, false]],
  ['^q_proj', [false, false, false, false, false]],
  ['^model.layers.0.self_attn.q_proj', [true, false, false, false, false]],
  ['^model.layers.0.self_attn.q_proj$', [true, false, false, false, false]],
  ['model.layers.0.self_attn.q_proj', [true, false, false, false, false]],
  ['layers\\.0\\..*q_proj', [true, false, false, true, false]],
  ['.*\\.q_proj', [true, true, false, true, false]],
  ['layers\\.\\d+\\.self_attn\\.(q|k)_proj', [true, true, false, true, false]],
  ['layers\\.[0-4]\\.mlp\\..*', [false, false, true, false, false]],
  ['(q_proj|down_proj)', [true, true, true, true, false]],
  ['blocks\\.\\d{1,2}\\.attn\\.qkv', [false, false, false, false, true]],
  ['model\\.(?:language_model\\.)layers.0.self_attn.q_proj', [false, false, false, true, false]],
  ['layers.0.self_attn.q_proj|qkv', [true, false, false, true, true]],
];

test.each(patternMatches)('the pattern %j means the modules that PEFT means', async (key, matches) => {
  for (const [index, module] of patternModules.entries()) {
    const shapes = {
      [`${prefix}${module}.lora_A.weight`]: [4, 8],
      [`${prefix}${module}.lora_B.weight`]: [6, 4],
    };
    const adapter = await openAdapter(
      'planner',
      await makeAdapter({ alpha_pattern: { [key]: 100 } }, shapes),
    );
    const calledOtherwise = module.includes('language_model') && matches[0] === true;
    expect(adapter.targets[0]?.scale).toBe(matches[index] === true || calledOtherwise ? 25 : 2);
  }
});

test.each([
  ['model.layers', 'model.language_model.layers'],
  ['model.layers', 'language_model.model.layers'],
  ['visual.blocks', 'model.visual.blocks'],
])('modules of %s that are saved as %s are those of the base', async (inBase, saved) => {
  const module = (start: string): string => `${start}.0.self_attn.q_proj`;
  const shapes = {
    [`${prefix}${module(saved)}.lora_A.weight`]: [4, 8],
    [`${prefix}${module(saved)}.lora_B.weight`]: [6, 4],
  };
  for (const pattern of [module(saved), module(inBase)]) {
    const config = { r: 64, rank_pattern: { [pattern]: 4 }, alpha_pattern: { [pattern]: 100 } };
    const adapter = await openAdapter('planner', await makeAdapter(config, shapes));
    expect(adapter.targets).toMatchObject([{ module: module(inBase), rank: 4, scale: 25 }]);
  }
});

test('a module that is there under both names is refused', async () => {
  const shapes = {
    ...lora,
    [`${prefix}model.language_model.layers.0.self_attn.q_proj.lora_A.weight`]: [4, 8],
  };
  const folder = await makeAdapter({}, shapes);
  expect((await engineErrorOf(() => openAdapter('planner', folder))).code).toBe('ADAPTER_UNSUPPORTED');
});

test('both embedding tables are taken though nothing says that they were trained', async () => {
  const tables = {
    [`${prefix}model.language_model.embed_tokens.weight`]: [10, 8],
    [`${prefix}lm_head.weight`]: [10, 8],
  };
  const folder = await makeAdapter({ ensure_weight_tying: true }, { ...lora, ...tables });
  expect((await openAdapter('planner', folder)).modulesToSave).toEqual({
    embedTokens: `${prefix}model.language_model.embed_tokens.weight`,
    lmHead: `${prefix}lm_head.weight`,
  });
});

test.each([
  ['a field of a later PEFT', { use_something_new: true }],
  ['block-diagonal LoRA', { use_bdlora: { a: 1 } }],
])('%s is refused by name', async (_, config) => {
  const folder = await makeAdapter(config);
  const error = await engineErrorOf(() => openAdapter('planner', folder));
  expect(error.code).toBe('ADAPTER_UNSUPPORTED');
  expect(error.message).toContain(Object.keys(config)[0]);
});

test('fields of PEFT that are not set, or concern training, are no matter', async () => {
  const config = {
    use_something_new: null,
    other: false,
    peft_version: '0.21.2',
    qalora_group_size: 16,
    target_modules: ['q_proj'],
  };
  await expect(openAdapter('planner', await makeAdapter(config))).resolves.toBeDefined();
});
