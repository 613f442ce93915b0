import { Reader } from 'protobufjs';
import { elementTypeCodes, type OnnxElementType } from '../model-format.ts';

/** For tests: a node of a graph. */
export interface ReadNode {
  readonly operator: string;
  readonly domain: string;
  /** Empty names are places left open. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Numbers for whole numbers; a tensor's element type for tensors; undefined for what tests do not read. */
  readonly attributes: Readonly<Record<string, number | OnnxElementType | undefined>>;
}

/** For tests: a graph as its bytes say it. */
export interface ReadGraph {
  readonly nodes: readonly ReadNode[];
  /** Element types of inputs and weights. */
  readonly types: ReadonlyMap<string, OnnxElementType>;
  /** Names of inputs and outputs that have an open dimension. */
  readonly open: readonly string[];
  /** Versions of the operator sets by domain. */
  readonly versions: Readonly<Record<string, number>>;
}

const typeOfCode = new Map<number, OnnxElementType>(
  Object.entries(elementTypeCodes).map(([name, code]) => [code, name as OnnxElementType]),
);

/** Reads a model. */
export function readGraph(model: Uint8Array): ReadGraph {
  const nodes: ReadNode[] = [];
  const types = new Map<string, OnnxElementType>();
  const open: string[] = [];
  const versions: Record<string, number> = {};
  fields(model, {
    8: (set) => {
      let domain = '';
      fields(set.bytes(), {
        1: (r) => (domain = r.string()),
        2: (r) => (versions[domain] = Number(r.int64())),
      });
    },
    7: (graph) =>
      fields(graph.bytes(), {
        1: (r) => nodes.push(readNode(r.bytes())),
        5: (r) => readTensor(r.bytes(), (name, type) => types.set(name, type)),
        11: (r) => readValue(r.bytes(), types, open),
        12: (r) => readValue(r.bytes(), new Map(), open),
      }),
  });
  return { nodes, types, open, versions };
}

function readNode(bytes: Uint8Array): ReadNode {
  const node = { operator: '', domain: '', inputs: [] as string[], outputs: [] as string[] };
  const attributes: Record<string, number | OnnxElementType | undefined> = {};
  fields(bytes, {
    1: (r) => node.inputs.push(r.string()),
    2: (r) => node.outputs.push(r.string()),
    4: (r) => (node.operator = r.string()),
    7: (r) => (node.domain = r.string()),
    5: (r) => {
      let name = '';
      let value: number | OnnxElementType | undefined;
      fields(r.bytes(), {
        1: (a) => (name = a.string()),
        3: (a) => (value = Number(a.int64())),
        5: (a) => readTensor(a.bytes(), (_, type) => (value = type)),
      });
      attributes[name] = value;
    },
  });
  return { ...node, attributes };
}

function readTensor(bytes: Uint8Array, found: (name: string, type: OnnxElementType) => unknown): void {
  let [name, code] = ['', 0];
  fields(bytes, { 2: (r) => (code = r.int32()), 8: (r) => (name = r.string()) });
  found(name, typeOfCode.get(code) as OnnxElementType);
}

function readValue(bytes: Uint8Array, types: Map<string, OnnxElementType>, open: string[]): void {
  let name = '';
  const openDims: string[] = [];
  fields(bytes, {
    1: (r) => (name = r.string()),
    2: (type) =>
      fields(type.bytes(), {
        1: (tensor) =>
          fields(tensor.bytes(), {
            1: (r) => types.set(name, typeOfCode.get(r.int32()) as OnnxElementType),
            2: (shape) =>
              fields(shape.bytes(), {
                1: (dim) => fields(dim.bytes(), { 2: (r) => openDims.push(r.string()) }),
              }),
          }),
      }),
  });
  if (openDims.length > 0) open.push(name);
}

function fields(bytes: Uint8Array, read: Readonly<Record<number, (reader: Reader) => unknown>>): void {
  const reader = Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    const known = read[tag >>> 3];
    if (known === undefined) reader.skipType(tag & 7);
    else known(reader);
  }
}
