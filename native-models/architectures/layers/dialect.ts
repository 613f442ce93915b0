import type { WeightFiles } from '../../onnx/built-graph.ts';
import { GraphBuilder, type Sizes, type Value } from '../../onnx/graph-builder.ts';
import { deviceOperators, standardOperators } from '../../onnx/model-format.ts';
import type { WeightRecipe } from '../../onnx/weight-recipe.ts';
import type { Device } from '../../protocol/roles.ts';

/**
 * How a network is written for a kind of device. What it computes is the same in all of them:
 * - `cpu`: integer or float32 products, the cache in the process's memory, a branch for the decode step;
 * - `gpu`: no control flow, block-quantised or float weights, a static cache on the device that attention reads and writes;
 * - `plain`: operators of the ONNX standard alone and static shapes, for devices that compile whole graphs: a graph is written
 *   for sizes, and padded to them. Float weights.
 */
export interface Dialect {
  readonly name: 'cpu' | 'gpu' | 'plain';
  /** Element type of activations; states cross the graph's borders as float32. */
  readonly activations: 'float32' | 'float16';
  /** Element type of keys and values. */
  readonly cache: 'float32' | 'float16';
  /** Whether the device's fused attention is right for any number of rows; `plain` has none. */
  readonly fusedAttention: boolean;
  /** What a graph in `plain` is written for. */
  readonly sizes?: Sizes;
}

export const cpuDialect: Dialect = {
  name: 'cpu',
  activations: 'float32',
  cache: 'float32',
  fusedAttention: true,
};

/**
 * Rows up to which fused attention is right everywhere. From 32 rows on, the WebGPU provider of ONNX Runtime 1.30 uses another
 * kernel (flash attention), which was 25 to 40 % off on software Vulkan; below, the one for single rows, which was right to 1e-6.
 */
export const rowsOfExactAttention = 31;

/**
 * The dialect that graphs for a device are written in. CUDA's attention on a cache takes float16 alone: there keys and values are
 * float16 whatever the package is.
 * @param activations float16 where the device computes with it and the package is not float32.
 */
export function dialectFor(device: Device, activations: Dialect['activations']): Dialect {
  switch (device) {
    case 'cpu':
      return cpuDialect;
    case 'cuda':
      return { name: 'gpu', activations, cache: 'float16', fusedAttention: true };
    case 'webgpu':
      return { name: 'gpu', activations, cache: activations, fusedAttention: false };
    case 'cann':
    case 'directml':
    case 'coreml':
      return { name: 'plain', activations, cache: activations, fusedAttention: false };
  }
}

/**
 * The coarsest type that values go through on a device: CANN is told to compute in float16 whatever a graph says (`precision_mode`),
 * and Core ML may.
 */
export function coarsestType(device: Device, { activations, cache }: Dialect): Dialect['cache'] {
  const isHalf = [activations, cache].includes('float16') || device === 'cann' || device === 'coreml';
  return isHalf ? 'float16' : 'float32';
}

/** The dialect for a graph of these sizes. */
export function forSizes(dialect: Dialect, sizes: Sizes): Dialect {
  return { ...dialect, sizes };
}

/** What is added to the scores of what attention is not to see: within float16, and nothing is left of it after the softmax. */
export const maskedScore = -3e4;

/** Begins a graph in a dialect. */
export function startGraph(dialect: Dialect, weights: WeightFiles): GraphBuilder {
  switch (dialect.name) {
    case 'cpu':
      return new GraphBuilder(weights);
    case 'gpu':
      return new GraphBuilder({ ...weights, operators: deviceOperators });
    case 'plain':
      return new GraphBuilder({ ...weights, operators: standardOperators, sizes: dialect.sizes ?? {} });
  }
}

/** A float32 value of the graph's border as an activation. */
export function toActivations(graph: GraphBuilder, { activations }: Dialect, value: Value): Value {
  return activations === 'float32' ? value : graph.cast(value, activations);
}

/** An activation as a float32 value of the graph's border. */
export function fromActivations(graph: GraphBuilder, { activations }: Dialect, value: Value): Value {
  return activations === 'float32' ? value : graph.cast(value, 'float32');
}

/** A vector or small table of weights, kept in float32, as the activations that it meets. */
export function floatWeight(
  graph: GraphBuilder,
  dialect: Dialect,
  name: string,
  dims: readonly number[],
  recipe: Extract<WeightRecipe, { kind: 'float32' | 'scales' }>,
): Value {
  return toActivations(graph, dialect, graph.weight(name, 'float32', dims, recipe));
}
