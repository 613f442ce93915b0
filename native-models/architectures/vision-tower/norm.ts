import { float, type GraphBuilder, type Value } from '../../onnx/graph-builder.ts';
import { floatWeight } from '../layers/dialect.ts';
import { dialectOf, type ProductOptions } from '../layers/products.ts';
import { rmsNorm } from '../layers/rms-norm.ts';
import type { VisionConfig } from './config.ts';

const epsilon = 1e-6;

/**
 * The tower's norm over the last axis of (rows, size): LayerNorm with bias, or RMSNorm.
 * `dividedFor`: the product input whose outlier channels it divides.
 */
export function towerNorm(
  graph: GraphBuilder,
  config: VisionConfig,
  options: ProductOptions,
  module: string,
  value: Value,
  size: number,
  dividedFor?: string,
): Value {
  const part = (name: string) =>
    floatWeight(graph, dialectOf(options), `${module}.${name}`, [size], {
      kind: 'float32',
      source: { tensor: `${module}.${name}` },
      dividedFor,
    });
  if (config.norm === 'rms') return rmsNorm(graph, dialectOf(options), value, part('weight'), epsilon);
  return graph.op('LayerNormalization', [value, part('weight'), part('bias')], {
    axis: -1,
    epsilon: float(epsilon),
  });
}
