import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { openCheckpoint } from './checkpoint.ts';
import { type JsonObject, readJsonObject } from './read-file.ts';
import { engineErrorOf } from './testing/engine-error.ts';
import {
  copyReasonerCheckpoint,
  editJson,
  packsFolder,
  renameTensors,
} from './testing/temporary-checkpoint.ts';

const graphNames = ['visual.patch_embed.proj.weight', 'model.embed_tokens.weight', 'model.norm.weight'];

const styles = {
  'of Qwen2.5-VL': (name: string) =>
    name.replace(/^model\.visual\./, 'visual.').replace(/^model\.language_model\./, 'model.'),
  'of Qwen3-VL': (name: string) =>
    name
      .replace(/^visual\./, 'model.visual.')
      .replace(/^model\.(?!visual\.|language_model\.)/, 'model.language_model.'),
};

describe.each(['pack-qwen2.5', 'pack-qwen3'] as const)('the checkpoint of %s', (pack) => {
  it.each(Object.entries(styles))('opens with weights named in the way %s', async (_, rename) => {
    const folder = await copyReasonerCheckpoint(pack);
    await renameTensors(folder, rename);
    const { weights } = await openCheckpoint({ basePath: folder });
    for (const name of graphNames) expect(weights.has(name)).toBe(true);
  });

  it('opens with its text fields at the top of the configuration', async () => {
    const folder = await copyReasonerCheckpoint(pack);
    const path = join(folder, 'config.json');
    const { text_config: text, ...top } = await readJsonObject(path);
    await writeFile(path, JSON.stringify({ ...(text as object), ...top }));
    const flat = await openCheckpoint({ basePath: folder });
    const nested = await openCheckpoint({ basePath: join(packsFolder, pack, 'checkpoint') });
    const shapeOf = ({ family, baseConfig: base, generationConfig: generation }: typeof flat) =>
      family.readNetwork({ base, generation }).shape;
    expect(shapeOf(flat)).toEqual(shapeOf(nested));
  });

  it('reads frames by the image processor’s configuration where there is none for videos', async () => {
    const folder = await copyReasonerCheckpoint(pack);
    await rm(join(folder, 'video_preprocessor_config.json'));
    const { preprocessorConfig, sources } = await openCheckpoint({ basePath: folder });
    expect(preprocessorConfig).toMatchObject({ image_processor_type: 'Qwen2VLImageProcessorFast' });
    expect(sources.map(({ name }) => name)).toContain('base/preprocessor_config.json');
  });

  it('takes the template from wherever it was saved, and says what to download where it is missing', async () => {
    const folder = await copyReasonerCheckpoint(pack);
    await rm(join(folder, 'chat_template.jinja'));
    const error = await engineErrorOf(() => openCheckpoint({ basePath: folder }));
    expect(error.code).toBe('CHECKPOINT_INCOMPLETE');
    expect(error.remedy).toContain('chat_template.jinja');
    await editJson(join(folder, 'tokenizer_config.json'), { chat_template: 'from the tokenizer' });
    expect((await openCheckpoint({ basePath: folder })).chatTemplate).toBe('from the tokenizer');
    await writeFile(join(folder, 'chat_template.json'), '{"chat_template":"from its own file"}');
    expect((await openCheckpoint({ basePath: folder })).chatTemplate).toBe('from its own file');
  });

  it('brings the instructions that it was trained with, from beside it or from a named file', async () => {
    const folder = await copyReasonerCheckpoint(pack);
    const words = (choice: string) => JSON.stringify({ choice, open: 'Say it.' });
    expect((await openCheckpoint({ basePath: folder })).reasoner?.instructions).toBeUndefined();
    await writeFile(join(folder, 'instructions.json'), words('Pick one.'));
    await writeFile(join(folder, 'other.json'), words('Choose.'));
    const beside = await openCheckpoint({ basePath: folder });
    expect(beside.reasoner?.instructions).toEqual({ choice: 'Pick one.', open: 'Say it.' });
    expect(beside.promptSource).toBe('prompts.json');
    const promptsPath = join(folder, 'other.json');
    const named = await openCheckpoint({ basePath: folder, promptsPath });
    expect(named.reasoner?.instructions?.choice).toBe('Choose.');
    await writeFile(promptsPath, '{"choice": 1}');
    const error = await engineErrorOf(() => openCheckpoint({ basePath: folder, promptsPath }));
    expect(error.code).toBe('PROMPTS_INVALID');
  });

  it('takes no adapters of VideoMind', async () => {
    const error = await engineErrorOf(() =>
      openCheckpoint({
        basePath: join(packsFolder, pack, 'checkpoint'),
        adaptersPath: join(packsFolder, 'pack-2b', 'model'),
      }),
    );
    expect(error.code).toBe('ARCHITECTURE_UNSUPPORTED');
    expect(error.remedy).toContain('without --adapters');
  });
});

test.each([
  [{ model_type: 'qwen3_vl_moe' }, /mixture of experts/, /dense model/],
  [{ model_type: 'qwen2_5_omni' }, /network that hears/, /without audio/],
  [{ model_type: 'qwen3_omni_moe' }, /hears/, /without audio/],
  [{ model_type: 'llama' }, /the network "llama"/, /Qwen2\.5-VL, Qwen3-VL/],
  [{ quantization_config: { quant_method: 'awq', bits: 4 } }, /awq/, /bf16/],
  [{ quantization_config: { quant_method: 'gptq' } }, /gptq/, /bf16/],
  [{ quantization_config: { quant_method: 'fp8' } }, /fp8/, /bf16/],
  [{ text_config: { quantization_config: { quant_method: 'compressed-tensors' } } }, /compressed/, /bf16/],
  [{ quantization: { group_size: 64, bits: 4 } }, /MLX/, /bf16/],
])('%j is named and refused with what would work', async (changes, message, remedy) => {
  const folder = await copyReasonerCheckpoint('pack-qwen2.5');
  await editJson(join(folder, 'config.json'), changes);
  const error = await engineErrorOf(() => openCheckpoint({ basePath: folder }));
  expect(error.code).toBe('ARCHITECTURE_UNSUPPORTED');
  expect(error.message).toMatch(message);
  expect(error.remedy).toMatch(remedy);
});

test.each(['yarn', 'linear', 'dynamic', 'longrope', 'llama3', 'proportional'])(
  'positions scaled by %s are refused, wherever it is said',
  async (type) => {
    const scaled = { mrope_section: [2, 3, 3], rope_type: type, factor: 4 };
    const older = { ...scaled, rope_type: undefined, type };
    for (const changes of [
      { rope_scaling: { ...scaled, original_max_position_embeddings: 32768 } },
      { rope_scaling: older },
      { rope_parameters: { ...scaled, rope_theta: 1e6 } },
      { text_config: { rope_parameters: scaled } },
      { text_config: { rope_scaling: older } },
    ]) {
      for (const pack of ['pack-qwen2.5', 'pack-qwen3'] as const) {
        const folder = await copyReasonerCheckpoint(pack);
        await editJson(join(folder, 'config.json'), changes);
        const error = await engineErrorOf(() => openCheckpoint({ basePath: folder }));
        expect(error.code).toBe('ARCHITECTURE_UNSUPPORTED');
        expect(error.message).toContain(type);
      }
    }
  },
);

test('positions called by their sections are plain ones', async () => {
  for (const type of ['mrope', 'default']) {
    const folder = await copyReasonerCheckpoint('pack-qwen2.5');
    const config = await readJsonObject(join(folder, 'config.json'));
    const text = config['text_config'] as JsonObject | undefined;
    const section = (config['rope_scaling'] ??
      text?.['rope_scaling'] ??
      text?.['rope_parameters']) as JsonObject;
    await editJson(join(folder, 'config.json'), { rope_scaling: { ...section, type, rope_type: 'default' } });
    await expect(openCheckpoint({ basePath: folder })).resolves.toBeDefined();
  }
});

test('what transformers 5 saves in one file of processors is read', async () => {
  const folder = await copyReasonerCheckpoint('pack-qwen3');
  const size = (longest: number) => ({ size: { shortest_edge: 3136, longest_edge: longest } });
  const write = (config: JsonObject) =>
    writeFile(join(folder, 'processor_config.json'), JSON.stringify(config));
  const limit = async () => {
    const { preprocessorConfig, sources } = await openCheckpoint({ basePath: folder });
    const fromWhole = sources.some(({ name }) => name === 'base/processor_config.json');
    return [(preprocessorConfig?.['size'] as JsonObject | undefined)?.['longest_edge'], fromWhole];
  };
  const [before] = await limit();
  await write({ processor_class: 'Qwen3VLProcessor' });
  expect(await limit()).toEqual([before, false]);
  // The order of transformers 5.23: nested, then the file for videos, then that for pictures.
  await write({ image_processor: size(60_000), video_processor: size(50_176) });
  expect(await limit()).toEqual([50_176, true]);
  await rm(join(folder, 'video_preprocessor_config.json'));
  await rm(join(folder, 'preprocessor_config.json'));
  expect(await limit()).toEqual([50_176, true]);
  await write({ image_processor: size(60_000) });
  expect(await limit()).toEqual([60_000, true]);
});

test('the template is the same from each place that libraries put it', async () => {
  const folder = await copyReasonerCheckpoint('pack-qwen3');
  const jinja = join(folder, 'chat_template.jinja');
  const { chatTemplate } = await openCheckpoint({ basePath: folder });
  await rm(jinja);
  const named = [
    { name: 'tool_use', template: 'another' },
    { name: 'default', template: chatTemplate },
  ];
  for (const [file, template] of [
    ['tokenizer_config.json', chatTemplate],
    ['tokenizer_config.json', named],
    ['processor_config.json', chatTemplate],
  ] as const) {
    await editJson(join(folder, 'tokenizer_config.json'), {
      chat_template: undefined,
      extra_special_tokens: ['<|im_start|>', '<|im_end|>'], // a list since transformers 5
    });
    await writeFile(join(folder, 'processor_config.json'), '{}');
    await editJson(join(folder, file), { chat_template: template });
    expect((await openCheckpoint({ basePath: folder })).chatTemplate).toBe(chatTemplate);
  }
});

test('quantized weights are refused though no configuration says so', async () => {
  const folder = await copyReasonerCheckpoint('pack-qwen3');
  await renameTensors(folder, (name) => name.replace(/q_proj\.weight$/, 'q_proj.qweight'));
  const error = await engineErrorOf(() => openCheckpoint({ basePath: folder }));
  expect(error.code).toBe('ARCHITECTURE_UNSUPPORTED');
  expect(error.message).toContain('model.language_model.layers.0.self_attn.q_proj.qweight');
});
