import type { GraphBuilder, Value } from '../../onnx/graph-builder.ts';
import { product, productInput, silu, type ProductOptions, type ProductWeight } from './products.ts';

/** The three products of a gated MLP, and the names of the activations that they read. */
export interface GatedMlp {
  readonly gate: ProductWeight;
  readonly up: ProductWeight;
  readonly down: ProductWeight;
  readonly inputName: string;
  readonly hiddenName: string;
}

/**
 * down(SiLU(gate(x)) · up(x)): (rows, in) → (rows, out), and the hidden activation. In integers, and without biases, up's
 * row scale is left out and multiplied into down's, (rows, 1) instead of a pass over the widest activation; and the outlier
 * channels of the hidden activation are computed apart in float32 from the columns of gate and up that make them, so that
 * no mask has to be laid over it.
 */
export function gatedMlp(
  graph: GraphBuilder,
  { gate: gateWeight, up: upWeight, down: downWeight, inputName, hiddenName }: GatedMlp,
  options: ProductOptions,
  normed: Value,
  inputSize: number,
): { readonly hidden: Value; readonly update: Value } {
  const intermediate = gateWeight.size;
  const input = productInput(graph, inputName, normed, inputSize, options);
  const adapted = [gateWeight, upWeight].some((weight) => options.hasAdapter(weight.module));
  const biased = [gateWeight, upWeight].some((weight) => weight.bias !== undefined);
  if (options.precision !== 'int8' || adapted || biased) {
    const gate = product(graph, input, gateWeight, options);
    const up = product(graph, input, upWeight, options);
    const activated = graph.op('Mul', [silu(graph, gate), up]); // (rows, intermediate)
    const hiddenInput = productInput(graph, hiddenName, activated, intermediate, options);
    return { hidden: activated, update: product(graph, hiddenInput, downWeight, options) };
  }
  const count = options.outlierCount(hiddenName);
  const outlierOutputs = count === 0 ? undefined : hiddenName;
  const gate = product(graph, input, gateWeight, options);
  const up = product(graph, input, upWeight, options, { unscaled: true, outlierOutputs });
  const activated = graph.op('Mul', [silu(graph, gate), up]); // (rows, intermediate)
  const exactColumns = (weight: ProductWeight) =>
    graph.op('MatMul', [
      normed,
      graph.weight(`${weight.module}.outlier_columns`, 'float32', [inputSize, count], {
        kind: 'outlier-outputs',
        source: weight.source,
        outliers: hiddenName,
      }),
    ]);
  const outlierValues =
    count === 0
      ? undefined
      : graph.op('Mul', [silu(graph, exactColumns(gateWeight)), exactColumns(upWeight)]);
  // The hidden activation lacks up's row scale, and so must its outlier channels.
  const unscaledOutliers =
    outlierValues === undefined || input.quantized === undefined
      ? undefined
      : graph.op('Div', [outlierValues, input.quantized.scale]);
  const hiddenInput = productInput(graph, hiddenName, activated, intermediate, options, unscaledOutliers);
  const update = product(graph, hiddenInput, downWeight, options, { rowScale: input.quantized?.scale });
  return { hidden: activated, update };
}
