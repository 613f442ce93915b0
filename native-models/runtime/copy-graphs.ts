import { GraphBuilder, type Value } from '../onnx/graph-builder.ts';
import { deviceOperators, elementSizes, elementTypeCodes, encodeInlineTensor } from '../onnx/model-format.ts';
import type { DeviceElementType } from './runtime.ts';

/** The graph that makes a tensor of zeros: `x` (rank) int64, the shape → `y`. */
export function zerosGraph(type: DeviceElementType, rank: number): Uint8Array {
  return graphOf(type, rank, (graph) => {
    const zero = encodeInlineTensor('zero', type, [1], new Uint8Array(elementSizes[type]));
    const shape = graph.input('x', 'int64', [rank]);
    return graph.op('ConstantOfShape', [shape], { value: { kind: 'tensor', value: zero } });
  });
}

/** The graph that copies a tensor, into another type where the two differ: `x` → `y`. */
export function copyGraph(from: DeviceElementType, to: DeviceElementType, rank: number): Uint8Array {
  return graphOf(to, rank, (graph) =>
    graph.op('Cast', [graph.input('x', from, openDims(rank))], { to: elementTypeCodes[to] }),
  );
}

function graphOf(type: DeviceElementType, rank: number, build: (graph: GraphBuilder) => Value): Uint8Array {
  const graph = new GraphBuilder({ operators: deviceOperators });
  graph.output('y', build(graph), type, openDims(rank));
  return graph.build().model;
}

function openDims(rank: number): string[] {
  return Array.from({ length: rank }, (_, axis) => `d${axis}`);
}
