import { float, type GraphBuilder, type Value } from '../../onnx/graph-builder.ts';
import { fromActivations, toActivations, type Dialect } from './dialect.ts';

/** Root mean square normalization: (rows, size) → the same. */
export function rmsNorm(
  graph: GraphBuilder,
  dialect: Dialect,
  value: Value,
  weight: Value,
  epsilon: number,
): Value {
  if (dialect.name === 'plain') return composedNorm(graph, dialect, value, weight, epsilon);
  return graph.op('SimplifiedLayerNormalization', [value, weight], {
    axis: -1,
    epsilon: float(epsilon),
    stash_type: 1,
  });
}

/** Adds `skip` to the residual stream and normalizes the sum; returns both. */
export function addAndRmsNorm(
  graph: GraphBuilder,
  dialect: Dialect,
  { residual, skip }: { readonly residual: Value; readonly skip: Value },
  weight: Value,
  epsilon: number,
): { readonly normed: Value; readonly residual: Value } {
  if (dialect.name === 'plain') {
    const sum = graph.op('Add', [residual, skip]);
    return { normed: composedNorm(graph, dialect, sum, weight, epsilon), residual: sum };
  }
  const [normed, , , sum] = graph.node(
    'SkipSimplifiedLayerNormalization',
    'com.microsoft',
    [residual, skip, weight],
    [true, false, false, true],
    { epsilon: float(epsilon) },
  );
  return { normed: normed as Value, residual: sum as Value };
}

/** Of the standard's own operators, in float32: squares of a stream's outliers are beyond float16. */
function composedNorm(
  graph: GraphBuilder,
  dialect: Dialect,
  given: Value,
  weight: Value,
  epsilon: number,
): Value {
  const value = fromActivations(graph, dialect, given);
  const square = graph.op('Mul', [value, value]);
  const mean = graph.op('ReduceMean', [square], { axes: [-1], keepdims: 1 });
  const root = graph.op('Sqrt', [graph.op('Add', [mean, graph.floats(epsilon)])]);
  const normed = toActivations(graph, dialect, graph.op('Div', [value, root]));
  return graph.op('Mul', [normed, weight]);
}
