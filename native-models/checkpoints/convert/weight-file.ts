import { open, writeFile } from 'node:fs/promises';
import type { BuiltGraph, ExternalWeight } from '../../onnx/built-graph.ts';
import {
  digitsOf,
  outlierDigitRows,
  outlierDigits,
  type OutlierChannels,
  type WeightSource,
} from '../../onnx/weight-recipe.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { StoredTensor } from '../safetensors/stored-tensor.ts';
import { sliceRows, type WeightSet } from '../safetensors/weight-set.ts';
import type { ConversionTask } from './conversion-task.ts';

/** Bytes of float32 values that one task holds at most, where a tensor can be cut into rows. */
const taskValueBytes = 64 * 1024 * 1024;

/** A graph on its way to disk. */
export interface GraphTarget {
  readonly graph: BuiltGraph;
  readonly modelPath: string;
  readonly weightsPath: string;
  readonly weights: WeightSet;
  readonly outliers?: OutlierChannels;
}

/**
 * Writes a graph's model file, makes room for its weight file, writes the constants among the weights, and returns the
 * tasks that fill in the rest, in the order in which they should run.
 * @throws EngineError ADAPTER_MISMATCH or CHECKPOINT_INCOMPLETE when a tensor is missing or of another shape.
 */
export async function prepareGraphFiles(target: GraphTarget): Promise<ConversionTask[]> {
  const { graph, modelPath, weightsPath } = target;
  await writeFile(modelPath, graph.model);
  const file = await open(weightsPath, 'w');
  try {
    await file.truncate(graph.weightFileBytes);
    for (const weight of graph.weights) {
      const constant = constantBytes(weight, target.outliers ?? {});
      if (constant !== undefined) await file.write(constant, 0, constant.length, weight.offset);
    }
  } finally {
    await file.close();
  }
  return graph.weights.flatMap((weight) => weightTasks(weight, target));
}

function constantBytes({ recipe }: ExternalWeight, outliers: OutlierChannels): Uint8Array | undefined {
  if (!('outliers' in recipe)) return undefined;
  const channels = outliers[recipe.outliers] ?? [];
  const digits = digitsOf(channels);
  switch (recipe.kind) {
    case 'digit-channels':
      return new Uint8Array(BigInt64Array.from(digits, ({ channel }) => BigInt(channel)).buffer);
    case 'digit-offsets':
      return new Uint8Array(Float32Array.from(digits, ({ offset }) => offset).buffer);
    case 'digit-steps':
      return new Uint8Array(Float32Array.from(digits, ({ step }) => step).buffer);
    case 'outlier-factors': {
      const factors = new Float32Array(recipe.channels).fill(1);
      for (const channel of channels) factors[channel] = 1 / outlierDigits.step;
      return new Uint8Array(factors.buffer);
    }
  }
}

function weightTasks(weight: ExternalWeight, target: GraphTarget): ConversionTask[] {
  const { recipe } = weight;
  const outliers = (name: string | undefined) => (name === undefined ? [] : (target.outliers?.[name] ?? []));
  const place = (offset: number) => ({ file: target.weightsPath, offset });
  switch (recipe.kind) {
    case 'scales':
    case 'outlier-factors':
    case 'digit-channels':
    case 'digit-offsets':
    case 'digit-steps':
      return [];
    case 'float32': {
      const tensor = sourceTensor(target.weights, recipe.source);
      requireElements(tensor, weight);
      const divided = outliers(recipe.dividedFor); // of vectors, which are not cut
      return rowPieces(tensor).map(({ piece, first }) => ({
        kind: 'float32',
        tensor: piece,
        divided,
        target: place(weight.offset + (first * weight.byteLength) / (tensor.shape[0] ?? 1)),
      }));
    }
    case 'float16': {
      const tensor = sourceTensor(target.weights, recipe.source);
      requireElements(tensor, weight);
      return rowPieces(tensor).map(({ piece, first }) => ({
        kind: 'float16',
        tensor: piece,
        target: place(weight.offset + (first * weight.byteLength) / (tensor.shape[0] ?? 1)),
      }));
    }
    case 'int8': {
      const tensor = sourceTensor(target.weights, recipe.source);
      const outlierInputs = outliers(recipe.outlierInputs);
      requireElements(tensor, weight, outlierInputs.length * outlierDigitRows);
      return [
        {
          kind: 'int8',
          tensor,
          outlierInputs,
          outlierOutputs: outliers(recipe.outlierOutputs),
          pairLimited: recipe.pairLimited === true,
          target: place(weight.offset),
          scales: place(weightNamed(target.graph, recipe.scales).offset),
        },
      ];
    }
    case 'blocks': {
      const tensor = sourceTensor(target.weights, recipe.source);
      const scales = weightNamed(target.graph, recipe.scales);
      const rows = tensor.shape[0] ?? 1;
      return rowPieces(tensor).map(({ piece, first }) => ({
        kind: 'blocks',
        tensor: piece,
        bits: recipe.bits,
        blockSize: recipe.blockSize,
        target: place(weight.offset + (first * weight.byteLength) / rows),
        scales: place(scales.offset + (first * scales.byteLength) / rows),
      }));
    }
  }
}

function sourceTensor(weights: WeightSet, source: WeightSource): StoredTensor {
  const tensor = weights.get(source.tensor);
  return source.rows === undefined
    ? tensor
    : sliceRows(tensor, { start: source.rows[0], end: source.rows[1] });
}

/** @param addedRows Rows of the weight that the tensor does not have. */
function requireElements(tensor: StoredTensor, weight: ExternalWeight, addedRows = 0): void {
  const count = (dims: readonly number[]) => dims.reduce((product, dim) => product * dim, 1);
  const [rows = 1, ...rest] = weight.dims;
  if (count(tensor.shape) !== count([rows - addedRows, ...rest])) {
    throw new EngineError(
      'CHECKPOINT_INCOMPLETE',
      `Tensor "${tensor.name}" has the shape [${tensor.shape.join(', ')}]; its configuration speaks of [${weight.dims.join(', ')}].`,
      { remedy: 'The configuration and the weights do not belong together; download the checkpoint again.' },
    );
  }
}

function weightNamed(graph: BuiltGraph, name: string): ExternalWeight {
  const weight = graph.weights.find((candidate) => candidate.name === name);
  if (weight === undefined) throw new EngineError('INTERNAL', `The graph has no weight ${name}.`);
  return weight;
}

/** A tensor cut into runs of rows that each fit a task. */
function rowPieces(tensor: StoredTensor): { readonly piece: StoredTensor; readonly first: number }[] {
  const rows = tensor.shape[0] ?? 1;
  if (tensor.shape.length === 0) return [{ piece: tensor, first: 0 }];
  const rowValues = tensor.shape.slice(1).reduce((product, dim) => product * dim, 1);
  const rowsPerPiece = Math.max(1, Math.floor(taskValueBytes / (rowValues * Float32Array.BYTES_PER_ELEMENT)));
  return Array.from({ length: Math.ceil(rows / rowsPerPiece) }, (_, index) => {
    const first = index * rowsPerPiece;
    return { piece: sliceRows(tensor, { start: first, end: Math.min(rows, first + rowsPerPiece) }), first };
  });
}
