import type { Qwen2VlConfig } from '../../architectures/qwen2-vl/config.ts';
import {
  buildDecoderLayerGraph,
  decoderInputName,
  decoderProductInputs,
} from '../../architectures/qwen2-vl/decoder-graph.ts';
import { framePatches } from '../../architectures/qwen2-vl/patches.ts';
import { decoderRotary, visionRotary } from '../../architectures/qwen2-vl/rotary.ts';
import {
  buildMergerGraph,
  buildPatchEmbeddingGraph,
  buildVisionBlockGraph,
  mergerInputName,
  mergerProductInputs,
  visionInputName,
  visionProductInputs,
} from '../../architectures/qwen2-vl/vision-graph.ts';
import type { ProductOptions } from '../../architectures/layers/products.ts';
import { openDimension, type ExternalWeight } from '../../onnx/graph-builder.ts';
import { outlierDigitRows, type OutlierChannels } from '../../onnx/weight-recipe.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { Precision } from '../../protocol/roles.ts';
import {
  bool,
  float32,
  int32,
  type ElementType,
  type Feeds,
  type Runtime,
  type Tensor,
} from '../../runtime/runtime.ts';
import type { WeightSet } from '../safetensors/weight-set.ts';
import { calibrationFrames, calibrationFrameSize, calibrationPairs } from './calibration-input.ts';
import { LayerRunner } from './layer-runner.ts';
import { findOutlierChannels } from './outlier-channels.ts';

/** A layer's state on the calibration prompt, in float32: what its converted form is compared with. */
export interface LayerStates {
  readonly name: string;
  readonly part: 'vision' | 'decoder';
  readonly layer: number;
  readonly before: Float32Array;
  readonly after: Float32Array;
}

export interface Calibration {
  readonly outliers: OutlierChannels;
  readonly states: readonly LayerStates[];
}

export interface CalibrationOptions {
  readonly config: Qwen2VlConfig;
  readonly weights: WeightSet;
  readonly runtime: Runtime;
  /** Token ids of a calibration prompt; the visual ones stand where `config` says. */
  readonly promptIds: readonly number[];
  readonly onLayer?: ((name: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const plain: ProductOptions = { precision: 'fp32', outlierCount: () => 0, hasAdapter: () => false };

/**
 * Runs the calibration clip and prompt through the network in float32, a layer at a time, and finds the outlier channels
 * of every product input (docs/model-packages.md). The whole network passes through the memory of one layer.
 */
export async function calibrate(options: CalibrationOptions): Promise<Calibration> {
  const outliers: Record<string, readonly number[]> = {};
  const states: LayerStates[] = [];
  const features = await calibrateVision(options, outliers, states);
  await calibrateDecoder(options, features, outliers, states);
  return { outliers, states };
}

async function calibrateVision(
  options: CalibrationOptions,
  outliers: Record<string, readonly number[]>,
  states: LayerStates[],
): Promise<Float32Array> {
  const { config, runtime, signal } = options;
  const { vision } = config;
  const read = floatReader(options.weights);
  const patches = framePatches(config, calibrationFrames(), calibrationFrameSize);
  const embedding = await LayerRunner.create(runtime, () => buildPatchEmbeddingGraph(vision));
  const patchLength = vision.channels * vision.temporalPatchSize * vision.patchSize ** 2;
  const embedded = await embedding.run(
    0,
    { patches: float32(patches, [patches.length / patchLength, patchLength]) },
    read,
    ['next'],
    signal,
  );
  await embedding.release();
  let state = embedded['next'] as Float32Array;
  const feeds = visionFeeds(config);
  const blocks = await LayerRunner.create(runtime, (layer) => buildVisionBlockGraph(vision, plain, layer));
  for (let layer = 0; layer < vision.layers; layer++) {
    const name = `visual.blocks.${layer}`;
    options.onLayer?.(name);
    const result = await blocks.run(
      layer,
      { ...feeds, state: rowsOf(state, vision.width) },
      read,
      ['next', ...visionProductInputs],
      signal,
    );
    for (const input of visionProductInputs) {
      const size = input === 'mlp_hidden' ? vision.intermediate : vision.width;
      outliers[visionInputName(layer, input)] = findOutlierChannels(result[input] as Float32Array, size);
    }
    const after = result['next'] as Float32Array;
    states.push({ name, part: 'vision', layer, before: state, after });
    state = after;
  }
  await blocks.release();
  const merger = await LayerRunner.create(runtime, () => buildMergerGraph(vision, plain));
  const merged = await merger.run(
    0,
    { state: rowsOf(state, vision.width) },
    read,
    ['next', ...mergerProductInputs],
    signal,
  );
  await merger.release();
  for (const input of mergerProductInputs) {
    outliers[mergerInputName(input)] = findOutlierChannels(
      merged[input] as Float32Array,
      vision.width * vision.mergeSize ** 2,
    );
  }
  return merged['next'] as Float32Array;
}

async function calibrateDecoder(
  options: CalibrationOptions,
  features: Float32Array,
  outliers: Record<string, readonly number[]>,
  states: LayerStates[],
): Promise<void> {
  const { config, runtime, signal } = options;
  const { decoder } = config;
  const read = floatReader(options.weights);
  let state = await embedPrompt(options, features);
  const feeds = decoderFeeds(config, options.promptIds.length);
  const layers = await LayerRunner.create(runtime, (layer) => buildDecoderLayerGraph(decoder, plain, layer));
  for (let layer = 0; layer < decoder.layers; layer++) {
    const name = `model.layers.${layer}`;
    options.onLayer?.(name);
    const result = await layers.run(
      layer,
      { ...feeds, state: rowsOf(state, decoder.hidden) },
      read,
      ['next', ...decoderProductInputs],
      signal,
    );
    for (const input of decoderProductInputs) {
      const size =
        input === 'mlp_hidden'
          ? decoder.intermediate
          : input === 'attention_output'
            ? decoder.heads * decoder.headSize
            : decoder.hidden;
      outliers[decoderInputName(layer, input)] = findOutlierChannels(result[input] as Float32Array, size);
    }
    const after = result['next'] as Float32Array;
    states.push({ name, part: 'decoder', layer, before: state, after });
    state = after;
  }
  await layers.release();
}

/** Embeddings of the calibration prompt, with the clip's features at the visual tokens: (tokens, hidden). */
async function embedPrompt(
  { config, weights, promptIds }: CalibrationOptions,
  features: Float32Array,
): Promise<Float32Array> {
  const { hidden } = config.decoder;
  const state = new Float32Array(promptIds.length * hidden);
  let visual = 0;
  for (const [row, id] of promptIds.entries()) {
    const values =
      id === config.shape.tokens.videoPad
        ? features.subarray(visual * hidden, ++visual * hidden)
        : await weights.readFloat32('model.embed_tokens.weight', { start: id, end: id + 1 });
    state.set(values, row * hidden);
  }
  return state;
}

/**
 * The error that the converted form of a layer makes on the calibration prompt: ‖difference of its update‖ over ‖update‖.
 * @param read Reads the converted weights back from the package.
 */
export async function measureLayerErrors(
  options: CalibrationOptions,
  calibration: Calibration,
  precisions: { readonly vision: Precision; readonly decoder: Precision },
  read: (weight: ExternalWeight) => Promise<Uint8Array>,
): Promise<{ layer: string; relativeError: number; outlierChannels: number }[]> {
  const { config, runtime, signal } = options;
  // Every input gets at least one exact channel here, so that one graph fits all layers.
  const open = (precision: Precision): ProductOptions => ({
    precision,
    outlierCount: () => openDimension,
    hasAdapter: () => false,
  });
  const runners = {
    vision: await LayerRunner.create(runtime, (layer) =>
      buildVisionBlockGraph(config.vision, open(precisions.vision), layer),
    ),
    decoder: await LayerRunner.create(runtime, (layer) =>
      buildDecoderLayerGraph(config.decoder, open(precisions.decoder), layer),
    ),
  };
  const feeds = { vision: visionFeeds(config), decoder: decoderFeeds(config, options.promptIds.length) };
  const widths = { vision: config.vision.width, decoder: config.decoder.hidden };
  const errors: { layer: string; relativeError: number; outlierChannels: number }[] = [];
  for (const { name, part, layer, before, after } of calibration.states) {
    const reader = convertedReader(calibration.outliers, read);
    const layerFeeds = { ...feeds[part], state: rowsOf(before, widths[part]) };
    const result = await runners[part].run(layer, layerFeeds, reader, ['next'], signal);
    const outlierChannels = Object.entries(calibration.outliers)
      .filter(([input]) => input.startsWith(`${name}.`))
      .reduce((sum, [, channels]) => sum + channels.length, 0);
    errors.push({
      layer: name,
      relativeError: updateError(before, after, result['next'] as Float32Array),
      outlierChannels,
    });
  }
  await runners.vision.release();
  await runners.decoder.release();
  return errors;
}

function rowsOf(state: Float32Array, width: number): Tensor {
  return float32(state, [state.length / width, width]);
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

function visionFeeds(config: Qwen2VlConfig): Feeds {
  const { vision } = config;
  const grid = {
    lines: calibrationFrameSize.height / vision.patchSize,
    columns: calibrationFrameSize.width / vision.patchSize,
  };
  const patches = grid.lines * grid.columns;
  const { cos, sin } = visionRotary(vision, grid);
  const positions = BigInt64Array.from({ length: calibrationPairs * patches }, (_, index) =>
    BigInt(index % patches),
  );
  return {
    cos: float32(cos, [patches, vision.headSize / 2]),
    sin: float32(sin, [patches, vision.headSize / 2]),
    positions: { type: 'int64', dims: [calibrationPairs, patches], data: positions },
  };
}

/** The prompt read from its start, positions counting on as for text. */
function decoderFeeds({ decoder }: Qwen2VlConfig, rows: number): Feeds {
  const positions = Int32Array.from({ length: 3 * rows }, (_, index) => index % rows);
  const { cos, sin } = decoderRotary(decoder, positions);
  const none = float32(new Float32Array(0), [0, decoder.keyValueHeads, decoder.headSize]);
  return {
    cos: float32(cos, [rows, decoder.headSize / 2]),
    sin: float32(sin, [rows, decoder.headSize / 2]),
    row_ids: {
      type: 'int64',
      dims: [1, rows],
      data: BigInt64Array.from({ length: rows }, (_, row) => BigInt(row)),
    },
    total: int32([rows], []),
    last: int32([rows - 1], [1]),
    single: bool(false),
    past_keys: none,
    past_values: none,
  };
}

/** Reads float32 weights straight from the checkpoint. */
function floatReader(weights: WeightSet): (weight: ExternalWeight) => Promise<Tensor> {
  return async ({ name, dims, recipe }) => {
    if (recipe.kind !== 'float32') throw new EngineError('INTERNAL', `${name} is not a float32 weight.`);
    const rows = recipe.source.rows;
    const values = await weights.readFloat32(
      recipe.source.tensor,
      rows === undefined ? undefined : { start: rows[0], end: rows[1] },
    );
    return float32(values, dims);
  };
}

/** Reads converted weights; a product input without outliers gets channel 0 with zero weights as its only one. */
function convertedReader(
  outliers: OutlierChannels,
  read: (weight: ExternalWeight) => Promise<Uint8Array>,
): (weight: ExternalWeight) => Promise<Tensor> {
  return async (weight) => {
    const { recipe, dims, type } = weight;
    if (recipe.kind === 'int8' && recipe.outlierInputs !== undefined) {
      const bytes = await read(weight);
      const columns = dims[1] ?? 1;
      const added = (outliers[recipe.outlierInputs]?.length ?? 0) === 0 ? outlierDigitRows : 0;
      const data = new Int8Array(bytes.length + added * columns);
      data.set(new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length));
      return { type: 'int8', dims: [data.length / columns, columns], data };
    }
    const count = 'outliers' in recipe ? (outliers[recipe.outliers]?.length ?? 0) : undefined;
    const closed = dims.map((dim) => (dim === openDimension ? Math.max(1, count ?? 1) : dim));
    if (count === 0) {
      const length = closed.reduce((product, dim) => product * dim, 1);
      if (recipe.kind === 'outlier-channels')
        return { type: 'int64', dims: closed, data: new BigInt64Array(length) };
      return float32(new Float32Array(length).fill(recipe.kind === 'outlier-mask' ? 1 : 0), closed);
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
