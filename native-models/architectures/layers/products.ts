import { openDimension, type GraphBuilder, type Value } from '../../onnx/graph-builder.ts';
import { outlierDigitRows, type WeightSource } from '../../onnx/weight-recipe.ts';
import type { Precision } from '../../protocol/roles.ts';
import { quantizeRows, roundToBytes, rowRange, rowScale } from './row-scales.ts';
import { cpuDialect, floatWeight, toActivations, type Dialect } from './dialect.ts';

/**
 * Zero points of integer activations, one a row, as QuantizeLinear wants them where it has one scale a row: (rows). Made once
 * for all products with as many rows as `value`, since each small node costs time in the decode loop.
 */
function activationZeroPoints(graph: GraphBuilder, value: Value): Value {
  const rows = graph.op('Slice', [graph.op('Shape', [value]), graph.ints([0]), graph.ints([1])]);
  return graph.op('Expand', [graph.byte(activationZeroPoint), rows]);
}

/** Options for all products with as many rows as `value`, which then share one vector of zero points. */
export function shareZeroPoints(graph: GraphBuilder, options: ProductOptions, value: Value): ProductOptions {
  if (!hasIntegerProducts(options)) return options;
  return { ...options, zeroPoints: activationZeroPoints(graph, value) };
}

/** What the products of a graph are made of. */
export interface ProductOptions {
  readonly precision: Precision;
  /** Default: cpu. */
  readonly dialect?: Dialect;
  /** For int8: from `activationZeroPoints`, for the rows that the products have. */
  readonly zeroPoints?: Value;
  /**
   * Number of outlier channels of a product input, by its name; their values enter the integer product as digits.
   * `openDimension` leaves the number open until the weights are fed.
   */
  outlierCount(input: string): number;
  /**
   * Integer weights come as unsigned ones around 128: for graphs that are fed their weights, which ONNX Runtime cannot turn
   * by itself where sums of signed ones would overflow (runtime/onnxruntime.ts).
   */
  readonly unsignedWeights?: boolean;
  /** Integer weights keep within `largestPairSum`, so that sums of signed ones do not overflow on any processor. */
  readonly pairLimited?: boolean;
  /** What products read is rounded to 8 bits in blocks, as devices may do where weights are block-quantised; in graphs for the cpu. */
  readonly roundedInputs?: boolean;
  /** Whether adapters may add to the product of this module (its path in the checkpoint). */
  hasAdapter(module: string): boolean;
  /** Whether adapters read what this module reads, where they are left out of the graph; default: `hasAdapter`. */
  readonly isAdapted?: (module: string) => boolean;
}

/** The left side of one or more products: quantized once, shared by all that read it. */
export interface ProductInput {
  readonly name: string;
  /** (rows, size) float32. */
  readonly value: Value;
  readonly size: number;
  /** Integer form, for int8: value ≈ (integers − 128) × scale, one scale a row; digits of `outlierCount` channels follow. */
  readonly quantized?: { readonly integers: Value; readonly scale: Value; readonly outlierCount: number };
}

/** The right side of a product. */
export interface ProductWeight {
  /** Module path in the checkpoint, also the stem of the weight's names in the graph. */
  readonly module: string;
  readonly source: WeightSource;
  /** Output channels. */
  readonly size: number;
  readonly bias?: WeightSource;
}

/** A linear layer with bias, whole and under its own name. */
export function biasedLinear(module: string, size: number): ProductWeight {
  return { module, source: { tensor: `${module}.weight` }, size, bias: { tensor: `${module}.bias` } };
}

/** The dialect that products are written in. */
export function dialectOf({ dialect }: ProductOptions): Dialect {
  return dialect ?? cpuDialect;
}

/** Whether activations are quantized too: only processors compute such products. */
export function hasIntegerProducts(options: ProductOptions): boolean {
  return options.precision === 'int8' && dialectOf(options).name === 'cpu';
}

/** Zero point of the unsigned 8-bit activations, and of unsigned weights. */
const activationZeroPoint = 128;

/** Block length of 4-bit weights along the input channels. */
const int4BlockSize = 32;

/** Block length of 8-bit weights, where activations stay floats. */
const int8BlockSize = 64;

/**
 * Prepares (rows, size) activations for products. For int8: each row is scaled by its own largest absolute value, where
 * outlier channels, found by calibration, are divided by `outlierDigits.step`; their digits follow the others.
 * `isDivided`: the outlier channels come so divided already (`dividedInput`).
 */
export function productInput(
  graph: GraphBuilder,
  name: string,
  value: Value,
  size: number,
  options: ProductOptions,
  isDivided = false,
): ProductInput {
  if (options.roundedInputs === true) return { name, value: roundToBytes(graph, value, size), size };
  if (!hasIntegerProducts(options)) return { name, value, size };
  const outlierCount = options.outlierCount(name);
  const zeroPoints = options.zeroPoints ?? activationZeroPoints(graph, value);
  const divided =
    outlierCount === 0 || isDivided
      ? value
      : graph.op('Mul', [
          value,
          graph.weight(`${name}.outlier_factors`, 'float32', [size], {
            kind: 'outlier-factors',
            outliers: name,
            channels: size,
          }),
        ]);
  const scale = rowScale(graph, rowRange(graph, divided));
  const ordinary = quantizeRows(graph, divided, scale, zeroPoints);
  const integers =
    outlierCount === 0
      ? ordinary
      : graph.op('Concat', [ordinary, digits(graph, name, divided, scale, outlierCount)], { axis: 1 });
  return { name, value, size, quantized: { integers, scale, outlierCount } };
}

/**
 * The name of a product input whose outlier channels come out of the norm (or product) before it divided, at no cost at run
 * time; undefined where there are none, or where adapters read the same activation and need it as it is.
 */
export function dividedInput(
  name: string,
  modules: readonly string[],
  options: ProductOptions,
): string | undefined {
  if (!hasIntegerProducts(options) || options.outlierCount(name) === 0) return undefined;
  const isAdapted = options.isAdapted ?? ((module: string) => options.hasAdapter(module));
  return modules.some(isAdapted) ? undefined : name;
}

/** Digits of the outlier channels, as unsigned 8-bit integers in the order of `digitsOf`. */
function digits(graph: GraphBuilder, name: string, divided: Value, scale: Value, count: number): Value {
  const size = count === openDimension ? openDimension : count * outlierDigitRows;
  const each = (part: 'channels' | 'offsets' | 'steps') =>
    graph.weight(`${name}.digit_${part}`, part === 'channels' ? 'int64' : 'float32', [size], {
      kind: `digit-${part}`,
      outliers: name,
    });
  const values = graph.op('Div', [graph.op('Gather', [divided, each('channels')], { axis: 1 }), scale]);
  // Divided first and then rounded at one scale: QuantizeLinear with a scale a column takes ten times as long.
  const counted = graph.op('Div', [graph.op('Add', [values, each('offsets')]), each('steps')]);
  return graph.op('QuantizeLinear', [counted, graph.floats(1), graph.byte(activationZeroPoint)]);
}

/**
 * (rows, in) × weight → (rows, out), with bias and adapter.
 * `unscaled`: leave the row scale out (int8, no bias, no adapter): the caller folds it into a later product.
 * `rowScale`: an extra factor a row, (rows, 1). `outlierOutputs`: name of the product input whose outlier channels are
 * this product's outputs; they come out divided.
 */
export function product(
  graph: GraphBuilder,
  input: ProductInput,
  weight: ProductWeight,
  options: ProductOptions,
  special: {
    readonly unscaled?: boolean;
    readonly rowScale?: Value | undefined;
    readonly outlierOutputs?: string | undefined;
  } = {},
): Value {
  const { module, source, size } = weight;
  const dialect = dialectOf(options);
  const bias =
    weight.bias === undefined
      ? undefined
      : floatWeight(graph, dialect, `${module}.bias`, [size], { kind: 'float32', source: weight.bias });
  let result: Value;
  if (options.precision === 'fp32' || options.precision === 'fp16') {
    const matrix = floatMatrix(graph, options, `${module}.weight`, [size, input.size], source);
    result = graph.op('Gemm', bias === undefined ? [input.value, matrix] : [input.value, matrix, bias], {
      transB: 1,
    });
  } else if (options.precision === 'int4') {
    result = blockProduct(graph, input, weight, { bits: 4, blockSize: int4BlockSize }, bias, dialect);
  } else if (!hasIntegerProducts(options)) {
    result = blockProduct(graph, input, weight, { bits: 8, blockSize: int8BlockSize }, bias, dialect);
  } else {
    result = integerProduct(graph, input, weight, special, options);
    if (bias !== undefined) result = graph.op('Add', [result, bias]);
  }
  if (!options.hasAdapter(module)) return result;
  const a = graph.input(adapterInputName(module, 'A'), dialect.activations, [input.size, 'rank']);
  const b = graph.input(adapterInputName(module, 'B'), dialect.activations, ['rank', size]);
  return graph.op('Add', [result, graph.op('MatMul', [graph.op('MatMul', [input.value, a]), b])]);
}

/** A matrix of floats, half as large in an fp16 package, as the activations that it meets. */
export function floatMatrix(
  graph: GraphBuilder,
  options: ProductOptions,
  name: string,
  dims: readonly number[],
  source: WeightSource,
): Value {
  const dialect = dialectOf(options);
  if (options.precision !== 'fp16')
    return toActivations(graph, dialect, graph.weight(name, 'float32', dims, { kind: 'float32', source }));
  const half = graph.weight(name, 'float16', dims, { kind: 'float16', source });
  return dialect.activations === 'float16' ? half : graph.cast(half, 'float32');
}

/** The graph inputs through which a module's adapter matrices come: A (in, rank), B (rank, out), scale folded into B. */
export function adapterInputName(module: string, matrix: 'A' | 'B'): string {
  return `${module}.lora_${matrix}`;
}

function integerProduct(
  graph: GraphBuilder,
  input: ProductInput,
  { module, source, size }: ProductWeight,
  special: Parameters<typeof product>[4] & object,
  { unsignedWeights: unsigned = false, pairLimited = false }: ProductOptions,
): Value {
  const quantized = input.quantized;
  if (quantized === undefined)
    throw new TypeError(`The input of ${module} was not prepared for integer products.`);
  const { integers, scale, outlierCount } = quantized;
  const rows = outlierCount === openDimension ? openDimension : input.size + outlierCount * outlierDigitRows;
  const scales = `${module}.scales`;
  const matrix = graph.weight(`${module}.int8`, unsigned ? 'uint8' : 'int8', [rows, size], {
    kind: 'int8',
    source,
    scales,
    ...(outlierCount === 0 ? {} : { outlierInputs: input.name }),
    ...(special.outlierOutputs === undefined ? {} : { outlierOutputs: special.outlierOutputs }),
    pairLimited,
  });
  const columnScales = graph.weight(scales, 'float32', [size], { kind: 'scales', of: `${module}.int8` });
  const result = graph.contrib('MatMulIntegerToFloat', [
    integers,
    matrix,
    graph.floats(1),
    columnScales,
    graph.byte(activationZeroPoint),
    unsigned ? graph.byte(activationZeroPoint) : undefined,
  ]);
  if (special.unscaled === true) return result;
  const factor = special.rowScale === undefined ? scale : graph.op('Mul', [scale, special.rowScale]);
  return graph.op('Mul', [result, factor]);
}

/** (rows, in) × weight in blocks of few bits (com.microsoft.MatMulNBits): memory-bound at one row, slow at many. */
export function blockProduct(
  graph: GraphBuilder,
  input: { readonly value: Value; readonly size: number },
  { module, source, size }: ProductWeight,
  { bits, blockSize }: { readonly bits: 4 | 8; readonly blockSize: number },
  bias?: Value,
  dialect: Dialect = cpuDialect,
): Value {
  const blocks = Math.ceil(input.size / blockSize);
  const scales = `${module}.scales`;
  const matrix = graph.weight(`${module}.int${bits}`, 'uint8', [size, blocks, (blockSize * bits) / 8], {
    kind: 'blocks',
    source,
    bits,
    blockSize,
    scales,
  });
  const blockScales = floatWeight(graph, dialect, scales, [size, blocks], {
    kind: 'scales',
    of: `${module}.int${bits}`,
  });
  return graph.contrib('MatMulNBits', [input.value, matrix, blockScales, undefined, undefined, bias], {
    K: input.size,
    N: size,
    bits,
    block_size: blockSize,
    accuracy_level: 4,
  });
}
