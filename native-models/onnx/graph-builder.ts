import type { BuiltGraph, ExternalWeight, WeightFiles, WeightPlace } from './built-graph.ts';
import {
  elementSizes,
  elementTypeCodes,
  encodeExternalTensor,
  encodeGraph,
  encodeInlineTensor,
  encodeModel,
  encodeNode,
  encodeValueInfo,
  runtimeOperators,
  type Attribute,
  type Dimension,
  type OnnxElementType,
  type OperatorSets,
} from './model-format.ts';
import type { WeightRecipe } from './weight-recipe.ts';

/** A value that flows through a graph under construction. */
export interface Value {
  readonly name: string;
}

/** Attribute values as written in calls: whole numbers become ints, `float(x)` floats. */
export type AttributeInput = number | string | readonly number[] | Attribute;

/** Marks a number as a float attribute. */
export function float(value: number): Attribute {
  return { kind: 'float', value };
}

/** Sizes of a graph's open dimensions, by their names. */
export type Sizes = Readonly<Record<string, number>>;

/** In what form a graph is written. */
export interface GraphForm {
  /** Default: `runtimeOperators`. A node of a domain that is not among them is a RangeError. */
  readonly operators?: OperatorSets;
  /** With sizes, every dimension of the graph's inputs and outputs is a number, and a name without a size is a RangeError. */
  readonly sizes?: Sizes | undefined;
}

const pageBytes = 4096;

/** A dimension of a weight that is open until it is fed; only for weights that are inputs. */
export const openDimension = -1;

/**
 * Writes one ONNX graph. Weights are either read from a file (`weightFile`) or, without one, become inputs of the graph:
 * so the same layer function serves the shipped model and the calibration that feeds one layer after another.
 */
export class GraphBuilder {
  readonly #weightFile: string | undefined;
  readonly #places: ReadonlyMap<string, WeightPlace> | undefined;
  readonly #operators: OperatorSets;
  readonly #sizes: Sizes | undefined;
  readonly #nodes: Uint8Array[] = [];
  readonly #initializers: Uint8Array[] = [];
  readonly #inputs: Uint8Array[] = [];
  readonly #outputs: Uint8Array[] = [];
  readonly #weights: ExternalWeight[] = [];
  readonly #constants = new Map<string, Value>();
  #offset = 0;
  #names = 0;

  /** @param options With places, nothing is laid out anew, and a weight that has none is a RangeError. */
  constructor(options: WeightFiles & GraphForm = {}) {
    this.#weightFile = options.weightFile;
    this.#places = options.places;
    this.#operators = options.operators ?? runtimeOperators;
    this.#sizes = options.sizes;
  }

  input(name: string, type: OnnxElementType, dims: readonly Dimension[]): Value {
    this.#inputs.push(encodeValueInfo(name, type, this.#sized(dims)));
    return { name };
  }

  /** The size of an open dimension, in graphs that are written for sizes. @throws RangeError where there is none. */
  size(name: string): number {
    const size = this.#sizes?.[name];
    if (size === undefined) throw new RangeError(`The graph is written without a size for ${name}.`);
    return size;
  }

  /** Declares an output that a node writes under this name (`node`, with a name among `used`). */
  declareOutput(name: string, type: OnnxElementType, dims: readonly Dimension[]): void {
    this.#outputs.push(encodeValueInfo(name, type, this.#sized(dims)));
  }

  /** Makes a value an output of the graph under a name of its own. */
  output(name: string, value: Value, type: OnnxElementType, dims: readonly Dimension[]): void {
    this.#nodes.push(
      encodeNode({
        name,
        operator: 'Identity',
        domain: '',
        inputs: [value.name],
        outputs: [name],
        attributes: {},
      }),
    );
    this.#outputs.push(encodeValueInfo(name, type, this.#sized(dims)));
  }

  /** A trained weight, made from the checkpoint by `recipe`. */
  weight(name: string, type: OnnxElementType, dims: readonly number[], recipe: WeightRecipe): Value {
    if (this.#places !== undefined) return this.#placedWeight(name, type, dims, this.#places);
    if (this.#weightFile === undefined) {
      this.#weights.push({ name, type, dims, recipe, offset: 0, byteLength: 0 });
      return this.input(
        name,
        type,
        dims.map((dim, index) => (dim === openDimension ? `${name}:${index}` : dim)),
      );
    }
    const byteLength = dims.reduce((product, dim) => product * dim, elementSizes[type]);
    const place = { location: this.#weightFile, offset: this.#offset, byteLength };
    this.#initializers.push(encodeExternalTensor(name, type, dims, place));
    this.#weights.push({ name, type, dims, recipe, offset: this.#offset, byteLength });
    this.#offset += Math.ceil(byteLength / pageBytes) * pageBytes;
    return { name };
  }

  /** A small float32 constant: a scalar, or a vector when given an array. */
  floats(value: number | readonly number[]): Value {
    const list = typeof value === 'number' ? [value] : value;
    const dims = typeof value === 'number' ? [] : [list.length];
    return this.#constant('float32', dims, new Uint8Array(Float32Array.from(list).buffer), list.join(','));
  }

  /** A small int64 constant: a scalar, or a vector when given an array. */
  ints(value: number | readonly number[]): Value {
    const list = typeof value === 'number' ? [value] : value;
    const dims = typeof value === 'number' ? [] : [list.length];
    return this.#constant(
      'int64',
      dims,
      new Uint8Array(BigInt64Array.from(list, BigInt).buffer),
      list.join(','),
    );
  }

  /** A uint8 scalar constant. */
  byte(value: number): Value {
    return this.#constant('uint8', [], Uint8Array.of(value), String(value));
  }

  /** A node of the ONNX domain with one output. */
  op(
    operator: string,
    inputs: readonly (Value | undefined)[],
    attributes: Record<string, AttributeInput> = {},
  ): Value {
    return this.node(operator, '', inputs, [true], attributes)[0] as Value;
  }

  /** A node of ONNX Runtime's own domain with one output. */
  contrib(
    operator: string,
    inputs: readonly (Value | undefined)[],
    attributes: Record<string, AttributeInput> = {},
  ): Value {
    return this.node(operator, 'com.microsoft', inputs, [true], attributes)[0] as Value;
  }

  /** Converts a value to another element type. */
  cast(value: Value, type: OnnxElementType): Value {
    return this.op('Cast', [value], { to: elementTypeCodes[type] });
  }

  /**
   * A node with several outputs, `false` for one that is left open, a name for one that is an output of the graph (declared by
   * `declareOutput`); an undefined input leaves its place open.
   */
  node(
    operator: string,
    domain: string,
    inputs: readonly (Value | undefined)[],
    used: readonly (boolean | string)[],
    attributes: Record<string, AttributeInput> = {},
  ): Value[] {
    if (this.#operators.versions[domain] === undefined)
      throw new RangeError(`${operator} of ${domain} is not among the graph's operators.`);
    const name = this.#fresh(operator);
    const outputs = used.map((use, index) =>
      typeof use === 'string' ? use : !use ? '' : index === 0 ? name : `${name}:${index}`,
    );
    this.#nodes.push(
      encodeNode({
        name,
        operator,
        domain,
        inputs: inputs.map((input) => input?.name ?? ''),
        outputs,
        attributes: Object.fromEntries(
          Object.entries(attributes).map(([key, value]) => [key, toAttribute(value)]),
        ),
      }),
    );
    return outputs.map((output) => ({ name: output }));
  }

  /**
   * `If` on a bool scalar. The branches see the values of the graph around them; each returns the same number of values,
   * described by `outputs`.
   */
  branch(
    condition: Value,
    outputs: readonly { readonly type: OnnxElementType; readonly dims: readonly Dimension[] }[],
    whenTrue: (graph: GraphBuilder) => readonly Value[],
    whenFalse: (graph: GraphBuilder) => readonly Value[],
  ): Value[] {
    const encodeBranch = (build: (graph: GraphBuilder) => readonly Value[]): Attribute => {
      const nodes = this.#nodes.length;
      const results = build(this);
      const branchNodes = this.#nodes.splice(nodes);
      const described = results.map((result, index) => {
        const output = outputs[index];
        if (output === undefined) throw new RangeError('A branch returned more values than were described.');
        const name = this.#fresh('branch');
        branchNodes.push(
          encodeNode({
            name,
            operator: 'Identity',
            domain: '',
            inputs: [result.name],
            outputs: [name],
            attributes: {},
          }),
        );
        return encodeValueInfo(name, output.type, output.dims);
      });
      const graph = encodeGraph({
        name: this.#fresh('graph'),
        nodes: branchNodes,
        initializers: [],
        inputs: [],
        outputs: described,
      });
      return { kind: 'graph', value: graph };
    };
    return this.node(
      'If',
      '',
      [condition],
      outputs.map(() => true),
      {
        then_branch: encodeBranch(whenTrue),
        else_branch: encodeBranch(whenFalse),
      },
    );
  }

  build(): BuiltGraph {
    const graph = encodeGraph({
      name: 'graph',
      nodes: this.#nodes,
      initializers: this.#initializers,
      inputs: this.#inputs,
      outputs: this.#outputs,
    });
    return {
      model: encodeModel(graph, this.#operators),
      weights: this.#weights,
      weightFileBytes: this.#offset,
    };
  }

  #sized(dims: readonly Dimension[]): readonly Dimension[] {
    if (this.#sizes === undefined) return dims;
    return dims.map((dim) => (typeof dim === 'number' ? dim : this.size(dim)));
  }

  #placedWeight(
    name: string,
    type: OnnxElementType,
    dims: readonly number[],
    places: ReadonlyMap<string, WeightPlace>,
  ): Value {
    const place = places.get(name);
    if (place?.type !== type || place.dims.join() !== dims.join()) {
      throw new RangeError(
        `There is no weight ${name} of ${type}[${dims.join()}] among those that were written.`,
      );
    }
    this.#initializers.push(encodeExternalTensor(name, type, dims, place));
    return { name };
  }

  #constant(type: OnnxElementType, dims: readonly number[], bytes: Uint8Array, key: string): Value {
    const known = `${type}[${dims.join()}]${key}`;
    const existing = this.#constants.get(known);
    if (existing !== undefined) return existing;
    const value = { name: this.#fresh('constant') };
    this.#initializers.push(encodeInlineTensor(value.name, type, dims, bytes));
    this.#constants.set(known, value);
    return value;
  }

  #fresh(stem: string): string {
    return `${stem}#${this.#names++}`;
  }
}

function toAttribute(value: AttributeInput): Attribute {
  if (typeof value === 'number') return { kind: 'int', value };
  if (typeof value === 'string') return { kind: 'string', value };
  if ('kind' in value) return value;
  return { kind: 'ints', value };
}
