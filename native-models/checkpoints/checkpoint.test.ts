import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openCheckpoint } from './checkpoint.ts';

const packs = fileURLToPath(new URL('../fixtures/', import.meta.url));

test.each([
  ['pack-2b', true, 192],
  ['pack-7b', false, 224],
])('opens %s with its base found from base_model_path', async (pack, tied, hiddenSize) => {
  const checkpoint = await openCheckpoint({ adaptersPath: `${packs}${pack}/model` });
  expect(checkpoint.baseFolder).toBe(`${packs}${pack}/base`);
  expect(checkpoint.weights.has('lm_head.weight')).toBe(!tied);
  expect(checkpoint.networkConfig.hidden_size).toBe(hiddenSize);
  expect(checkpoint.networkConfig).toMatchObject({
    vocab_size: 640,
    reg_token_id: 598,
    model_type: 'qwen2_vl',
  });
  expect(checkpoint.roles).toEqual(['planner', 'grounder', 'verifier', 'answerer']);
  expect(checkpoint.adapters.planner?.targets).toHaveLength(12);
  expect(checkpoint.adapters.planner?.targets[0]).toMatchObject({ rank: 16, scale: 1 });
  expect(checkpoint.adapters.verifier?.targets[0]).toMatchObject({ rank: 16, scale: 2 });
  expect(checkpoint.adapters.planner?.modulesToSave).toEqual({});
  expect(Object.keys(checkpoint.adapters.grounder?.modulesToSave ?? {}).sort()).toEqual([
    'embedTokens',
    'lmHead',
  ]);
  expect(checkpoint.groundingHead?.has('class_head.module.1.weight')).toBe(true);
  expect(checkpoint.promptSource).toBe('prompts.json');
  expect(checkpoint.promptSet.minAnswerSec).toBe(8);
  expect(checkpoint.warnings).toEqual([]);
  expect(checkpoint.sources.map((source) => source.name)).toContain(
    'adapters/grounder/adapter_model.safetensors',
  );
  const norm = await checkpoint.weights.readFloat32('model.norm.weight');
  expect(norm).toHaveLength(hiddenSize);
});
