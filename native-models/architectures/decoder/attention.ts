import { float, type GraphBuilder, type Value } from '../../onnx/graph-builder.ts';
import type { DecoderConfig } from './config.ts';

/** What a pass over some rows needs to know of them. */
export interface StepInputs {
  readonly cos: Value;
  readonly sin: Value;
  readonly rowIds: Value;
  readonly total: Value;
  readonly last: Value;
  readonly single: Value;
}

/** Declares the inputs of a pass. */
export function stepInputs(graph: GraphBuilder, config: DecoderConfig): StepInputs {
  return {
    cos: graph.input('cos', 'float32', ['rows', config.headSize / 2]),
    sin: graph.input('sin', 'float32', ['rows', config.headSize / 2]),
    rowIds: graph.input('row_ids', 'int64', [1, 'rows']),
    total: graph.input('total', 'int32', []),
    last: graph.input('last', 'int32', [1]),
    single: graph.input('single', 'bool', []),
  };
}

/**
 * Attention over the past and the new rows: (rows, heads × headSize). One new row is the decode step, where copying the
 * past into the layout of GroupQueryAttention would cost more than the attention: two products over past and new row
 * instead. The unused outputs of GroupQueryAttention must stay named, or ONNX Runtime 1.30 writes past its buffers.
 */
export function attention(
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
