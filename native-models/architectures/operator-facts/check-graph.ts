import type { OnnxElementType } from '../../onnx/model-format.ts';
import { readGraph, type ReadNode } from '../../onnx/testing/read-graph.ts';
import cuda from './cuda-kernels.json' with { type: 'json' };
import standard from './onnx-standard.json' with { type: 'json' };

/** For tests: what one node may be made of. */
interface Signature {
  /** Types of the places, by name or as one type, divided by spaces; `…...` for all that follow. */
  readonly inputs: string;
  readonly outputs: string;
  /** The types that a name stands for, divided by spaces. */
  readonly types: Readonly<Record<string, string>>;
}

/** Finds what a node may be made of; a sentence where there is nothing for it. */
type Lookup = (node: ReadNode, version: number) => Signature | string;

interface StandardOperator {
  readonly history: readonly number[];
  readonly least: number;
  readonly inputs: string;
  readonly outputs: string;
  readonly attributes: string;
  readonly types: Readonly<Record<string, string>>;
}
interface KernelTable {
  readonly inputs: string;
  readonly outputs: string;
  readonly kernels: readonly (Readonly<Record<string, string>> & { readonly versions: string })[];
}

const standardOperators = standard.operators as Readonly<Record<string, StandardOperator>>;
const cudaDomains = cuda.domains as Readonly<Record<string, Readonly<Record<string, KernelTable>>>>;

/** The version of the standard in which an operator last changed before or in `version`; 1 for ONNX Runtime's own. */
function changedIn({ operator, domain }: ReadNode, version: number): number {
  const history = domain === '' ? (standardOperators[operator]?.history ?? [1]) : [1];
  return Math.max(...history.filter((change) => change <= version));
}

/**
 * ONNX Runtime takes a kernel without a last version only for operators that have not changed since its first one, and one with
 * a last version for all in between.
 */
function isFor(versions: string, changed: number): boolean {
  const [first = '', last] = versions.replace('+', '').split('-');
  if (Number(first) === changed) return true;
  return last !== undefined && Number(first) <= changed && changed <= Number(last);
}

/** The kernel for CUDA. */
export const cudaKernel: Lookup = (node, version) => {
  const table = cudaDomains[node.domain]?.[node.operator];
  if (table === undefined) return 'has no kernel';
  const changed = changedIn(node, version);
  const kernel = table.kernels.find(({ versions }) => isFor(versions, changed));
  if (kernel === undefined) return `has no kernel for its form of version ${changed}`;
  return { inputs: table.inputs, outputs: table.outputs, types: kernel };
};

/** The operator of the standard. */
export const standardOperator: Lookup = (node, version) => {
  const found = standardOperators[node.operator];
  if (node.domain !== '' || found === undefined) return 'is not of the standard';
  if (changedIn(node, version) !== changedIn(node, 17)) return 'is described as of another version';
  if (node.inputs.length < found.least) return `has ${node.inputs.length} inputs`;
  const unknown = Object.keys(node.attributes).filter((name) => !found.attributes.split(' ').includes(name));
  return unknown.length > 0 ? `has no attribute ${unknown.join()}` : found;
};

/** What is wrong with the nodes of a graph, a sentence each; none: every node and type is as it has to be. */
export function checkGraph(model: Uint8Array, lookup: Lookup): string[] {
  const { nodes, types: given, versions } = readGraph(model);
  const types = new Map<string, OnnxElementType>(given);
  const problems = new Set<string>();
  for (const node of nodes) {
    const name = `${node.domain === '' ? '' : `${node.domain}.`}${node.operator}`;
    const signature = lookup(node, versions[''] ?? 0);
    if (typeof signature === 'string') {
      problems.add(`${name} ${signature}`);
      for (const output of node.outputs) types.set(output, outputType(node, types.get(node.inputs[0] ?? '')));
      continue;
    }
    const bound = new Map<string, OnnxElementType>();
    for (const [place, input] of node.inputs.entries()) {
      const type = types.get(input);
      if (input === '' || type === undefined) {
        if (input !== '') problems.add(`${name} reads ${input}, of which no type is known`);
        continue;
      }
      const wanted = placeOf(signature.inputs, place);
      if (wanted === undefined) problems.add(`${name} has no input ${place}`);
      else if (!allowed(signature, wanted).includes(onnxName(type)))
        problems.add(`${name} does not take ${type} as input ${place} (${wanted})`);
      else if (bound.has(wanted) && bound.get(wanted) !== type)
        problems.add(`${name} takes inputs of one type ${wanted}, not ${bound.get(wanted)} and ${type}`);
      if (wanted !== undefined) bound.set(wanted, type);
    }
    for (const [place, output] of node.outputs.entries()) {
      const wanted = placeOf(signature.outputs, place) ?? '';
      types.set(output, outputType(node, bound.get(wanted) ?? onlyType(signature, wanted)));
    }
  }
  return [...problems];
}

function placeOf(places: string, index: number): string | undefined {
  const all = places.split(' ');
  const last = all.at(-1) ?? '';
  return all[index]?.replace('...', '') ?? (last.endsWith('...') ? last.replace('...', '') : undefined);
}

function allowed({ types }: Signature, wanted: string): string[] {
  return (types[wanted] ?? wanted).split(' ');
}

/** The type of a place that no input has: the one that it names. */
function onlyType(signature: Signature, wanted: string): OnnxElementType {
  const [type = ''] = allowed(signature, wanted);
  return (type === 'float' ? 'float32' : type) as OnnxElementType;
}

/** A node says itself what comes out of it where it makes another type. */
function outputType({ operator, attributes }: ReadNode, usual: OnnxElementType | undefined): OnnxElementType {
  if (operator === 'Cast') return castTypes[attributes['to'] as number] as OnnxElementType;
  if (operator === 'ConstantOfShape') return attributes['value'] as OnnxElementType;
  if (operator === 'ArgMax' || operator === 'Shape') return 'int64';
  return usual as OnnxElementType;
}

const castTypes: Readonly<Record<number, OnnxElementType>> = { 1: 'float32', 7: 'int64', 10: 'float16' };

/** Element types as the standard names them. */
function onnxName(type: OnnxElementType): string {
  return type === 'float32' ? 'float' : type;
}
