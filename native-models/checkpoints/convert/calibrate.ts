import type { LayerStage, Network } from '../../architectures/architecture-family.ts';
import type { ProductOptions } from '../../architectures/layers/products.ts';
import type { ExternalWeight } from '../../onnx/built-graph.ts';
import { openDimension } from '../../onnx/graph-builder.ts';
import { outlierDigitRows, type OutlierChannels } from '../../onnx/weight-recipe.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { Precision } from '../../protocol/roles.ts';
import { float32, type ElementType, type Runtime, type Tensor } from '../../runtime/runtime.ts';
import type { WeightSet } from '../safetensors/weight-set.ts';
import { calibrationFrames, calibrationFrameSize } from './calibration-input.ts';
import { checkpointWeights, FloatNetwork, type StageObserver } from './float-network.ts';
import { LayerRunner, type WeightReader } from './layer-runner.ts';
import { findOutlierChannels } from './outlier-channels.ts';

/** A layer's state on the calibration prompt, in float32: what its converted form is compared with. */
export interface LayerStates {
  readonly stage: LayerStage;
  readonly before: Float32Array;
  readonly after: Float32Array;
}

export interface Calibration {
  readonly outliers: OutlierChannels;
  readonly states: readonly LayerStates[];
}

export interface CalibrationOptions {
  readonly network: Network;
  readonly weights: WeightSet;
  readonly runtime: Runtime;
  /** Token ids of a calibration prompt, with a video pad for each visual token of the calibration clip. */
  readonly promptIds: readonly number[];
  /** Whether an adapter reads the same input as this module. */
  readonly isAdapted: (module: string) => boolean;
  readonly onLayer?: ((name: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs the calibration clip and prompt through the network in float32, a layer at a time, and finds the outlier channels
 * of every product input (docs/model-packages.md). The whole network passes through the memory of one layer.
 */
export async function calibrate({
  network,
  weights,
  runtime,
  promptIds: tokenIds,
  onLayer,
  signal,
}: CalibrationOptions): Promise<Calibration> {
  const outliers: Record<string, readonly number[]> = {};
  const states: LayerStates[] = [];
  const observe: StageObserver = ({ stage, before, after, productInputs }) => {
    for (const { name, size } of stage.productInputs) {
      outliers[name] = findOutlierChannels(productInputs[name] as Float32Array, size);
    }
    if (stage.result === 'features' || stage.productInputs.length === 0) return;
    onLayer?.(stage.name);
    states.push({ stage, before, after });
  };
  const floats = new FloatNetwork(network, checkpointWeights(weights), runtime);
  const size = calibrationFrameSize(network.shape);
  const seen = await floats.encode(calibrationFrames(size), size, observe, signal);
  // Positions count on as for text.
  const rows = tokenIds.length;
  const positions = Int32Array.from({ length: 3 * rows }, (_, index) => index % rows);
  await floats.read({ tokenIds, positions, ...seen }, observe, signal);
  return { outliers, states };
}

/**
 * The error that the converted form of a layer makes on the calibration prompt: ‖difference of its update‖ over ‖update‖.
 * @param read Reads the converted weights back from the package.
 */
export async function measureLayerErrors(
  { runtime, isAdapted, onLayer, signal }: CalibrationOptions,
  calibration: Calibration,
  precisions: { readonly vision: Precision; readonly decoder: Precision },
  read: (weight: ExternalWeight) => Promise<Uint8Array>,
): Promise<{ layer: string; relativeError: number; outlierChannels: number }[]> {
  // Every input gets at least one outlier channel here, so that one graph fits all layers.
  const open = ({ part }: LayerStage): ProductOptions => ({
    precision: precisions[part],
    outlierCount: () => openDimension,
    hasAdapter: () => false,
    isAdapted,
    unsignedWeights: true,
  });
  const runner = new LayerRunner(runtime, open);
  const reader = convertedReader(calibration.outliers, read);
  const errors: { layer: string; relativeError: number; outlierChannels: number }[] = [];
  try {
    for (const { stage, before, after } of calibration.states) {
      onLayer?.(stage.name);
      const { next } = await runner.run(stage, before, reader, ['next'], signal);
      const outlierChannels = stage.productInputs.reduce(
        (sum, { name }) => sum + (calibration.outliers[name]?.length ?? 0),
        0,
      );
      const relativeError = updateError(before, after, next as Float32Array);
      errors.push({ layer: stage.name, relativeError, outlierChannels });
    }
  } finally {
    await runner.release();
  }
  return errors;
}

function updateError(before: Float32Array, exact: Float32Array, converted: Float32Array): number {
  let difference = 0;
  let update = 0;
  for (let index = 0; index < exact.length; index++) {
    difference += ((converted[index] as number) - (exact[index] as number)) ** 2;
    update += ((exact[index] as number) - (before[index] as number)) ** 2;
  }
  return update === 0 ? 0 : Math.sqrt(difference / update);
}

/** What zero is among unsigned integers; the sign bit of signed ones. */
const unsignedZero = 128;

/** Reads converted weights; a product input without outliers gets channel 0 with zero weights as its only one. */
function convertedReader(
  outliers: OutlierChannels,
  read: (weight: ExternalWeight) => Promise<Uint8Array>,
): WeightReader {
  return async (weight) => {
    const { recipe, dims, type } = weight;
    if (recipe.kind === 'int8') {
      const bytes = await read(weight);
      const columns = dims[1] ?? 1;
      const isOpen = recipe.outlierInputs !== undefined;
      const added = isOpen && (outliers[recipe.outlierInputs]?.length ?? 0) === 0 ? outlierDigitRows : 0;
      const data = new Uint8Array(bytes.length + added * columns).fill(unsignedZero);
      for (let index = 0; index < bytes.length; index++)
        data[index] = (bytes[index] as number) ^ unsignedZero;
      return { type: 'uint8', dims: [data.length / columns, columns], data };
    }
    const count = 'outliers' in recipe ? (outliers[recipe.outliers]?.length ?? 0) : undefined;
    const closed = dims.map((dim) =>
      dim === openDimension ? Math.max(1, count ?? 1) * outlierDigitRows : dim,
    );
    if (count === 0) {
      const length = closed.reduce((product, dim) => product * dim, 1);
      if (recipe.kind === 'digit-channels')
        return { type: 'int64', dims: closed, data: new BigInt64Array(length) };
      return float32(new Float32Array(length).fill(recipe.kind === 'digit-offsets' ? 0 : 1), closed);
    }
    return { type, dims: closed, data: view(await read(weight), type as ElementType) } as Tensor;
  };
}

function view(bytes: Uint8Array, type: ElementType): Tensor['data'] {
  switch (type) {
    case 'float32':
      return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    case 'int64':
      return new BigInt64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
    case 'int8':
      return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    case 'uint8':
      return bytes;
    case 'bool':
    case 'int32':
    case 'float16':
      throw new EngineError('INTERNAL', `No weight is of the type ${type}.`);
  }
}
