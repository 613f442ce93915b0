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

/**
 * A tensor whose elements are on the device and stay there: graphs read it (as a feed) and write it (as a bound output), and
 * only `DeviceMemory.read` brings it back. Whoever made it releases it.
 */
export interface DeviceTensor<T extends ElementType = ElementType> {
  readonly place: 'device';
  readonly type: T;
  readonly dims: readonly number[];
  /** Bytes of its elements. */
  readonly bytes: number;
  /** Gives its memory back; it cannot be used after that. More than once does nothing. */
  release(): void;
}

/** A tensor where it is: in this process's memory, or on the device. */
export type PlacedTensor = Tensor | DeviceTensor;

/** Feeds in memory. */
export type Feeds = Readonly<Record<string, Tensor>>;

/** Feeds, each where it is. */
export type PlacedFeeds = Readonly<Record<string, PlacedTensor>>;

export function isOnDevice(tensor: PlacedTensor): tensor is DeviceTensor {
  return 'place' in tensor;
}

/** Bytes and calls that crossed between memory and device in one direction. A call is one tensor. */
export interface TransferCount {
  readonly bytes: number;
  readonly calls: number;
}

/** What crossed the bus since the runtime was made. Zero for a device that works in this process's memory. */
export interface Transfers {
  readonly toDevice: TransferCount;
  readonly fromDevice: TransferCount;
}

/**
 * Memory of a device beside the process's own. Everything that lasts lives here: keys and values, adapters, features,
 * states. Shapes are settled when a tensor is made, so that graphs write into it again and again.
 */
export interface DeviceMemory {
  /** Whether the device computes with float16; else activations have to be float32. */
  computesFloat16(): Promise<boolean>;
  /** Bytes of all tensors that were made and not released. */
  readonly usedBytes: number;
  /** Makes a tensor of zeros. @throws EngineError OUT_OF_MEMORY */
  allocate<T extends DeviceElementType>(type: T, dims: readonly number[]): Promise<DeviceTensor<T>>;
  /**
   * Copies a float32 tensor to the device, into a new tensor of `type` (default float32), or into `target`, which has its shape.
   * @throws EngineError OUT_OF_MEMORY
   */
  write(
    tensor: Tensor<'float32'>,
    to?: { readonly type: DeviceElementType } | { readonly target: DeviceTensor },
  ): Promise<DeviceTensor>;
  /** Copies a tensor back, as float32. */
  read(tensor: DeviceTensor): Promise<Tensor<'float32'>>;
}

/** Element types of what lives on a device. */
export type DeviceElementType = 'float32' | 'float16';

/**
 * One loaded graph. In onnxruntime-node `run` blocks the thread until it is done and cannot be interrupted: keep the pieces of
 * work short.
 */
export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Runs the graph and returns the named outputs (float32 ones as Float32Array).
   * @param into Outputs that are written into tensors on the device, which must have the outputs' type and shape. A tensor may be
   * fed and written in the same run where the operator allows it (the shared cache of GroupQueryAttention).
   */
  run(
    feeds: PlacedFeeds,
    outputs: readonly string[],
    into?: Readonly<Record<string, DeviceTensor>>,
  ): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

export interface SessionOptions {
  /** Threads of a run; default: physical cores. */
  readonly threads?: number | undefined;
  /** Graph rewrites to leave out, by ONNX Runtime's names. */
  readonly disabledOptimizers?: readonly string[];
  /** Its integer weights are pair-limited (onnx/weight-recipe.ts). */
  readonly pairLimited?: boolean;
  /** Fail where an operator would run on the processor instead of the device. */
  readonly onDeviceOnly?: boolean | undefined;
  /** Where the weight files of a graph that comes as bytes are. */
  readonly weightFolder?: string | undefined;
  /** What the graph computes, as a key for its prepacked copy; absent: it has none. */
  readonly prepackedKey?: string | undefined;
}

/** A binding to an inference engine, on one device. */
export interface Runtime {
  /** For example `onnxruntime-node 1.30.0`. */
  readonly name: string;
  readonly device: Device;
  /** Undefined where the device works in this process's memory (the processor). */
  readonly deviceMemory?: DeviceMemory | undefined;
  /** What crossed the bus up to now. */
  readonly transfers: Transfers;
  /**
   * Runs from now on end with CANCELLED as soon as this signal is aborted, in the middle of a graph; undefined: none does.
   * Absent where the binding cannot interrupt a run.
   */
  readonly heed?: ((signal: AbortSignal | undefined) => void) | undefined;
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
