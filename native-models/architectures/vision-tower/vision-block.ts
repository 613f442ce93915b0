import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts';
import { gelu, sigmoidGated } from '../layers/activation-functions.ts';
import { toActivations, type Dialect } from '../layers/dialect.ts';
import { fullAttention } from '../layers/full-attention.ts';
import { gatedMlp } from '../layers/gated-mlp.ts';
import {
  biasedLinear,
  dialectOf,
  dividedInput,
  product,
  productInput,
  type ProductOptions,
} from '../layers/products.ts';
import { rotate } from '../layers/rotary-embedding.ts';
import type { VisionConfig } from './config.ts';
import { towerNorm } from './norm.ts';
import { windowedAttention, type WindowInputs } from './windows.ts';

/** Names of the product inputs of a block. */
export const visionProductInputs = [
  'attention_input',
  'attention_output',
  'mlp_input',
  'mlp_hidden',
] as const;

/** The name under which a block's product input keeps its outlier channels. */
export function visionInputName(layer: number, input: (typeof visionProductInputs)[number]): string {
  return `visual.blocks.${layer}.${input}`;
}

/** What a block needs to know of its rows. */
export interface BlockInputs {
  readonly cos: Value;
  readonly sin: Value;
  /** Absent in graphs that are written for sizes. */
  readonly positions?: Value;
  /**
   * (pairs, patches, width) as a shape; dialects for devices get it or have it as a constant, since taking shapes apart is
   * work for processors.
   */
  readonly pairShape?: Value;
  /** Only graphs with windowed blocks have them. */
  readonly windows?: WindowInputs;
}

/** Declares the inputs that all blocks have. */
export function pairInputs(graph: GraphBuilder, config: VisionConfig, dialect: Dialect): BlockInputs {
  const table = (name: string) =>
    toActivations(graph, dialect, graph.input(name, 'float32', ['pair_patches', config.headSize / 2]));
  const angles = { cos: table('cos'), sin: table('sin') };
  if (dialect.name === 'plain') {
    const shape = [graph.size('pairs'), graph.size('pair_patches'), config.width];
    return { ...angles, pairShape: graph.ints(shape) };
  }
  return {
    ...angles,
    positions: graph.input('positions', 'int64', ['pairs', 'pair_patches']),
    ...(dialect.name === 'cpu' ? {} : { pairShape: graph.input('pair_shape', 'int64', [3]) }),
  };
}

/** Pre-norm attention and MLP: (pairs × patches, width) → the same, and what each product reads. */
export function visionBlock(
  graph: GraphBuilder,
  config: VisionConfig,
  options: ProductOptions,
  layer: number,
  state: Value,
  inputs: BlockInputs,
): { state: Value; inputs: [string, Value][] } {
  const prefix = `visual.blocks.${layer}`;
  const { width } = config;
  const projections = ['q', 'k', 'v'].map((part) => `${prefix}.attn.${part}`);
  const attentionDivided = dividedInput(visionInputName(layer, 'attention_input'), projections, options);
  const normed = towerNorm(graph, config, options, `${prefix}.norm1`, state, width, attentionDivided);
  const attended = attend(
    graph,
    config,
    options,
    layer,
    { normed, isDivided: attentionDivided !== undefined },
    inputs,
  );
  const attentionOutput = productInput(
    graph,
    visionInputName(layer, 'attention_output'),
    attended,
    width,
    options,
  );
  const afterAttention = graph.op('Add', [
    state,
    product(graph, attentionOutput, biasedLinear(`${prefix}.attn.proj`, width), options),
  ]);
  const mlpDivided = dividedInput(visionInputName(layer, 'mlp_input'), mlpReaders(config, prefix), options);
  const between = towerNorm(graph, config, options, `${prefix}.norm2`, afterAttention, width, mlpDivided);
  const mlp = visionMlp(graph, config, options, layer, {
    normed: between,
    isDivided: mlpDivided !== undefined,
  });
  return {
    state: graph.op('Add', [afterAttention, mlp.update]),
    inputs: [
      ['attention_input', normed],
      ['attention_output', attended],
      ['mlp_input', between],
      ['mlp_hidden', mlp.hidden],
    ],
  };
}

/** What a norm gives: (rows, width). */
interface NormedState {
  readonly normed: Value;
  /** Whether its outlier channels come divided. */
  readonly isDivided: boolean;
}

/** Attention within each pair, or within the windows of a windowed block: (pairs × patches, width). */
function attend(
  graph: GraphBuilder,
  config: VisionConfig,
  options: ProductOptions,
  layer: number,
  { normed, isDivided }: NormedState,
  { cos, sin, positions, pairShape, windows }: BlockInputs,
): Value {
  const prefix = `visual.blocks.${layer}`;
  const { width, heads, headSize } = config;
  const attentionInput = productInput(
    graph,
    visionInputName(layer, 'attention_input'),
    normed,
    width,
    options,
    isDivided,
  );
  const pairRows =
    pairShape ?? graph.op('Concat', [graph.op('Shape', [positions]), graph.ints([width])], { axis: 0 });
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
  const dialect = dialectOf(options);
  const turn = (value: Value) =>
    rotate(graph, dialect, value, { cos, sin, rowIds: positions }, { heads, headSize });
  const rotated: [Value, Value, Value] = [turn(queries), turn(keys), values];
  const isFull = config.windows?.fullBlocks.includes(layer) ?? true;
  if (windows !== undefined && !isFull) return windowedAttention(graph, config, dialect, rotated, windows);
  return graph.op('Reshape', [
    fullAttention(graph, dialect, rotated, { heads, width }),
    graph.ints([-1, width]),
  ]);
}

/** The modules that read what the second norm gives. */
function mlpReaders({ mlp }: VisionConfig, prefix: string): string[] {
  const names = mlp.kind === 'gated-silu' ? ['gate_proj', 'up_proj'] : [mlp.input];
  return names.map((name) => `${prefix}.mlp.${name}`);
}

function visionMlp(
  graph: GraphBuilder,
  config: VisionConfig,
  options: ProductOptions,
  layer: number,
  { normed, isDivided }: NormedState,
): { readonly hidden: Value; readonly update: Value } {
  const { width, intermediate, mlp } = config;
  const prefix = `visual.blocks.${layer}.mlp`;
  const inputName = visionInputName(layer, 'mlp_input');
  const hiddenName = visionInputName(layer, 'mlp_hidden');
  if (mlp.kind === 'gated-silu') {
    const products = {
      gate: biasedLinear(`${prefix}.gate_proj`, intermediate),
      up: biasedLinear(`${prefix}.up_proj`, intermediate),
      down: biasedLinear(`${prefix}.down_proj`, width),
    };
    return gatedMlp(graph, { ...products, inputName, hiddenName }, options, normed, width, isDivided);
  }
  const input = productInput(graph, inputName, normed, width, options, isDivided);
  const expanded = product(graph, input, biasedLinear(`${prefix}.${mlp.input}`, intermediate), options);
  const hidden =
    mlp.kind === 'quick-gelu'
      ? sigmoidGated(graph, dialectOf(options), expanded, 1.702)
      : gelu(graph, dialectOf(options), expanded, 'tanh');
  const hiddenInput = productInput(graph, hiddenName, hidden, intermediate, options);
  return {
    hidden,
    update: product(graph, hiddenInput, biasedLinear(`${prefix}.${mlp.output}`, width), options),
  };
}
