import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { openCheckpoint } from './checkpoint.ts';
import { readJsonObject } from './read-file.ts';
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

test('quantized weights are refused though no configuration says so', async () => {
  const folder = await copyReasonerCheckpoint('pack-qwen3');
  await renameTensors(folder, (name) => name.replace(/q_proj\.weight$/, 'q_proj.qweight'));
  const error = await engineErrorOf(() => openCheckpoint({ basePath: folder }));
  expect(error.code).toBe('ARCHITECTURE_UNSUPPORTED');
  expect(error.message).toContain('model.language_model.layers.0.self_attn.q_proj.qweight');
});
