import { float, type GraphBuilder, type Value } from '../../onnx/graph-builder.ts';
import { toActivations, type Dialect } from '../layers/dialect.ts';
import type { DecoderConfig } from './config.ts';
import { staticAttention, staticRoom, type StaticRoom } from './static-attention.ts';

/** What a pass over some rows needs to know of them. */
export interface StepInputs {
  readonly cos: Value;
  readonly sin: Value;
  readonly rowIds?: Value;
  readonly total?: Value;
  readonly last?: Value;
  /** Absent in dialects without control flow. */
  readonly single?: Value;
  /** Only in `plain`. */
  readonly room?: StaticRoom;
}

/** Declares the inputs of a pass. */
export function stepInputs(graph: GraphBuilder, config: DecoderConfig, dialect: Dialect): StepInputs {
  const table = (name: string) =>
    toActivations(graph, dialect, graph.input(name, 'float32', ['rows', config.headSize / 2]));
  const angles = { cos: table('cos'), sin: table('sin') };
  if (dialect.name === 'plain') return { ...angles, room: staticRoom(graph, dialect) };
  return {
    ...angles,
    rowIds: graph.input('row_ids', 'int64', [1, 'rows']),
    total: graph.input('total', 'int32', []),
    last: graph.input('last', 'int32', [1]),
    ...(dialect.name === 'cpu' ? { single: graph.input('single', 'bool', []) } : {}),
  };
}

/** Keys and values of a layer as its graph gets them. */
export interface LayerCache {
  readonly keys: Value;
  readonly values: Value;
}

/** A layer's cache: in memory (past, key-value heads, headSize); on a device all of its room, (1, heads, capacity, headSize). */
function cacheDims({ keyValueHeads, headSize }: DecoderConfig, { name }: Dialect): (number | string)[] {
  return name === 'cpu' ? ['past', keyValueHeads, headSize] : [1, keyValueHeads, 'capacity', headSize];
}

/** Declares the inputs of a layer's cache; `suffix` tells layers apart. */
export function cacheInputs(
  graph: GraphBuilder,
  config: DecoderConfig,
  dialect: Dialect,
  suffix: string,
): LayerCache {
  const input = (name: string) =>
    graph.input(`past_${name}${suffix}`, dialect.cache, cacheDims(config, dialect));
  return { keys: input('keys'), values: input('values') };
}

/** Rotated queries and keys, and values of new rows: (1, rows, heads × headSize) each. */
export interface NewRows {
  readonly queries: Value;
  readonly keys: Value;
  readonly values: Value;
}

/** Attention of a layer in a dialect: (rows, heads × headSize). Dialects for devices also write the layer's cache. */
export function layerAttention(
  graph: GraphBuilder,
  config: DecoderConfig,
  dialect: Dialect,
  rows: NewRows,
  past: LayerCache,
  step: StepInputs,
  layer: number,
): Value {
  const { room, single } = step;
  if (single !== undefined) return attention(graph, config, rows, past, { ...step, single });
  const outputs = [`keys.${layer}`, `values.${layer}`] as const;
  for (const name of outputs) graph.declareOutput(name, dialect.cache, cacheDims(config, dialect));
  return room === undefined
    ? cachedAttention(graph, config, dialect, rows, past, step, outputs)
    : staticAttention(graph, config, dialect, rows, past, room, outputs);
}

/**
 * Attention on a static cache: the operator puts the new rows behind the `total` − rows that are there, and `keys` and `values`
 * of the layer are the same buffers as its past ones. It does both the prompt and the single step.
 */
function cachedAttention(
  graph: GraphBuilder,
  config: DecoderConfig,
  { activations, cache }: Dialect,
  rows: NewRows,
  past: LayerCache,
  step: StepInputs,
  outputs: readonly string[],
): Value {
  const { heads, keyValueHeads, headSize } = config;
  const asCached = (value: Value) => (cache === activations ? value : graph.cast(value, cache));
  const [attended] = graph.node(
    'GroupQueryAttention',
    'com.microsoft',
    [
      ...[rows.queries, rows.keys, rows.values].map(asCached),
      ...[past.keys, past.values, step.last, step.total],
    ],
    [true, ...outputs],
    { num_heads: heads, kv_num_heads: keyValueHeads },
  );
  const result = cache === activations ? (attended as Value) : graph.cast(attended as Value, activations);
  return graph.op('Reshape', [result, graph.ints([-1, heads * headSize])]);
}

/**
 * Attention over the past and the new rows: (rows, heads × headSize). One new row is the decode step, where copying the
 * past into the layout of GroupQueryAttention would cost more than the attention: two products over past and new row
 * instead. The unused outputs of GroupQueryAttention must stay named, or ONNX Runtime 1.30 writes past its buffers.
 */
function attention(
  graph: GraphBuilder,
  { heads, keyValueHeads, headSize }: DecoderConfig,
  rows: NewRows,
  past: LayerCache,
  step: StepInputs & { readonly single: Value },
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
