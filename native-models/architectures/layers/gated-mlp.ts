import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts';
import { sigmoidGated } from './activation-functions.ts';
import {
  dialectOf,
  hasIntegerProducts,
  product,
  productInput,
  type ProductOptions,
  type ProductWeight,
} from './products.ts';

/** The three products of a gated MLP, and the names of the activations that they read. */
export interface GatedMlp {
  readonly gate: ProductWeight;
  readonly up: ProductWeight;
  readonly down: ProductWeight;
  readonly inputName: string;
  readonly hiddenName: string;
}

/**
 * down(SiLU(gate(x)) · up(x)): (rows, in) → (rows, out), and the hidden activation. In integers, and without biases and
 * adapters, up's row scale is left out and multiplied into down's, (rows, 1) instead of a pass over the widest activation;
 * and up's scales divide the outlier channels of the hidden activation.
 * `isDivided`: the outlier channels of x come divided (`dividedInput`).
 */
export function gatedMlp(
  graph: GraphBuilder,
  { gate: gateWeight, up: upWeight, down: downWeight, inputName, hiddenName }: GatedMlp,
  options: ProductOptions,
  normed: Value,
  inputSize: number,
  isDivided: boolean,
): { readonly hidden: Value; readonly update: Value } {
  const intermediate = gateWeight.size;
  const input = productInput(graph, inputName, normed, inputSize, options, isDivided);
  const gate = product(graph, input, gateWeight, options);
  const silu = () => sigmoidGated(graph, dialectOf(options), gate, 1);
  const weights = [gateWeight, upWeight, downWeight];
  const isAdapted = options.isAdapted ?? ((module: string) => options.hasAdapter(module));
  const isPlain = weights.every(({ module }) => !isAdapted(module)) && upWeight.bias === undefined;
  if (!hasIntegerProducts(options) || !isPlain) {
    const up = product(graph, input, upWeight, options);
    const hidden = graph.op('Mul', [silu(), up]); // (rows, intermediate)
    const hiddenInput = productInput(graph, hiddenName, hidden, intermediate, options);
    return { hidden, update: product(graph, hiddenInput, downWeight, options) };
  }
  const outlierOutputs = options.outlierCount(hiddenName) === 0 ? undefined : hiddenName;
  const up = product(graph, input, upWeight, options, { unscaled: true, outlierOutputs });
  const hidden = graph.op('Mul', [silu(), up]); // (rows, intermediate)
  const hiddenInput = productInput(graph, hiddenName, hidden, intermediate, options, true);
  const update = product(graph, hiddenInput, downWeight, options, { rowScale: input.quantized?.scale });
  return { hidden, update };
}
