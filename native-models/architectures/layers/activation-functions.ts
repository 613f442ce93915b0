import { float, type GraphBuilder, type Value } from '../../onnx/graph-builder.ts';
import { toActivations, type Dialect } from './dialect.ts';

/** x · sigmoid(αx): SiLU at α = 1. */
export function sigmoidGated(graph: GraphBuilder, dialect: Dialect, value: Value, alpha: number): Value {
  if (dialect.name !== 'plain') return graph.contrib('QuickGelu', [value], { alpha: float(alpha) });
  const scaled = alpha === 1 ? value : graph.op('Mul', [value, constant(graph, dialect, alpha)]);
  return graph.op('Mul', [value, graph.op('Sigmoid', [scaled])]);
}

/** GELU: x/2 · (1 + erf(x/√2)), or its approximation by tanh. */
export function gelu(
  graph: GraphBuilder,
  dialect: Dialect,
  value: Value,
  approximate: 'none' | 'tanh' = 'none',
): Value {
  if (dialect.name === 'cpu') return graph.op('Gelu', [value], approximate === 'none' ? {} : { approximate });
  if (dialect.name === 'gpu') return graph.contrib(approximate === 'none' ? 'Gelu' : 'FastGelu', [value]);
  const number = (of: number) => constant(graph, dialect, of);
  const half = graph.op('Mul', [value, number(0.5)]);
  const curve = approximate === 'none' ? erfOf(graph, value, number) : tanhOf(graph, value, number);
  return graph.op('Mul', [half, graph.op('Add', [curve, number(1)])]);
}

type Constant = (of: number) => Value;

function erfOf(graph: GraphBuilder, value: Value, number: Constant): Value {
  return graph.op('Erf', [graph.op('Mul', [value, number(Math.SQRT1_2)])]);
}

/** tanh(√(2/π) · (x + 0.044715 x³)), the cube bracketed so that it stays within float16 for longer. */
function tanhOf(graph: GraphBuilder, value: Value, number: Constant): Value {
  const root = Math.sqrt(2 / Math.PI);
  const bent = graph.op('Mul', [value, graph.op('Mul', [value, number(0.044715 * root)])]);
  const factor = graph.op('Add', [bent, number(root)]);
  return graph.op('Tanh', [graph.op('Mul', [value, factor])]);
}

function constant(graph: GraphBuilder, dialect: Dialect, value: number): Value {
  return toActivations(graph, dialect, graph.floats(value));
}
