import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts';
import { toActivations, type Dialect } from './dialect.ts';

/**
 * Attention of all rows of a batch to all rows of it: queries, keys and values (batch, rows, width) → the same.
 * `bias` (batch, 1, rows, rows) is added to the scores; with it, or where the device's fused operator is not right, attention is
 * two products and a softmax.
 */
export function fullAttention(
  graph: GraphBuilder,
  dialect: Dialect,
  [queries, keys, values]: readonly [Value, Value, Value],
  { heads, width }: { readonly heads: number; readonly width: number },
  bias?: Value,
): Value {
  if (dialect.fusedAttention && bias === undefined)
    return graph.contrib('MultiHeadAttention', [queries, keys, values], { num_heads: heads });
  const headSize = width / heads;
  const split = graph.ints([0, 0, heads, headSize]);
  const perHead = (value: Value, perm: readonly number[]) =>
    graph.op('Transpose', [graph.op('Reshape', [value, split])], { perm });
  // Scaled before the product, where float16 has more room.
  const small = graph.op('Mul', [queries, scaleOf(graph, dialect, headSize)]);
  const scaled = graph.op('MatMul', [perHead(small, [0, 2, 1, 3]), perHead(keys, [0, 2, 3, 1])]);
  const scores = bias === undefined ? scaled : graph.op('Add', [scaled, bias]);
  const weights = graph.op('Softmax', [scores], { axis: -1 });
  const attended = graph.op('MatMul', [weights, perHead(values, [0, 2, 1, 3])]); // (batch, heads, rows, head size)
  return graph.op('Reshape', [
    graph.op('Transpose', [attended], { perm: [0, 2, 1, 3] }),
    graph.ints([0, 0, width]),
  ]);
}

function scaleOf(graph: GraphBuilder, dialect: Dialect, headSize: number): Value {
  return toActivations(graph, dialect, graph.floats(headSize ** -0.5));
}
