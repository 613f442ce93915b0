import { float, GraphBuilder, type BuiltGraph, type Value } from '../../onnx/graph-builder.ts';
import {
  activationZeroPoints,
  product,
  productInput,
  type ProductOptions,
  type ProductWeight,
} from '../layers/products.ts';
import type { VisionConfig } from './config.ts';

/**
 * The vision tower of Qwen2-VL. A frame pair attends to itself alone, so each pair is one batch row and the cost of a clip
 * grows with its pairs, not with their square.
 *
 * Inputs: `patches` (pairs × patches, channels × temporal × side × side), in merge order; `cos`, `sin` (patches, headSize/2) of
 * one pair; `positions` (pairs, patches) = 0, 1, … in each row; per adapted module its A and B.
 * Output: `features` (pairs × patches / 4, output).
 */
export function buildVisionGraph(
  config: VisionConfig,
  options: ProductOptions,
  weightFile: string,
): BuiltGraph {
  const graph = new GraphBuilder({ weightFile });
  const patchSize = config.channels * config.temporalPatchSize * config.patchSize ** 2;
  const patches = graph.input('patches', 'float32', ['patches', patchSize]);
  const rotary = rotaryInputs(graph, config);
  let state = embedPatches(graph, config, patches, patchSize);
  const zeroPoints = options.precision === 'int8' ? { zeroPoints: activationZeroPoints(graph, state) } : {};
  for (let layer = 0; layer < config.layers; layer++) {
    state = visionBlock(graph, config, { ...options, ...zeroPoints }, layer, state, rotary).state;
  }
  graph.output('features', merge(graph, config, options, state).features, 'float32', [
    'tokens',
    config.output,
  ]);
  return graph.build();
}

/** The patch embedding by itself, for calibration: `patches` → `next`. */
export function buildPatchEmbeddingGraph(config: VisionConfig): BuiltGraph {
  const graph = new GraphBuilder();
  const patchSize = config.channels * config.temporalPatchSize * config.patchSize ** 2;
  const patches = graph.input('patches', 'float32', ['patches', patchSize]);
  graph.output('next', embedPatches(graph, config, patches, patchSize), 'float32', ['patches', config.width]);
  return graph.build();
}

/** One block by itself, for calibration: `state` → `next` and each product input. */
export function buildVisionBlockGraph(
  config: VisionConfig,
  options: ProductOptions,
  layer: number,
): BuiltGraph {
  const graph = new GraphBuilder();
  const state = graph.input('state', 'float32', ['patches', config.width]);
  const block = visionBlock(graph, config, options, layer, state, rotaryInputs(graph, config));
  graph.output('next', block.state, 'float32', ['patches', config.width]);
  for (const [name, input] of block.inputs) graph.output(name, input, 'float32', ['patches', `${name}_size`]);
  return graph.build();
}

/** The merger by itself, for calibration: `state` → `next` and each product input. */
export function buildMergerGraph(config: VisionConfig, options: ProductOptions): BuiltGraph {
  const graph = new GraphBuilder();
  const state = graph.input('state', 'float32', ['patches', config.width]);
  const { features, inputs } = merge(graph, config, options, state);
  graph.output('next', features, 'float32', ['tokens', config.output]);
  for (const [name, input] of inputs) graph.output(name, input, 'float32', ['tokens', `${name}_size`]);
  return graph.build();
}

/** Names of the product inputs of a block and of the merger. */
export const visionProductInputs = [
  'attention_input',
  'attention_output',
  'mlp_input',
  'mlp_hidden',
] as const;
export const mergerProductInputs = ['input', 'hidden'] as const;

export function visionInputName(layer: number, input: (typeof visionProductInputs)[number]): string {
  return `visual.blocks.${layer}.${input}`;
}
export function mergerInputName(input: (typeof mergerProductInputs)[number]): string {
  return `visual.merger.${input}`;
}

interface RotaryInputs {
  readonly cos: Value;
  readonly sin: Value;
  readonly positions: Value;
}

function rotaryInputs(graph: GraphBuilder, config: VisionConfig): RotaryInputs {
  return {
    cos: graph.input('cos', 'float32', ['pair_patches', config.headSize / 2]),
    sin: graph.input('sin', 'float32', ['pair_patches', config.headSize / 2]),
    positions: graph.input('positions', 'int64', ['pairs', 'pair_patches']),
  };
}

/** The patch convolution's stride is its kernel, so it is a product. */
function embedPatches(graph: GraphBuilder, config: VisionConfig, patches: Value, patchSize: number): Value {
  const tensor = 'visual.patch_embed.proj.weight';
  const weight = graph.weight(tensor, 'float32', [config.width, patchSize], {
    kind: 'float32',
    source: { tensor },
  });
  return graph.op('Gemm', [patches, weight], { transB: 1 });
}

function layerNorm(graph: GraphBuilder, config: VisionConfig, module: string, value: Value): Value {
  const part = (name: string) =>
    graph.weight(`${module}.${name}`, 'float32', [config.width], {
      kind: 'float32',
      source: { tensor: `${module}.${name}` },
    });
  return graph.op('LayerNormalization', [value, part('weight'), part('bias')], {
    axis: -1,
    epsilon: float(1e-6),
  });
}

function visionBlock(
  graph: GraphBuilder,
  config: VisionConfig,
  options: ProductOptions,
  layer: number,
  state: Value,
  rotary: RotaryInputs,
): { state: Value; inputs: [string, Value][] } {
  const prefix = `visual.blocks.${layer}`;
  const { width, heads, headSize, intermediate } = config;
  const normed = layerNorm(graph, config, `${prefix}.norm1`, state);
  const attentionInput = productInput(
    graph,
    visionInputName(layer, 'attention_input'),
    normed,
    width,
    options,
  );
  const pairRows = graph.op('Concat', [graph.op('Shape', [rotary.positions]), graph.ints([width])], {
    axis: 0,
  });
  // The checkpoint joins q, k and v; three products over one quantized input are faster than one product and a split.
  const [queries, keys, values] = (['q', 'k', 'v'] as const).map((part, index) => {
    const rows = [index * width, (index + 1) * width] as const;
    const flat = product(
      graph,
      attentionInput,
      {
        module: `${prefix}.attn.${part}`,
        source: { tensor: `${prefix}.attn.qkv.weight`, rows },
        size: width,
        bias: { tensor: `${prefix}.attn.qkv.bias`, rows },
      },
      options,
    );
    return graph.op('Reshape', [flat, pairRows]); // (pairs, patches, width)
  }) as [Value, Value, Value];
  const rotate = (value: Value) =>
    graph.contrib('RotaryEmbedding', [value, rotary.positions, rotary.cos, rotary.sin], {
      num_heads: heads,
      rotary_embedding_dim: headSize,
      interleaved: 0,
    });
  const attended = graph.op('Reshape', [
    graph.contrib('MultiHeadAttention', [rotate(queries), rotate(keys), values], { num_heads: heads }),
    graph.ints([-1, width]),
  ]);
  const attentionOutput = productInput(
    graph,
    visionInputName(layer, 'attention_output'),
    attended,
    width,
    options,
  );
  const afterAttention = graph.op('Add', [
    state,
    product(graph, attentionOutput, linear(`${prefix}.attn.proj`, width), options),
  ]);
  const between = layerNorm(graph, config, `${prefix}.norm2`, afterAttention);
  const mlpInput = productInput(graph, visionInputName(layer, 'mlp_input'), between, width, options);
  const hidden = quickGelu(
    graph,
    product(graph, mlpInput, linear(`${prefix}.mlp.fc1`, intermediate), options),
  );
  const mlpHidden = productInput(graph, visionInputName(layer, 'mlp_hidden'), hidden, intermediate, options);
  const update = product(graph, mlpHidden, linear(`${prefix}.mlp.fc2`, width), options);
  return {
    state: graph.op('Add', [afterAttention, update]),
    inputs: [
      ['attention_input', normed],
      ['attention_output', attended],
      ['mlp_input', between],
      ['mlp_hidden', hidden],
    ],
  };
}

/** Norm each patch, join each 2×2 cell, two products: (patches, width) → (tokens, output). */
function merge(
  graph: GraphBuilder,
  config: VisionConfig,
  options: ProductOptions,
  state: Value,
): { features: Value; inputs: [string, Value][] } {
  const joinedSize = config.width * config.mergeSize ** 2;
  const normed = layerNorm(graph, config, 'visual.merger.ln_q', state);
  const joined = graph.op('Reshape', [normed, graph.ints([-1, joinedSize])]);
  const input = productInput(graph, mergerInputName('input'), joined, joinedSize, options);
  const hidden = graph.op('Gelu', [
    product(graph, input, linear('visual.merger.mlp.0', joinedSize), options),
  ]);
  const hiddenInput = productInput(graph, mergerInputName('hidden'), hidden, joinedSize, options);
  return {
    features: product(graph, hiddenInput, linear('visual.merger.mlp.2', config.output), options),
    inputs: [
      ['input', joined],
      ['hidden', hidden],
    ],
  };
}

function linear(module: string, size: number): ProductWeight {
  return { module, source: { tensor: `${module}.weight` }, size, bias: { tensor: `${module}.bias` } };
}

function quickGelu(graph: GraphBuilder, value: Value): Value {
  return graph.contrib('QuickGelu', [value], { alpha: float(1.702) });
}
