import { describe, expect, it } from 'vitest';
import { packJson, type PackName } from '../fixtures/reference-pack.ts';
import type { BuiltGraph } from '../onnx/built-graph.ts';
import { readGraph } from '../onnx/testing/read-graph.ts';
import type { Precision } from '../protocol/roles.ts';
import type { Network } from './architecture-family.ts';
import { families } from './families.ts';
import { buildGroundingHeadGraph } from './grounding-head/graph.ts';
import { dialectFor, forSizes, type Dialect } from './layers/dialect.ts';
import { buildLmHeadGraph } from './layers/lm-head-graph.ts';
import { checkGraph, cudaKernel, standardOperator } from './operator-facts/check-graph.ts';
import { smallGraphs } from './operator-facts/small-graphs.ts';

/** A network of each family, as the packs have it. */
const networks: readonly [family: string, pack: PackName, folder: string][] = [
  ['qwen2-vl', 'pack-2b', 'base'],
  ['qwen2.5-vl', 'pack-qwen2.5', 'checkpoint'],
  ['qwen3-vl', 'pack-qwen3', 'checkpoint'],
];

function networkOf([name, pack, folder]: (typeof networks)[number]): Network {
  const family = families.find((candidate) => candidate.name === name);
  const read = (file: string) => packJson(pack, folder, file) as Record<string, unknown>;
  return family!.readNetwork({ base: read('config.json'), preprocessor: read('preprocessor_config.json') });
}

/** What the graphs of `plain` are written for here. */
const sizes = {
  ...{ rows: 8, capacity: 64, deepstack_rows: 8, rank: 4, count: 2 },
  ...{ pairs: 1, patches: 16, pair_patches: 16, level_tokens: 4, windows: 2, window_patches: 8 },
  ...{ frames: 4, points: 7, levels: 3 },
};

/** Every graph that a package of a network is run with, by name. */
function graphsOf(network: Network, precision: Precision, dialect: Dialect): [string, BuiltGraph][] {
  const products = { precision, dialect, outlierCount: () => 0, hasAdapter: () => true };
  const head = { tensor: 'lm_head.weight', hidden: network.shape.hiddenSize, vocabulary: 64 };
  const grounding = { hidden: 64, width: 32, intermediate: 64, layers: 1, levels: 3 };
  return [
    ['decoder', network.buildDecoder(products, {})],
    ['tower', network.buildVision({ ...products, precision: precision === 'int4' ? 'int8' : precision }, {})],
    ['vocabulary head', buildLmHeadGraph(head, precision, {}, dialect)],
    ['grounding head', buildGroundingHeadGraph(grounding, {}, 3, { ...dialect, activations: 'float32' })],
  ];
}

describe.each(networks)('%s', (...named) => {
  const network = networkOf(named);

  it.each(['fp32', 'fp16', 'int8-blocks', 'int4'] as const)(
    'has a kernel for CUDA for every node and type of dialect gpu in %s',
    (precision) => {
      const dialect = dialectFor('cuda', precision === 'fp32' ? 'float32' : 'float16');
      for (const [name, { model }] of graphsOf(network, precision, dialect))
        expect([name, ...checkGraph(model, cudaKernel)]).toEqual([name]);
    },
  );

  it('has such kernels for attention that is not fused, too', () => {
    for (const [name, { model }] of graphsOf(network, 'int4', dialectFor('webgpu', 'float16')))
      expect([name, ...checkGraph(model, cudaKernel)]).toEqual([name]);
  });

  it.each(['fp32', 'fp16'] as const)(
    'is of the standard alone, and of settled shapes, in every node and type of dialect plain in %s',
    (precision) => {
      const dialect = forSizes(dialectFor('cann', precision === 'fp32' ? 'float32' : 'float16'), sizes);
      for (const [name, { model }] of graphsOf(network, precision, dialect)) {
        expect([name, ...checkGraph(model, standardOperator)]).toEqual([name]);
        const { open, versions } = readGraph(model);
        expect([name, open, versions]).toEqual([name, [], { '': 17 }]);
      }
    },
  );
});

it('has a kernel for CUDA for what moves rows and values about and chooses tokens on a device', async () => {
  for (const model of await smallGraphs()) expect(checkGraph(model, cudaKernel)).toEqual([]);
});

describe('the check', () => {
  it('finds an operator, a form of it and types that there is nothing for', () => {
    const network = networkOf(networks[0]!);
    const products = { precision: 'int8', outlierCount: () => 0, hasAdapter: () => false } as const;
    const { model } = network.buildDecoder(products, {});
    const problems = checkGraph(model, cudaKernel);
    expect(problems).toContain('com.microsoft.MatMulIntegerToFloat has no kernel');
    expect(problems).toContain('ReduceMax has no kernel for its form of version 20');
    expect(checkGraph(model, standardOperator)).toContain(
      'com.microsoft.MatMulIntegerToFloat is not of the standard',
    );
  });
});
