import type { BuiltGraph, WeightFiles } from '../../onnx/built-graph.ts';
import { GraphBuilder, type Value } from '../../onnx/graph-builder.ts';
import { floatWeight, fromActivations, startGraph, toActivations } from '../layers/dialect.ts';
import { gatedMlp } from '../layers/gated-mlp.ts';
import {
  dialectOf,
  dividedInput,
  product,
  productInput,
  shareZeroPoints,
  type ProductOptions,
  type ProductWeight,
} from '../layers/products.ts';
import { addAndRmsNorm, rmsNorm } from '../layers/rms-norm.ts';
import { rotate } from '../layers/rotary-embedding.ts';
import { cacheInputs, layerAttention, stepInputs, type LayerCache, type StepInputs } from './attention.ts';
import type { DecoderConfig } from './config.ts';

/**
 * The decoder trunk of Qwen2 and Qwen3: pre-norm layers of grouped-query attention and a gated MLP. Activations stay two-dimensional,
 * (rows, hidden), and are reshaped around rotary embedding and attention alone.
 *
 * Inputs: `embeddings` (rows, hidden); `cos`, `sin` (rows, headSize/2) of the three-row positions; `row_ids` (1, rows) = 0, 1, …;
 * `total` and `last` = tokens after this call, and that minus 1; `single` = true for one row after a past;
 * per layer `past_keys.i`, `past_values.i` (past, key-value heads, headSize); per deepstack level `deepstack.k` (rows or 1,
 * hidden), added to what layer k gives on; per adapted module its A and B. Dialects for devices differ in their step and cache
 * inputs (attention.ts).
 * Outputs: `last_state` (1, hidden), normalized; `states` (rows, hidden) before the final norm; per layer `keys.i`, `values.i`
 * (1, rows, key-value heads × headSize), the new rows of the cache.
 */
export function buildDecoderGraph(
  config: DecoderConfig,
  options: ProductOptions,
  weights: WeightFiles,
): BuiltGraph {
  const dialect = dialectOf(options);
  const graph = startGraph(dialect, weights);
  const embeddings = toActivations(
    graph,
    dialect,
    graph.input('embeddings', 'float32', ['rows', config.hidden]),
  );
  const step = stepInputs(graph, config, dialect);
  const shared = shareZeroPoints(graph, options, embeddings);
  let stream: Stream = { residual: embeddings };
  for (let layer = 0; layer < config.layers; layer++) {
    const past = cacheInputs(graph, config, dialect, `.${layer}`);
    const result = decoderLayer(graph, config, shared, layer, stream, step, past);
    stream =
      layer < config.deepstackLevels
        ? addDeepstack(graph, config, options, layer, result.stream)
        : result.stream;
    if (dialect.name !== 'cpu') continue; // attention has put the new rows into the cache
    graph.output(`keys.${layer}`, result.keys, 'float32', [
      1,
      'rows',
      config.keyValueHeads * config.headSize,
    ]);
    graph.output(`values.${layer}`, result.values, 'float32', [
      1,
      'rows',
      config.keyValueHeads * config.headSize,
    ]);
  }
  const { normed, residual } = normalizeStream(graph, stream, 'model.norm', config, options);
  graph.output('states', fromActivations(graph, dialect, residual), 'float32', ['rows', config.hidden]);
  const last =
    dialect.name === 'cpu'
      ? graph.op('Gather', [normed, graph.ints([-1])], { axis: 0 })
      : graph.op('Slice', [normed, graph.ints([-1]), graph.ints([2 ** 31]), graph.ints([0])]);
  graph.output('last_state', fromActivations(graph, dialect, last), 'float32', [1, config.hidden]);
  return graph.build();
}

/** Adds a level of the vision tower's deepstack features; a single row of zeros where no row is a visual token. */
function addDeepstack(
  graph: GraphBuilder,
  config: DecoderConfig,
  options: ProductOptions,
  level: number,
  stream: Stream,
): Stream {
  const given = graph.input(`deepstack.${level}`, 'float32', ['deepstack_rows', config.hidden]);
  const features = toActivations(graph, dialectOf(options), given);
  const pending = stream.pending === undefined ? features : graph.op('Add', [stream.pending, features]);
  return { residual: stream.residual, pending };
}

/** One layer by itself, for calibration: weights are inputs, there is no past, `observe` sees each product input. */
export function buildDecoderLayerGraph(
  config: DecoderConfig,
  options: ProductOptions,
  layer: number,
): BuiltGraph {
  const graph = new GraphBuilder();
  const state = graph.input('state', 'float32', ['rows', config.hidden]);
  const step = stepInputs(graph, config, dialectOf(options));
  const past = cacheInputs(graph, config, dialectOf(options), '');
  const { stream, inputs } = decoderLayer(graph, config, options, layer, { residual: state }, step, past);
  graph.output('next', sumOf(graph, stream), 'float32', ['rows', config.hidden]);
  for (const [name, input] of inputs) graph.output(name, input, 'float32', ['rows', `${name}_size`]);
  return graph.build();
}

/** The norm after the last layer by itself: its weight is an input. */
export function buildFinalNormGraph(config: DecoderConfig, options: ProductOptions): BuiltGraph {
  const graph = new GraphBuilder();
  const residual = graph.input('state', 'float32', ['rows', config.hidden]);
  const { normed } = normalizeStream(graph, { residual }, 'model.norm', config, options);
  graph.output('next', normed, 'float32', ['rows', config.hidden]);
  return graph.build();
}

/** Names of the product inputs of a layer: what calibration looks at. */
export const decoderProductInputs = [
  'attention_input',
  'attention_output',
  'mlp_input',
  'mlp_hidden',
] as const;

/** The name under which a layer's product input keeps its outlier channels. */
export function decoderInputName(layer: number, input: (typeof decoderProductInputs)[number]): string {
  return `model.layers.${layer}.${input}`;
}

/** The residual stream: its state is `residual` + `pending`, added where the next norm reads it. */
interface Stream {
  readonly residual: Value;
  readonly pending?: Value;
}

function normalizeStream(
  graph: GraphBuilder,
  stream: Stream,
  module: string,
  config: DecoderConfig,
  options: ProductOptions,
  dividedFor?: string,
): { readonly normed: Value; readonly residual: Value } {
  const weight = floatWeight(graph, dialectOf(options), `${module}.weight`, [config.hidden], {
    kind: 'float32',
    source: { tensor: `${module}.weight` },
    dividedFor,
  });
  if (stream.pending === undefined) {
    return {
      normed: rmsNorm(graph, dialectOf(options), stream.residual, weight, config.epsilon),
      residual: stream.residual,
    };
  }
  const sum = { residual: stream.residual, skip: stream.pending };
  return addAndRmsNorm(graph, dialectOf(options), sum, weight, config.epsilon);
}

/** RMSNorm over each head of (rows, heads × headSize), flattened to one head a row. */
function normalizeHeads(
  graph: GraphBuilder,
  config: DecoderConfig,
  options: ProductOptions,
  module: string,
  value: Value,
): Value {
  const weight = floatWeight(graph, dialectOf(options), `${module}.weight`, [config.headSize], {
    kind: 'float32',
    source: { tensor: `${module}.weight` },
  });
  const perHead = graph.op('Reshape', [value, graph.ints([-1, config.headSize])]);
  return rmsNorm(graph, dialectOf(options), perHead, weight, config.epsilon);
}

function sumOf(graph: GraphBuilder, stream: Stream): Value {
  return stream.pending === undefined ? stream.residual : graph.op('Add', [stream.residual, stream.pending]);
}

function decoderLayer(
  graph: GraphBuilder,
  config: DecoderConfig,
  options: ProductOptions,
  layer: number,
  stream: Stream,
  step: StepInputs,
  past: LayerCache,
): { stream: Stream; keys: Value; values: Value; inputs: [string, Value][] } {
  const prefix = `model.layers.${layer}`;
  const { hidden, heads, keyValueHeads, headSize } = config;
  const module = (path: string, size: number, biased = false): ProductWeight => ({
    module: `${prefix}.${path}`,
    source: { tensor: `${prefix}.${path}.weight` },
    size,
    ...(biased ? { bias: { tensor: `${prefix}.${path}.bias` } } : {}),
  });

  const attentionInputName = decoderInputName(layer, 'attention_input');
  const projections = ['q', 'k', 'v'].map((part) => `${prefix}.self_attn.${part}_proj`);
  const attentionDivided = dividedInput(attentionInputName, projections, options);
  const before = normalizeStream(
    graph,
    stream,
    `${prefix}.input_layernorm`,
    config,
    options,
    attentionDivided,
  );
  const attentionInput = productInput(
    graph,
    attentionInputName,
    before.normed,
    hidden,
    options,
    attentionDivided !== undefined,
  );
  const project = (path: string, size: number, headNorm?: string) => {
    const flat = product(graph, attentionInput, module(path, size, config.attentionBias), options); // (rows, size)
    const normed =
      headNorm === undefined ? flat : normalizeHeads(graph, config, options, `${prefix}.${headNorm}`, flat);
    return graph.op('Reshape', [normed, graph.ints([1, -1, size])]); // (1, rows, size)
  };
  const turn = (value: Value, count: number) =>
    rotate(graph, dialectOf(options), value, step, { heads: count, headSize });
  const norms = config.queryKeyNorm ? { queries: 'self_attn.q_norm', keys: 'self_attn.k_norm' } : undefined;
  const queries = turn(project('self_attn.q_proj', heads * headSize, norms?.queries), heads);
  const keys = turn(project('self_attn.k_proj', keyValueHeads * headSize, norms?.keys), keyValueHeads);
  const values = project('self_attn.v_proj', keyValueHeads * headSize);
  const rows = { queries, keys, values };
  const attended = layerAttention(graph, config, dialectOf(options), rows, past, step, layer); // (rows, heads × headSize)
  const attentionOutput = productInput(
    graph,
    decoderInputName(layer, 'attention_output'),
    attended,
    heads * headSize,
    options,
  );
  const attentionUpdate = product(graph, attentionOutput, module('self_attn.o_proj', hidden), options);

  const mlpInputName = decoderInputName(layer, 'mlp_input');
  const expansions = [`${prefix}.mlp.gate_proj`, `${prefix}.mlp.up_proj`];
  const mlpDivided = dividedInput(mlpInputName, expansions, options);
  const between = normalizeStream(
    graph,
    { residual: before.residual, pending: attentionUpdate },
    `${prefix}.post_attention_layernorm`,
    config,
    options,
    mlpDivided,
  );
  const mlp = gatedMlp(
    graph,
    {
      gate: module('mlp.gate_proj', config.intermediate),
      up: module('mlp.up_proj', config.intermediate),
      down: module('mlp.down_proj', hidden),
      inputName: mlpInputName,
      hiddenName: decoderInputName(layer, 'mlp_hidden'),
    },
    options,
    between.normed,
    hidden,
    mlpDivided !== undefined,
  );
  return {
    stream: { residual: between.residual, pending: mlp.update },
    keys,
    values,
    inputs: [
      ['attention_input', before.normed],
      ['attention_output', attended],
      ['mlp_input', between.normed],
      ['mlp_hidden', mlp.hidden],
    ],
  };
}
