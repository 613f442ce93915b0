import type { BuiltGraph, WeightFiles } from '../../onnx/built-graph.ts';
import type { Value } from '../../onnx/graph-builder.ts';
import type { Precision } from '../../protocol/roles.ts';
import { cpuDialect, fromActivations, startGraph, toActivations, type Dialect } from './dialect.ts';
import { blockProduct, product } from './products.ts';

/** A vocabulary head's weight, and its sizes. */
export interface LmHead {
  readonly tensor: string;
  readonly hidden: number;
  readonly vocabulary: number;
}

/**
 * A vocabulary head: `state` (1, hidden), normalized → `logits` (1, vocabulary).
 * It only ever sees one row, where every product is bound by memory, so in both integer precisions it is kept in 8-bit
 * blocks: more exact than one scale a column, and written row by row as the checkpoint has it.
 *
 * For a device also what is chosen there, so that the logits need not come back: `best` (1, 1), the largest logit, `token` (1, 1),
 * the first that has it, and for the token `ids` (count) their `chosen_logits` and `chosen_probabilities` (1, count).
 */
export function buildLmHeadGraph(
  head: LmHead,
  precision: Precision,
  weights: WeightFiles,
  dialect: Dialect = cpuDialect,
): BuiltGraph {
  const graph = startGraph(dialect, weights);
  const input = {
    name: 'state',
    value: toActivations(graph, dialect, graph.input('state', 'float32', [1, head.hidden])),
    size: head.hidden,
  };
  const weight = { module: 'lm_head', source: { tensor: head.tensor }, size: head.vocabulary };
  const options = { precision, dialect, outlierCount: () => 0, hasAdapter: () => false };
  const scores =
    precision === 'fp32' || precision === 'fp16'
      ? product(graph, input, weight, options)
      : blockProduct(graph, input, weight, { bits: 8, blockSize: 64 }, undefined, dialect);
  const logits = fromActivations(graph, dialect, scores);
  graph.output('logits', logits, 'float32', [1, head.vocabulary]);
  if (dialect.name === 'cpu') return graph.build();
  const ids = graph.input('ids', 'int32', ['count']);
  // The standard's older form has its axes as an attribute.
  const best =
    dialect.name === 'plain'
      ? graph.op('ReduceMax', [logits], { axes: [1], keepdims: 1 })
      : graph.op('ReduceMax', [logits, graph.ints([1])], { keepdims: 1 });
  graph.output('best', best, 'float32', [1, 1]);
  graph.output('token', graph.op('ArgMax', [logits], { axis: 1, keepdims: 1 }), 'int64', [1, 1]);
  const probabilities = graph.op('Softmax', [logits], { axis: 1 });
  const chosen = (name: string, values: Value) =>
    graph.output(name, graph.op('Gather', [values, ids], { axis: 1 }), 'float32', [1, 'count']);
  chosen('chosen_logits', logits);
  chosen('chosen_probabilities', probabilities);
  return graph.build();
}
