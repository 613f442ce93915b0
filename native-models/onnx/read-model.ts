import { Reader } from 'protobufjs';
import type { WeightPlace } from './built-graph.ts';
import { elementTypeCodes, type OnnxElementType } from './model-format.ts';

/** What a model file says of its graph's borders: names of inputs, and where its weights stand. */
export interface ModelOutline {
  readonly inputNames: readonly string[];
  /** By name: weights in files beside the model; constants in the model itself are left out. */
  readonly weights: ReadonlyMap<string, WeightPlace>;
}

/** Field numbers of onnx.proto. */
const fields = {
  model: { graph: 7 },
  graph: { initializer: 5, input: 11 },
  valueInfo: { name: 1 },
  tensor: { dims: 1, dataType: 2, name: 8, externalData: 13 },
  entry: { key: 1, value: 2 },
} as const;

/**
 * Reads the outline of a model.
 * @throws RangeError when the bytes are no model, or a weight is not described as a whole.
 */
export function readModelOutline(bytes: Uint8Array): ModelOutline {
  const inputNames: string[] = [];
  const weights = new Map<string, WeightPlace>();
  eachField(bytes, (field, reader) => {
    if (field !== fields.model.graph) return false;
    eachField(reader.bytes(), (part, graph) => {
      if (part === fields.graph.input) inputNames.push(readName(graph.bytes()));
      else if (part === fields.graph.initializer) addWeight(graph.bytes(), weights);
      else return false;
      return true;
    });
    return true;
  });
  return { inputNames, weights };
}

/** Calls `read` for each field; it returns false for one that it did not read. */
function eachField(bytes: Uint8Array, read: (field: number, reader: Reader) => boolean): void {
  const reader = Reader.create(bytes);
  try {
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (!read(tag >>> 3, reader)) reader.skipType(tag & 7);
    }
  } catch (error) {
    throw error instanceof RangeError ? error : new RangeError('This is no ONNX model.', { cause: error });
  }
}

function readName(bytes: Uint8Array): string {
  let name = '';
  eachField(bytes, (field, reader) => {
    if (field !== fields.valueInfo.name) return false;
    name = reader.string();
    return true;
  });
  return name;
}

function addWeight(bytes: Uint8Array, weights: Map<string, WeightPlace>): void {
  const dims: number[] = [];
  const entries = new Map<string, string>();
  let code = 0;
  let name = '';
  eachField(bytes, (field, reader) => {
    if (field === fields.tensor.dims) dims.push(Number(reader.int64()));
    else if (field === fields.tensor.dataType) code = reader.int32();
    else if (field === fields.tensor.name) name = reader.string();
    else if (field === fields.tensor.externalData) entries.set(...readEntry(reader.bytes()));
    else return false;
    return true;
  });
  const location = entries.get('location');
  if (location === undefined) return;
  const type = Object.entries(elementTypeCodes).find(([, known]) => known === code)?.[0];
  const [offset, byteLength] = [Number(entries.get('offset') ?? 0), Number(entries.get('length'))];
  if (
    type === undefined ||
    name === '' ||
    !Number.isSafeInteger(offset) ||
    !Number.isSafeInteger(byteLength)
  ) {
    throw new RangeError(`The weight "${name}" is not described as a whole.`);
  }
  weights.set(name, { type: type as OnnxElementType, dims, location, offset, byteLength });
}

function readEntry(bytes: Uint8Array): [string, string] {
  let [key, value] = ['', ''];
  eachField(bytes, (field, reader) => {
    if (field === fields.entry.key) key = reader.string();
    else if (field === fields.entry.value) value = reader.string();
    else return false;
    return true;
  });
  return [key, value];
}
