import type { Device } from '../protocol/roles.ts';

/** Element types that cross the border of a session. bf16 cannot be an input or output. */
export type ElementType = 'float32' | 'float16' | 'int64' | 'int32' | 'int8' | 'uint8' | 'bool';

/** The array that holds a tensor's elements, by element type. */
export interface ElementArrays {
  float32: Float32Array;
  float16: Uint16Array;
  int64: BigInt64Array;
  int32: Int32Array;
  int8: Int8Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

/** A dense tensor, row-major. `data` may be a view into a larger buffer; it is not copied on the way in. */
export interface Tensor<T extends ElementType = ElementType> {
  readonly type: T;
  readonly dims: readonly number[];
  readonly data: ElementArrays[T];
}

export type Feeds = Readonly<Record<string, Tensor>>;

/** One loaded graph. `run` blocks the thread until it is done and cannot be interrupted: keep the pieces of work short. */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Runs the graph and returns the named outputs (float32 ones as Float32Array). */
  run(feeds: Feeds, outputs: readonly string[]): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

export interface SessionOptions {
  /** Threads of a run; default: physical cores. */
  readonly threads?: number | undefined;
  /** Graph rewrites to leave out, by ONNX Runtime's names. */
  readonly disabledOptimizers?: readonly string[];
  /** Its integer weights are pair-limited (onnx/weight-recipe.ts). */
  readonly pairLimited?: boolean;
  /** What the graph computes, as a key for its prepacked copy; absent: it has none. */
  readonly prepackedKey?: string | undefined;
}

/** A binding to an inference engine, on one device. */
export interface Runtime {
  /** For example `onnxruntime-node 1.30.0`. */
  readonly name: string;
  readonly device: Device;
  /** Loads a graph from a file (external weights beside it) or from bytes. */
  createSession(model: string | Uint8Array, options?: SessionOptions): Promise<Session>;
}

export function float32(data: Float32Array, dims: readonly number[]): Tensor<'float32'> {
  return { type: 'float32', dims, data };
}
export function int64(values: readonly number[], dims: readonly number[]): Tensor<'int64'> {
  return { type: 'int64', dims, data: BigInt64Array.from(values, BigInt) };
}
export function int32(values: readonly number[], dims: readonly number[]): Tensor<'int32'> {
  return { type: 'int32', dims, data: Int32Array.from(values) };
}
export function uint8(data: Uint8Array, dims: readonly number[]): Tensor<'uint8'> {
  return { type: 'uint8', dims, data };
}
export function bool(value: boolean): Tensor<'bool'> {
  return { type: 'bool', dims: [], data: Uint8Array.of(value ? 1 : 0) };
}
