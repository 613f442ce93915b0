import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts';
import { gelu } from '../layers/activation-functions.ts';
import { biasedLinear, dialectOf, product, productInput, type ProductOptions } from '../layers/products.ts';
import type { VisionConfig } from './config.ts';
import { towerNorm } from './norm.ts';

/** Module path of the merger that ends the tower. */
export const mergerModule = 'visual.merger';

/** Module path of a deepstack level's merger. */
export function deepstackModule(level: number): string {
  return `visual.deepstack_merger_list.${level}`;
}

/** Names of the product inputs of a merger. */
export const mergerProductInputs = ['input', 'hidden'] as const;

/** The name under which a merger's product input keeps its outlier channels. */
export function mergerInputName(module: string, input: (typeof mergerProductInputs)[number]): string {
  return `${module}.${input}`;
}

/**
 * Norm each patch, join each cell of merge × merge, two products: (patches, width) → (tokens, output). The mergers of
 * deepstack levels join before the norm.
 */
export function merge(
  graph: GraphBuilder,
  config: VisionConfig,
  options: ProductOptions,
  module: string,
  state: Value,
): { features: Value; inputs: [string, Value][] } {
  const names = config.merger;
  const joinedSize = config.width * config.mergeSize ** 2;
  const join = (value: Value) => graph.op('Reshape', [value, graph.ints([-1, joinedSize])]);
  const norm = `${module}.${names.norm}`;
  const joined =
    module === mergerModule
      ? join(towerNorm(graph, config, options, norm, state, config.width))
      : towerNorm(graph, config, options, norm, join(state), joinedSize);
  const input = productInput(graph, mergerInputName(module, 'input'), joined, joinedSize, options);
  const expanded = product(graph, input, biasedLinear(`${module}.${names.input}`, joinedSize), options);
  const hidden = gelu(graph, dialectOf(options), expanded);
  const hiddenInput = productInput(graph, mergerInputName(module, 'hidden'), hidden, joinedSize, options);
  return {
    features: product(graph, hiddenInput, biasedLinear(`${module}.${names.output}`, config.output), options),
    inputs: [
      ['input', joined],
      ['hidden', hidden],
    ],
  };
}
