import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CheckpointShape } from './network-shape.ts';
import { adapterTensors, baseTensors, groundingHeadTensors, type TensorSpec } from './tensor-list.ts';

const pack = new URL('../../native-models/fixtures/pack-2b/', import.meta.url);

/** Sizes of the reference pack's checkpoint. */
const packShape: CheckpointShape = {
  hiddenSize: 192,
  layers: 3,
  heads: 12,
  keyValueHeads: 2,
  intermediateSize: 384,
  vocabularySize: 640,
  tiedEmbeddings: true,
  ropeSections: [2, 3, 3],
  vision: {
    depth: 2,
    embeddingSize: 64,
    heads: 4,
    mlpRatio: 4,
    patchSize: 14,
    mergeSize: 2,
    temporalPatchSize: 2,
  },
  adapterRank: 16,
  groundingHeadSize: 64,
};

function publishedTensors(...files: string[]): Record<string, number[]> {
  return Object.assign(
    {},
    ...files.map((file) => {
      const bytes = readFileSync(new URL(file, pack));
      const length = Number(bytes.readBigUInt64LE(0));
      const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, { shape: number[] }>;
      delete header['__metadata__'];
      return Object.fromEntries(Object.entries(header).map(([name, entry]) => [name, entry.shape]));
    }),
  ) as Record<string, number[]>;
}

const listed = (tensors: readonly TensorSpec[]) =>
  Object.fromEntries(tensors.map((tensor) => [tensor.name, tensor.shape]));

describe('tensors of a random checkpoint', () => {
  it('are those of a published base', () => {
    const published = publishedTensors(
      'base/model-00001-of-00002.safetensors',
      'base/model-00002-of-00002.safetensors',
    );
    expect(listed(baseTensors(packShape))).toEqual(published);
  });

  it('have an lm_head of their own where embeddings are not tied', () => {
    const names = baseTensors({ ...packShape, tiedEmbeddings: false }).map((tensor) => tensor.name);
    expect(names).toContain('lm_head.weight');
  });

  it('are those of published adapters, with and without embeddings of their own', () => {
    expect(listed(adapterTensors(packShape, true))).toEqual(
      publishedTensors('model/grounder/adapter_model.safetensors'),
    );
    expect(listed(adapterTensors(packShape, false))).toEqual(
      publishedTensors('model/planner/adapter_model.safetensors'),
    );
  });

  it('are those of a published grounding head', () => {
    expect(listed(groundingHeadTensors(packShape))).toEqual(
      publishedTensors('model/pytorch_model.safetensors'),
    );
  });
});
