import { GraphBuilder, type BuiltGraph } from '../../onnx/graph-builder.ts';
import type { Precision } from '../../protocol/roles.ts';
import { blockProduct, product } from './products.ts';

/**
 * A vocabulary head: `state` (1, hidden), normalized → `logits` (1, vocabulary).
 * It only ever sees one row, where every product is bound by memory, so in both integer precisions it is kept in 8-bit
 * blocks: more exact than one scale a column, and written row by row as the checkpoint has it.
 */
export function buildLmHeadGraph(
  head: { readonly tensor: string; readonly hidden: number; readonly vocabulary: number },
  precision: Precision,
  weightFile: string,
): BuiltGraph {
  const graph = new GraphBuilder({ weightFile });
  const input = {
    name: 'state',
    value: graph.input('state', 'float32', [1, head.hidden]),
    size: head.hidden,
  };
  const weight = { module: 'lm_head', source: { tensor: head.tensor }, size: head.vocabulary };
  const logits =
    precision === 'fp32'
      ? product(graph, input, weight, { precision, outlierCount: () => 0, hasAdapter: () => false })
      : blockProduct(graph, input, weight, { bits: 8, blockSize: 64 });
  graph.output('logits', logits, 'float32', [1, head.vocabulary]);
  return graph.build();
}
