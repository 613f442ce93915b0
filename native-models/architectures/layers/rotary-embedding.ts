import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts';
import type { Dialect } from './dialect.ts';

/** Angles of rotary embedding as a graph has them. */
export interface RotaryAngles {
  /** (rows, headSize/2) each. */
  readonly cos: Value;
  readonly sin: Value;
  /** (batch, rows): the row of `cos` and `sin` that each row turns by; `plain` has 0, 1, … without saying so. */
  readonly rowIds?: Value | undefined;
}

/** Turns each head of (batch, rows, heads × headSize), its first half against its second. */
export function rotate(
  graph: GraphBuilder,
  dialect: Dialect,
  value: Value,
  { cos, sin, rowIds }: RotaryAngles,
  { heads, headSize }: { readonly heads: number; readonly headSize: number },
): Value {
  if (dialect.name !== 'plain')
    return graph.contrib('RotaryEmbedding', [value, rowIds, cos, sin], {
      num_heads: heads,
      rotary_embedding_dim: headSize,
      interleaved: 0,
    });
  const split = graph.op('Reshape', [value, graph.ints([0, 0, heads, headSize])]);
  const [start, middle, end, lastAxis] = [
    graph.ints([0]),
    graph.ints([headSize / 2]),
    graph.ints([headSize]),
    graph.ints([3]),
  ];
  const first = graph.op('Slice', [split, start, middle, lastAxis]);
  const second = graph.op('Slice', [split, middle, end, lastAxis]);
  const perHead = (angle: Value) => graph.op('Unsqueeze', [angle, graph.ints([1])]); // (rows, 1, headSize/2)
  const [c, s] = [perHead(cos), perHead(sin)];
  const turned = [
    graph.op('Sub', [graph.op('Mul', [first, c]), graph.op('Mul', [second, s])]),
    graph.op('Add', [graph.op('Mul', [second, c]), graph.op('Mul', [first, s])]),
  ];
  const joined = graph.op('Concat', turned, { axis: 3 });
  return graph.op('Reshape', [joined, graph.ints([0, 0, heads * headSize])]);
}
