import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts';

/** Largest value and largest negated value of each row: (rows, 1) each. */
export function rowRange(graph: GraphBuilder, value: Value): Value[] {
  const lastAxis = graph.ints([-1]);
  return [
    graph.op('ReduceMax', [value, lastAxis], { keepdims: 1 }),
    graph.op('Neg', [graph.op('ReduceMin', [value, lastAxis], { keepdims: 1 })]),
  ];
}

/** The scale at which the largest of `ranges` becomes 127: (rows, 1). */
export function rowScale(graph: GraphBuilder, ranges: readonly Value[]): Value {
  return graph.op('Mul', [graph.op('Max', [...ranges, graph.floats(1e-9)]), graph.floats(1 / 127)]);
}

/** (rows, size) float32 → unsigned 8-bit integers around 128. */
export function quantizeRows(graph: GraphBuilder, value: Value, scale: Value, zeroPoints: Value): Value {
  const rowScales = graph.op('Reshape', [scale, graph.ints([-1])]); // (rows)
  return graph.op('QuantizeLinear', [value, rowScales, zeroPoints], { axis: 0 });
}

/** Values that share a scale where a device rounds what a product reads: the most of any kernel that is known (WebGPU's). */
const roundedBlockSize = 128;

/** (rows, size) → the same rounded to 8 bits, one scale a block of a row. */
export function roundToBytes(graph: GraphBuilder, value: Value, size: number): Value {
  const missing = (roundedBlockSize - (size % roundedBlockSize)) % roundedBlockSize;
  const padded = missing === 0 ? value : graph.op('Pad', [value, graph.ints([0, 0, 0, missing])]);
  const blocks = graph.op('Reshape', [padded, graph.ints([-1, roundedBlockSize])]);
  const scale = rowScale(graph, rowRange(graph, blocks));
  const rounded = graph.op('Mul', [graph.op('Round', [graph.op('Div', [blocks, scale])]), scale]);
  const rows = graph.op('Reshape', [rounded, graph.ints([-1, size + missing])]);
  if (missing === 0) return rows;
  return graph.op('Slice', [rows, graph.ints([0]), graph.ints([size]), graph.ints([1])]);
}
