import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts';
import { maskedScore, toActivations, type Dialect } from '../layers/dialect.ts';
import type { LayerCache, NewRows } from './attention.ts';
import type { DecoderConfig } from './config.ts';

/** Where the new rows of a pass go in a cache of fixed size, and what they see of it: the same for all layers. */
export interface StaticRoom {
  /** (capacity, rows): 1 where a row is put. */
  readonly placed: Value;
  /** (capacity, 1): 1 where what was there stays. */
  readonly kept: Value;
  /** (rows, capacity): added to the scores; a row sees what stands up to its own place. */
  readonly bias: Value;
}

/**
 * Declares `places` (rows), the place in the cache of each new row, −1 for padding, and makes of it what attention needs: by
 * arithmetic, since not every graph compiler has comparisons and scatters. Places are whole numbers, which float32 has exactly.
 */
export function staticRoom(graph: GraphBuilder, dialect: Dialect): StaticRoom {
  const places = graph.input('places', 'float32', ['rows']);
  const slots = graph.floats(Array.from({ length: graph.size('capacity') }, (_, slot) => slot));
  const [zero, one] = [graph.floats(0), graph.floats(1)];
  const column = graph.op('Unsqueeze', [places, graph.ints([1])]); // (rows, 1)
  const ahead = graph.op('Sub', [slots, column]); // (rows, capacity)
  const beside = graph.op('Sub', [one, graph.op('Abs', [ahead])]);
  const isPlaced = graph.op('Clip', [beside, zero, one]); // (rows, capacity)
  const isTaken = graph.op('ReduceSum', [isPlaced, graph.ints([0])], { keepdims: 0 }); // (capacity)
  const kept = graph.op('Unsqueeze', [graph.op('Sub', [one, isTaken]), graph.ints([1])]);
  const isHidden = graph.op('Clip', [ahead, zero, one]);
  return {
    placed: toActivations(graph, dialect, graph.op('Transpose', [isPlaced], { perm: [1, 0] })),
    kept: toActivations(graph, dialect, kept),
    bias: toActivations(graph, dialect, graph.op('Mul', [isHidden, graph.floats(maskedScore)])),
  };
}

/**
 * Attention on a cache of fixed size in operators of the standard: (rows, heads × headSize). `outputs` are the names under which
 * the layer's keys and values come out, (1, key-value heads, capacity, headSize), with the new rows in their places.
 */
export function staticAttention(
  graph: GraphBuilder,
  { heads, keyValueHeads, headSize }: DecoderConfig,
  dialect: Dialect,
  rows: NewRows,
  past: LayerCache,
  { placed, kept, bias }: StaticRoom,
  [keysName, valuesName]: readonly [string, string],
): Value {
  const count = graph.size('rows');
  const capacity = graph.size('capacity');
  const group = heads / keyValueHeads;
  const perHead = graph.ints([1, count, keyValueHeads, headSize]);
  const put = (value: Value, before: Value, name: string): Value => {
    const split = graph.op('Reshape', [value, perHead]);
    const turned = graph.op('Transpose', [split], { perm: [0, 2, 1, 3] }); // (1, kv heads, rows, head)
    // One row stands in one place: a product of broadcasts is the product of matrices.
    const added = graph.op(count === 1 ? 'Mul' : 'MatMul', [placed, turned]);
    return graph.node('Add', '', [graph.op('Mul', [before, kept]), added], [name])[0] as Value;
  };
  const keys = put(rows.keys, past.keys, keysName);
  const values = put(rows.values, past.values, valuesName);

  // Scaled before the product, where float16 has more room.
  const scale = toActivations(graph, dialect, graph.floats(headSize ** -0.5));
  const grouped = graph.op('Reshape', [
    graph.op('Mul', [rows.queries, scale]),
    graph.ints([count, keyValueHeads, group, headSize]),
  ]);
  const queries = graph.op('Reshape', [
    graph.op('Transpose', [grouped], { perm: [1, 2, 0, 3] }),
    graph.ints([1, keyValueHeads, group * count, headSize]),
  ]);
  const products = graph.op('MatMul', [queries, graph.op('Transpose', [keys], { perm: [0, 1, 3, 2] })]);
  const scores = graph.op('Reshape', [products, graph.ints([keyValueHeads, group, count, capacity])]);
  const weights = graph.op('Softmax', [graph.op('Add', [scores, bias])], { axis: -1 });
  const flat = graph.op('Reshape', [weights, graph.ints([1, keyValueHeads, group * count, capacity])]);
  const attended = graph.op('Reshape', [
    graph.op('MatMul', [flat, values]),
    graph.ints([keyValueHeads, group, count, headSize]),
  ]);
  return graph.op('Reshape', [
    graph.op('Transpose', [attended], { perm: [2, 0, 1, 3] }),
    graph.ints([count, heads * headSize]),
  ]);
}
