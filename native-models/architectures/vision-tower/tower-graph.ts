import type { BuiltGraph, WeightFiles } from '../../onnx/built-graph.ts';
import { GraphBuilder, type Value } from '../../onnx/graph-builder.ts';
import {
  cpuDialect,
  floatWeight,
  fromActivations,
  startGraph,
  toActivations,
  type Dialect,
} from '../layers/dialect.ts';
import { dialectOf, floatMatrix, shareZeroPoints, type ProductOptions } from '../layers/products.ts';
import { patchLength, type VisionConfig } from './config.ts';
import { deepstackModule, merge, mergerModule } from './merger.ts';
import { addGridPositions } from './position-grid.ts';
import { pairInputs, visionBlock, type BlockInputs } from './vision-block.ts';
import { windowInputs } from './windows.ts';

/**
 * The vision tower. A frame pair attends to itself alone, so each pair is one batch row and the cost of a clip grows with
 * its pairs, not with their square; a window likewise.
 *
 * Inputs: `patches` (pairs × patches, channels × temporal × side × side), in the tower's order; `cos`, `sin` (patches,
 * headSize/2) of one pair; `positions` (pairs, patches) = 0, 1, … in each row; with windows those of windows.ts, with
 * learned positions those of position-grid.ts; per adapted module its A and B.
 * Outputs: `features` (pairs × patches / 4, output); per deepstack level `deepstack.k`, the same. All in the tower's order.
 */
export function buildVisionGraph(
  config: VisionConfig,
  options: ProductOptions,
  weights: WeightFiles,
): BuiltGraph {
  const dialect = dialectOf(options);
  const graph = startGraph(dialect, weights);
  const patches = toActivations(
    graph,
    dialect,
    graph.input('patches', 'float32', ['patches', patchLength(config)]),
  );
  const inputs: BlockInputs = {
    ...pairInputs(graph, config, dialect),
    ...(config.windows === undefined ? {} : { windows: windowInputs(graph, dialect) }),
  };
  let state = embedPatches(graph, config, options, patches, inputs.pairShape);
  const shared = shareZeroPoints(graph, options, state);
  const levels: Value[] = [];
  const keep = (name: string, module: string) => {
    const { features } = merge(graph, config, options, module, state);
    if (dialect.name === 'cpu') graph.output(name, features, 'float32', ['tokens', config.output]);
    else levels.push(features);
  };
  for (let layer = 0; layer < config.layers; layer++) {
    state = visionBlock(graph, config, shared, layer, state, inputs).state;
    const level = config.deepstackBlocks.indexOf(layer);
    if (level >= 0) keep(`deepstack.${level}`, deepstackModule(level));
  }
  keep('features', mergerModule);
  const main = levels.pop();
  if (main !== undefined) outputPairs(graph, config, dialect, [main, ...levels]);
  return graph.build();
}

/**
 * What a device keeps of each pair: `pair_features` (levels × pairs × tokens, output), the main features first. `token_rows` says
 * for each row of it which row of the levels, put one after another, it is: the cells line by line, pair by pair.
 */
function outputPairs(graph: GraphBuilder, config: VisionConfig, dialect: Dialect, levels: Value[]): void {
  const rows = graph.input('token_rows', 'int32', ['level_tokens']);
  const all = levels.length === 1 ? (levels[0] as Value) : graph.op('Concat', levels, { axis: 0 });
  const sorted = graph.op('Gather', [all, rows], { axis: 0 });
  graph.output('pair_features', fromActivations(graph, dialect, sorted), 'float32', [
    'level_tokens',
    config.output,
  ]);
}

const plain: ProductOptions = { precision: 'fp32', outlierCount: () => 0, hasAdapter: () => false };

/** The patch embedding by itself, with learned positions where there are some: `state`, the patches → `next`. */
export function buildPatchEmbeddingGraph(config: VisionConfig): BuiltGraph {
  const graph = new GraphBuilder();
  const patches = graph.input('state', 'float32', ['patches', patchLength(config)]);
  graph.output('next', embedPatches(graph, config, plain, patches), 'float32', ['patches', config.width]);
  return graph.build();
}

/** One block by itself: `state` → `next` and each product input. */
export function buildVisionBlockGraph(
  config: VisionConfig,
  options: ProductOptions,
  layer: number,
): BuiltGraph {
  const graph = new GraphBuilder();
  const state = graph.input('state', 'float32', ['patches', config.width]);
  const inputs: BlockInputs = {
    ...pairInputs(graph, config, cpuDialect),
    ...(isWindowed(config, layer) ? { windows: windowInputs(graph, cpuDialect) } : {}),
  };
  const block = visionBlock(graph, config, options, layer, state, inputs);
  graph.output('next', block.state, 'float32', ['patches', config.width]);
  for (const [name, input] of block.inputs) graph.output(name, input, 'float32', ['patches', `${name}_size`]);
  return graph.build();
}

/** A merger by itself: `state` → `next`, the features, and each product input. */
export function buildMergerGraph(config: VisionConfig, options: ProductOptions, module: string): BuiltGraph {
  const graph = new GraphBuilder();
  const state = graph.input('state', 'float32', ['patches', config.width]);
  const { features, inputs } = merge(graph, config, options, module, state);
  graph.output('next', features, 'float32', ['tokens', config.output]);
  for (const [name, input] of inputs) graph.output(name, input, 'float32', ['tokens', `${name}_size`]);
  return graph.build();
}

/** Whether a block attends within windows. */
export function isWindowed({ windows }: VisionConfig, layer: number): boolean {
  return windows !== undefined && !windows.fullBlocks.includes(layer);
}

/** The patch convolution's stride is its kernel, so it is a product. */
function embedPatches(
  graph: GraphBuilder,
  config: VisionConfig,
  options: ProductOptions,
  patches: Value,
  pairShape?: Value,
): Value {
  const tensor = (name: string) => `visual.patch_embed.proj.${name}`;
  const source = { tensor: tensor('weight') };
  const dims = [config.width, patchLength(config)];
  const kernel = floatMatrix(graph, options, source.tensor, dims, source);
  const bias = () =>
    floatWeight(graph, dialectOf(options), tensor('bias'), [config.width], {
      kind: 'float32',
      source: { tensor: tensor('bias') },
    });
  const embedded = graph.op('Gemm', config.patchBias ? [patches, kernel, bias()] : [patches, kernel], {
    transB: 1,
  });
  return config.positionGridSide === undefined
    ? embedded
    : addGridPositions(graph, config, dialectOf(options), config.positionGridSide, embedded, pairShape);
}
