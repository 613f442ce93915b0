import { float, GraphBuilder, type BuiltGraph, type Value } from '../../onnx/graph-builder.ts';
import {
  activationZeroPoints,
  addAndRmsNorm,
  product,
  productInput,
  rmsNorm,
  silu,
  type ProductOptions,
  type ProductWeight,
} from '../layers/products.ts';
import type { DecoderConfig } from './config.ts';

/**
 * The decoder trunk of Qwen2: pre-norm layers of grouped-query attention and a gated MLP. Activations stay two-dimensional,
 * (rows, hidden), and are reshaped around rotary embedding and attention alone.
 *
 * Inputs: `embeddings` (rows, hidden); `cos`, `sin` (rows, headSize/2) of the three-row positions; `row_ids` (1, rows) = 0, 1, …;
 * `total` and `last` = tokens after this call, and that minus 1; `single` = true for one row after a past;
 * per layer `past_keys.i`, `past_values.i` (past, key-value heads, headSize); per adapted module its A and B.
 * Outputs: `last_state` (1, hidden), normalized; `states` (rows, hidden) before the final norm; per layer `keys.i`, `values.i`
 * (1, rows, key-value heads × headSize), the new rows of the cache.
 */
export function buildDecoderGraph(
  config: DecoderConfig,
  options: ProductOptions,
  weightFile: string,
): BuiltGraph {
  const graph = new GraphBuilder({ weightFile });
  const embeddings = graph.input('embeddings', 'float32', ['rows', config.hidden]);
  const step = stepInputs(graph, config);
  const shared = {
    ...options,
    ...(options.precision === 'int8' ? { zeroPoints: activationZeroPoints(graph, embeddings) } : {}),
  };
  let stream: Stream = { residual: embeddings };
  for (let layer = 0; layer < config.layers; layer++) {
    const past = {
      keys: graph.input(`past_keys.${layer}`, 'float32', ['past', config.keyValueHeads, config.headSize]),
      values: graph.input(`past_values.${layer}`, 'float32', ['past', config.keyValueHeads, config.headSize]),
    };
    const result = decoderLayer(graph, config, shared, layer, stream, step, past);
    stream = result.stream;
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
  const { normed, residual } = normalizeStream(graph, stream, 'model.norm', config);
  graph.output('states', residual, 'float32', ['rows', config.hidden]);
  graph.output('last_state', graph.op('Gather', [normed, graph.ints([-1])], { axis: 0 }), 'float32', [
    1,
    config.hidden,
  ]);
  return graph.build();
}

/** One layer by itself, for calibration: weights are inputs, there is no past, `observe` sees each product input. */
export function buildDecoderLayerGraph(
  config: DecoderConfig,
  options: ProductOptions,
  layer: number,
): BuiltGraph {
  const graph = new GraphBuilder();
  const state = graph.input('state', 'float32', ['rows', config.hidden]);
  const step = stepInputs(graph, config);
  const empty = (name: string) =>
    graph.input(name, 'float32', ['past', config.keyValueHeads, config.headSize]);
  const past = { keys: empty('past_keys'), values: empty('past_values') };
  const { stream, inputs } = decoderLayer(graph, config, options, layer, { residual: state }, step, past);
  graph.output('next', sumOf(graph, stream), 'float32', ['rows', config.hidden]);
  for (const [name, input] of inputs) graph.output(name, input, 'float32', ['rows', `${name}_size`]);
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

interface StepInputs {
  readonly cos: Value;
  readonly sin: Value;
  readonly rowIds: Value;
  readonly total: Value;
  readonly last: Value;
  readonly single: Value;
}

function stepInputs(graph: GraphBuilder, config: DecoderConfig): StepInputs {
  return {
    cos: graph.input('cos', 'float32', ['rows', config.headSize / 2]),
    sin: graph.input('sin', 'float32', ['rows', config.headSize / 2]),
    rowIds: graph.input('row_ids', 'int64', [1, 'rows']),
    total: graph.input('total', 'int32', []),
    last: graph.input('last', 'int32', [1]),
    single: graph.input('single', 'bool', []),
  };
}

function normalizeStream(
  graph: GraphBuilder,
  stream: Stream,
  module: string,
  config: DecoderConfig,
): { readonly normed: Value; readonly residual: Value } {
  const weight = graph.weight(`${module}.weight`, 'float32', [config.hidden], {
    kind: 'float32',
    source: { tensor: `${module}.weight` },
  });
  if (stream.pending === undefined) {
    return { normed: rmsNorm(graph, stream.residual, weight, config.epsilon), residual: stream.residual };
  }
  return addAndRmsNorm(graph, stream.residual, stream.pending, weight, config.epsilon);
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
  past: { readonly keys: Value; readonly values: Value },
): { stream: Stream; keys: Value; values: Value; inputs: [string, Value][] } {
  const prefix = `model.layers.${layer}`;
  const { hidden, heads, keyValueHeads, headSize } = config;
  const module = (path: string, size: number, biased = false): ProductWeight => ({
    module: `${prefix}.${path}`,
    source: { tensor: `${prefix}.${path}.weight` },
    size,
    ...(biased ? { bias: { tensor: `${prefix}.${path}.bias` } } : {}),
  });

  const before = normalizeStream(graph, stream, `${prefix}.input_layernorm`, config);
  const attentionInput = productInput(
    graph,
    decoderInputName(layer, 'attention_input'),
    before.normed,
    hidden,
    options,
  );
  const project = (path: string, size: number) => {
    const flat = product(graph, attentionInput, module(path, size, true), options); // (rows, size)
    return graph.op('Reshape', [flat, graph.ints([1, -1, size])]); // (1, rows, size)
  };
  const rotate = (value: Value, count: number) =>
    graph.contrib('RotaryEmbedding', [value, step.rowIds, step.cos, step.sin], {
      num_heads: count,
      rotary_embedding_dim: headSize,
      interleaved: 0,
    });
  const queries = rotate(project('self_attn.q_proj', heads * headSize), heads);
  const keys = rotate(project('self_attn.k_proj', keyValueHeads * headSize), keyValueHeads);
  const values = project('self_attn.v_proj', keyValueHeads * headSize);
  const attended = attention(graph, config, { queries, keys, values }, past, step); // (rows, heads × headSize)
  const attentionOutput = productInput(
    graph,
    decoderInputName(layer, 'attention_output'),
    attended,
    heads * headSize,
    options,
  );
  const attentionUpdate = product(graph, attentionOutput, module('self_attn.o_proj', hidden), options);

  const between = normalizeStream(
    graph,
    { residual: before.residual, pending: attentionUpdate },
    `${prefix}.post_attention_layernorm`,
    config,
  );
  const mlp = gatedMlp(graph, config, options, layer, between.normed, module);
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

/**
 * Attention over the past and the new rows: (rows, heads × headSize). One new row is the decode step, where copying the
 * past into the layout of GroupQueryAttention would cost more than the attention: two products over past and new row
 * instead. The unused outputs of GroupQueryAttention must stay named, or ONNX Runtime 1.30 writes past its buffers.
 */
function attention(
  graph: GraphBuilder,
  { heads, keyValueHeads, headSize }: DecoderConfig,
  rows: { readonly queries: Value; readonly keys: Value; readonly values: Value },
  past: { readonly keys: Value; readonly values: Value },
  step: StepInputs,
): Value {
  const group = heads / keyValueHeads;
  const scale = float(headSize ** -0.5);
  const flat = graph.ints([-1, heads * headSize]);
  const grouped = graph.ints([keyValueHeads, group, headSize]);
  const perHead = graph.ints([keyValueHeads, 1, headSize]);
  const [first, lastRow, lastAxis, far] = [
    graph.ints([0]),
    graph.ints([-1]),
    graph.ints([2]),
    graph.ints([2 ** 31]),
  ];
  const [result] = graph.branch(
    step.single,
    [{ type: 'float32', dims: ['rows', heads * headSize] }],
    () => {
      const queries = graph.op('Reshape', [rows.queries, grouped]); // (kv heads, group, head)
      const key = graph.op('Reshape', [rows.keys, perHead]); // (kv heads, 1, head)
      const value = graph.op('Reshape', [rows.values, perHead]);
      const pastScores = graph.contrib('FusedMatMul', [queries, past.keys], {
        transB: 1,
        transBatchB: 1,
        alpha: scale,
      });
      const ownScore = graph.contrib('FusedMatMul', [queries, key], { transB: 1, alpha: scale });
      const scores = graph.op('Concat', [pastScores, ownScore], { axis: 2 }); // (kv heads, group, past + 1)
      const weights = graph.op('Softmax', [scores], { axis: 2 });
      const pastWeights = graph.op('Slice', [weights, first, lastRow, lastAxis]);
      const ownWeight = graph.op('Slice', [weights, lastRow, far, lastAxis]);
      const fromPast = graph.contrib('FusedMatMul', [pastWeights, past.values], { transBatchB: 1 });
      const fromOwn = graph.op('Mul', [ownWeight, value]);
      return [graph.op('Reshape', [graph.op('Add', [fromPast, fromOwn]), flat])];
    },
    () => {
      const batched = (value: Value) =>
        graph.op('Unsqueeze', [graph.op('Transpose', [value], { perm: [1, 0, 2] }), first]);
      const [attended] = graph.node(
        'GroupQueryAttention',
        'com.microsoft',
        [
          rows.queries,
          rows.keys,
          rows.values,
          batched(past.keys),
          batched(past.values),
          step.last,
          step.total,
        ],
        [true, true, true],
        { num_heads: heads, kv_num_heads: keyValueHeads },
      );
      return [graph.op('Reshape', [attended, flat])];
    },
  );
  return result as Value;
}

/**
 * down(SiLU(gate(x)) · up(x)). In integers, up's row scale is left out and multiplied into down's, (rows, 1) instead of a
 * pass over the widest activation; and the outlier channels of the hidden activation are computed apart in float32 from
 * the columns of gate and up that make them, so that no mask has to be laid over it.
 */
function gatedMlp(
  graph: GraphBuilder,
  { intermediate, hidden }: DecoderConfig,
  options: ProductOptions,
  layer: number,
  normed: Value,
  module: (path: string, size: number) => ProductWeight,
): { readonly hidden: Value; readonly update: Value } {
  const input = productInput(graph, decoderInputName(layer, 'mlp_input'), normed, hidden, options);
  const [gateWeight, upWeight, downWeight] = [
    module('mlp.gate_proj', intermediate),
    module('mlp.up_proj', intermediate),
    module('mlp.down_proj', hidden),
  ];
  const hiddenName = decoderInputName(layer, 'mlp_hidden');
  const adapted = [gateWeight, upWeight].some((weight) => options.hasAdapter(weight.module));
  if (options.precision !== 'int8' || adapted) {
    const gate = product(graph, input, gateWeight, options);
    const up = product(graph, input, upWeight, options);
    const activated = graph.op('Mul', [silu(graph, gate), up]); // (rows, intermediate)
    const hiddenInput = productInput(graph, hiddenName, activated, intermediate, options);
    return { hidden: activated, update: product(graph, hiddenInput, downWeight, options) };
  }
  const count = options.outlierCount(hiddenName);
  const outlierOutputs = count === 0 ? undefined : hiddenName;
  const gate = product(graph, input, gateWeight, options);
  const up = product(graph, input, upWeight, options, { unscaled: true, outlierOutputs });
  const activated = graph.op('Mul', [silu(graph, gate), up]); // (rows, intermediate)
  const exactColumns = (weight: ProductWeight) =>
    graph.op('MatMul', [
      normed,
      graph.weight(`${weight.module}.outlier_columns`, 'float32', [hidden, count], {
        kind: 'outlier-outputs',
        source: weight.source,
        outliers: hiddenName,
      }),
    ]);
  const outlierValues =
    count === 0
      ? undefined
      : graph.op('Mul', [silu(graph, exactColumns(gateWeight)), exactColumns(upWeight)]);
  // The hidden activation lacks up's row scale, and so must its outlier channels.
  const unscaledOutliers =
    outlierValues === undefined || input.quantized === undefined
      ? undefined
      : graph.op('Div', [outlierValues, input.quantized.scale]);
  const hiddenInput = productInput(graph, hiddenName, activated, intermediate, options, unscaledOutliers);
  const update = product(graph, hiddenInput, downWeight, options, { rowScale: input.quantized?.scale });
  return { hidden: activated, update };
}
