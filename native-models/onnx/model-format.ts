import { Writer } from 'protobufjs';

/**
 * The part of ONNX's protobuf schema (onnx.proto, IR version 10) that the graphs here need, as writing functions.
 * Field numbers are those of onnx.proto.
 */

/** TensorProto.DataType values. */
export const elementTypeCodes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  bfloat16: 16,
} as const;
export type OnnxElementType = keyof typeof elementTypeCodes;

/** Bytes of one element. */
export const elementSizes: Readonly<Record<OnnxElementType, number>> = {
  float32: 4,
  uint8: 1,
  int8: 1,
  int32: 4,
  int64: 8,
  bool: 1,
  float16: 2,
  bfloat16: 2,
};

/** A dimension: a number, or a name for one that is known at run time. */
export type Dimension = number | string;

export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly value: Uint8Array }
  | { readonly kind: 'graph'; readonly value: Uint8Array };

const varint = 0;
const fixed32 = 5;
const lengthDelimited = 2;
const tag = (field: number, wire: number) => ((field << 3) | wire) >>> 0;

/** A tensor whose bytes stand in the model file itself; for small constants. */
export function encodeInlineTensor(
  name: string,
  type: OnnxElementType,
  dims: readonly number[],
  bytes: Uint8Array,
): Uint8Array {
  return encodeTensorHead(name, type, dims).uint32(tag(9, lengthDelimited)).bytes(bytes).finish();
}

/** A tensor whose bytes stand in a file beside the model. */
export function encodeExternalTensor(
  name: string,
  type: OnnxElementType,
  dims: readonly number[],
  place: { readonly location: string; readonly offset: number; readonly byteLength: number },
): Uint8Array {
  const writer = encodeTensorHead(name, type, dims);
  const entries = {
    location: place.location,
    offset: String(place.offset),
    length: String(place.byteLength),
  };
  for (const [key, value] of Object.entries(entries)) {
    writer.uint32(tag(13, lengthDelimited)).fork();
    writer.uint32(tag(1, lengthDelimited)).string(key).uint32(tag(2, lengthDelimited)).string(value).ldelim();
  }
  return writer.uint32(tag(14, varint)).int32(1).finish();
}

function encodeTensorHead(name: string, type: OnnxElementType, dims: readonly number[]): Writer {
  const writer = Writer.create();
  for (const dim of dims) writer.uint32(tag(1, varint)).int64(dim);
  return writer
    .uint32(tag(2, varint))
    .int32(elementTypeCodes[type])
    .uint32(tag(8, lengthDelimited))
    .string(name);
}

/** An input or output of a graph. */
export function encodeValueInfo(name: string, type: OnnxElementType, dims: readonly Dimension[]): Uint8Array {
  const writer = Writer.create().uint32(tag(1, lengthDelimited)).string(name);
  writer.uint32(tag(2, lengthDelimited)).fork(); // TypeProto
  writer.uint32(tag(1, lengthDelimited)).fork(); // TypeProto.Tensor
  writer.uint32(tag(1, varint)).int32(elementTypeCodes[type]);
  writer.uint32(tag(2, lengthDelimited)).fork(); // TensorShapeProto
  for (const dim of dims) {
    writer.uint32(tag(1, lengthDelimited)).fork();
    if (typeof dim === 'number') writer.uint32(tag(1, varint)).int64(dim);
    else writer.uint32(tag(2, lengthDelimited)).string(dim);
    writer.ldelim();
  }
  return writer.ldelim().ldelim().ldelim().finish();
}

/** A node; an empty input or output name leaves that place open. */
export function encodeNode(node: {
  readonly name: string;
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}): Uint8Array {
  const writer = Writer.create();
  for (const input of node.inputs) writer.uint32(tag(1, lengthDelimited)).string(input);
  for (const output of node.outputs) writer.uint32(tag(2, lengthDelimited)).string(output);
  writer.uint32(tag(3, lengthDelimited)).string(node.name);
  writer.uint32(tag(4, lengthDelimited)).string(node.operator);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    writer.uint32(tag(5, lengthDelimited)).fork();
    encodeAttribute(writer, name, attribute);
    writer.ldelim();
  }
  if (node.domain !== '') writer.uint32(tag(7, lengthDelimited)).string(node.domain);
  return writer.finish();
}

/** AttributeProto.AttributeType values. */
const attributeTypes = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, ints: 7 } as const;

function encodeAttribute(writer: Writer, name: string, attribute: Attribute): void {
  writer.uint32(tag(1, lengthDelimited)).string(name);
  switch (attribute.kind) {
    case 'float':
      writer.uint32(tag(2, fixed32)).float(attribute.value);
      break;
    case 'int':
      writer.uint32(tag(3, varint)).int64(attribute.value);
      break;
    case 'string':
      writer.uint32(tag(4, lengthDelimited)).string(attribute.value);
      break;
    case 'tensor':
      writer.uint32(tag(5, lengthDelimited)).bytes(attribute.value);
      break;
    case 'graph':
      writer.uint32(tag(6, lengthDelimited)).bytes(attribute.value);
      break;
    case 'ints':
      for (const value of attribute.value) writer.uint32(tag(8, varint)).int64(value);
      break;
  }
  writer.uint32(tag(20, varint)).int32(attributeTypes[attribute.kind]);
}

export function encodeGraph(graph: {
  readonly name: string;
  readonly nodes: readonly Uint8Array[];
  readonly initializers: readonly Uint8Array[];
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
}): Uint8Array {
  const writer = Writer.create();
  for (const node of graph.nodes) writer.uint32(tag(1, lengthDelimited)).bytes(node);
  writer.uint32(tag(2, lengthDelimited)).string(graph.name);
  for (const initializer of graph.initializers) writer.uint32(tag(5, lengthDelimited)).bytes(initializer);
  for (const input of graph.inputs) writer.uint32(tag(11, lengthDelimited)).bytes(input);
  for (const output of graph.outputs) writer.uint32(tag(12, lengthDelimited)).bytes(output);
  return writer.finish();
}

/** What a model says of the operators that it is made of. */
export interface OperatorSets {
  readonly irVersion: number;
  /** Versions by domain; the standard's is ''. */
  readonly versions: Readonly<Record<string, number>>;
}

/** Operators of ONNX Runtime beside those of the standard. */
export const runtimeOperators: OperatorSets = { irVersion: 10, versions: { '': 21, 'com.microsoft': 1 } };

/**
 * The same for devices, in an older version of the standard: a kernel without a last version is not taken for operators that
 * changed since its first one, and CUDA's for Identity, Pad, ReduceMax and ConstantOfShape have none for version 21.
 */
export const deviceOperators: OperatorSets = { irVersion: 8, versions: { '': 18, 'com.microsoft': 1 } };

/** Operators of the ONNX standard alone, in the oldest version with LayerNormalization: vendors' graph compilers lag behind the newest. */
export const standardOperators: OperatorSets = { irVersion: 8, versions: { '': 17 } };

/** A model around a graph. */
export function encodeModel(graph: Uint8Array, { irVersion, versions }: OperatorSets): Uint8Array {
  const writer = Writer.create().uint32(tag(1, varint)).int64(irVersion);
  writer.uint32(tag(2, lengthDelimited)).string('videomind');
  writer.uint32(tag(7, lengthDelimited)).bytes(graph);
  for (const [domain, version] of Object.entries(versions)) {
    writer.uint32(tag(8, lengthDelimited)).fork();
    writer.uint32(tag(1, lengthDelimited)).string(domain).uint32(tag(2, varint)).int64(version).ldelim();
  }
  return writer.finish();
}
