import { GraphBuilder, type BuiltGraph, type Value } from '../../onnx/graph-builder.ts';
import { shareZeroPoints, type ProductOptions } from '../layers/products.ts';
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
  weightFile: string,
): BuiltGraph {
  const graph = new GraphBuilder({ weightFile });
  const patches = graph.input('patches', 'float32', ['patches', patchLength(config)]);
  const inputs: BlockInputs = {
    ...pairInputs(graph, config),
    ...(config.windows === undefined ? {} : { windows: windowInputs(graph) }),
  };
  let state = embedPatches(graph, config, patches);
  const shared = shareZeroPoints(graph, options, state);
  for (let layer = 0; layer < config.layers; layer++) {
    state = visionBlock(graph, config, shared, layer, state, inputs).state;
    const level = config.deepstackBlocks.indexOf(layer);
    if (level < 0) continue;
    const { features } = merge(graph, config, options, deepstackModule(level), state);
    graph.output(`deepstack.${level}`, features, 'float32', ['tokens', config.output]);
  }
  graph.output('features', merge(graph, config, options, mergerModule, state).features, 'float32', [
    'tokens',
    config.output,
  ]);
  return graph.build();
}

/** The patch embedding by itself, with learned positions where there are some: `state`, the patches → `next`. */
export function buildPatchEmbeddingGraph(config: VisionConfig): BuiltGraph {
  const graph = new GraphBuilder();
  const patches = graph.input('state', 'float32', ['patches', patchLength(config)]);
  graph.output('next', embedPatches(graph, config, patches), 'float32', ['patches', config.width]);
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
    ...pairInputs(graph, config),
    ...(isWindowed(config, layer) ? { windows: windowInputs(graph) } : {}),
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
function embedPatches(graph: GraphBuilder, config: VisionConfig, patches: Value): Value {
  const weight = (name: string, dims: readonly number[]) => {
    const tensor = `visual.patch_embed.proj.${name}`;
    return graph.weight(tensor, 'float32', dims, { kind: 'float32', source: { tensor } });
  };
  const kernel = weight('weight', [config.width, patchLength(config)]);
  const embedded = graph.op(
    'Gemm',
    config.patchBias ? [patches, kernel, weight('bias', [config.width])] : [patches, kernel],
    { transB: 1 },
  );
  return config.positionGridSide === undefined
    ? embedded
    : addGridPositions(graph, config, config.positionGridSide, embedded);
}
