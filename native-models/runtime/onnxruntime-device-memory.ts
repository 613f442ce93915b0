import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type * as ort from 'onnxruntime-node';
import { elementSizes } from '../onnx/model-format.ts';
import { EngineError } from '../protocol/errors.ts';
import { copyGraph, zerosGraph } from './copy-graphs.ts';
import type { DeviceElementType, DeviceMemory, DeviceTensor, ElementType, Tensor } from './runtime.ts';
import type { TransferMeter } from './transfer-meter.ts';

/** The part of the binding that device memory is made of. */
export interface DeviceBinding {
  /** Opens a small graph on the device, its outputs in memory or, with `keepOutputs`, left on the device. */
  open(model: Uint8Array, options: { readonly keepOutputs: boolean }): Promise<ort.InferenceSession>;
  /** A tensor in memory as the binding takes it. */
  wrap(tensor: Tensor): ort.Tensor;
  /** The shape of a tensor to make. */
  shape(dims: readonly number[]): ort.Tensor;
}

/** A tensor on the device, as the binding holds it. */
class HeldTensor<T extends ElementType> implements DeviceTensor<T> {
  readonly place = 'device';
  readonly type: T;
  readonly dims: readonly number[];
  readonly bytes: number;
  readonly #onRelease: (bytes: number) => void;
  #held: ort.Tensor | undefined;

  constructor(type: T, dims: readonly number[], held: ort.Tensor, onRelease: (bytes: number) => void) {
    this.type = type;
    this.dims = dims;
    this.bytes = bytesOf(type as DeviceElementType, dims);
    this.#held = held;
    this.#onRelease = onRelease;
  }

  get held(): ort.Tensor {
    if (this.#held === undefined) throw new EngineError('INTERNAL', 'A tensor was used after its release.');
    return this.#held;
  }

  release(): void {
    if (this.#held === undefined) return;
    this.#held.dispose();
    this.#held = undefined;
    this.#onRelease(this.bytes);
  }
}

/** What the binding holds of a tensor on the device. @throws EngineError INTERNAL once it was released. */
export function heldTensor(tensor: DeviceTensor): ort.Tensor {
  if (tensor instanceof HeldTensor) return (tensor as HeldTensor<ElementType>).held;
  throw new EngineError('INTERNAL', 'A tensor of another runtime was fed.');
}

/** Released bytes after which the binding is made to let go of them. */
const collectAfterBytes = 32 * 2 ** 20;

/**
 * Memory of a WebGPU device through onnxruntime-node. The binding makes a tensor on the device as the output of a graph, so
 * zeros, copies there and copies back are graphs of one node. A disposed tensor's memory is given back when JavaScript collects
 * the handle, which knows nothing of the device's bytes and would not hurry, so the collector is called after some megabytes.
 */
export class OnnxruntimeDeviceMemory implements DeviceMemory {
  readonly #binding: DeviceBinding;
  readonly #meter: TransferMeter;
  readonly #sessions = new Map<string, Promise<ort.InferenceSession>>();
  #usedBytes = 0;
  #uncollectedBytes = 0;
  #computesFloat16: Promise<boolean> | undefined;

  constructor(binding: DeviceBinding, meter: TransferMeter) {
    this.#binding = binding;
    this.#meter = meter;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  computesFloat16(): Promise<boolean> {
    this.#computesFloat16 ??= this.#tryFloat16();
    return this.#computesFloat16;
  }

  async allocate<T extends DeviceElementType>(type: T, dims: readonly number[]): Promise<DeviceTensor<T>> {
    const rank = dims.length;
    const zeros = await this.#session(`zeros ${type} ${rank}`, true, () => zerosGraph(type, rank));
    try {
      const { y } = await zeros.run({ x: this.#binding.shape(dims) });
      if (y === undefined) throw new EngineError('INTERNAL', 'The device made no tensor.');
      this.#usedBytes += bytesOf(type, dims);
      return new HeldTensor(type, dims, y, (bytes) => this.#released(bytes));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new EngineError(
        'OUT_OF_MEMORY',
        `The device has no room for ${bytesOf(type, dims)} bytes: ${message}`,
        { cause: error },
      );
    }
  }

  async write(
    tensor: Tensor<'float32'>,
    to: { readonly type: DeviceElementType } | { readonly target: DeviceTensor } = { type: 'float32' },
  ): Promise<DeviceTensor> {
    const target = 'target' in to ? to.target : await this.allocate(to.type, tensor.dims);
    const type = target.type as DeviceElementType;
    const rank = tensor.dims.length;
    const copy = await this.#session(`write ${type} ${rank}`, false, () => copyGraph('float32', type, rank));
    this.#meter.countToDevice(tensor.data.byteLength);
    await copy.run({ x: this.#binding.wrap(tensor) }, { y: heldTensor(target) });
    return target;
  }

  async read(tensor: DeviceTensor): Promise<Tensor<'float32'>> {
    const { dims } = tensor;
    const type = tensor.type as DeviceElementType;
    const rank = dims.length;
    const copy = await this.#session(`read ${type} ${rank}`, false, () => copyGraph(type, 'float32', rank));
    const { y } = await copy.run({ x: heldTensor(tensor) });
    const data = y?.data as Float32Array;
    this.#meter.countFromDevice(data.byteLength);
    return { type: 'float32', dims, data };
  }

  /** Lets the graphs go; the tensors with them. */
  async release(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).release();
    this.#sessions.clear();
  }

  #released(bytes: number): void {
    this.#usedBytes -= bytes;
    this.#uncollectedBytes += bytes;
    if (this.#uncollectedBytes < collectAfterBytes) return;
    this.#uncollectedBytes = 0;
    collectGarbage();
  }

  /** A device without it takes the graph and fails when it compiles the kernel. */
  async #tryFloat16(): Promise<boolean> {
    try {
      const one = { type: 'float32', dims: [1], data: Float32Array.of(1.5) } as const;
      const half = await this.write(one, { type: 'float16' });
      const { data } = await this.read(half);
      half.release();
      return data[0] === 1.5;
    } catch {
      return false;
    }
  }

  #session(key: string, keepOutputs: boolean, build: () => Uint8Array): Promise<ort.InferenceSession> {
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    const session = this.#binding.open(build(), { keepOutputs });
    this.#sessions.set(key, session);
    return session;
  }
}

function bytesOf(type: DeviceElementType, dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, elementSizes[type]);
}

/** Node has a collector to call when it is started with a flag, or when the flag is set and a new context is made. */
let collector: (() => void) | undefined;
function collectGarbage(): void {
  if (collector === undefined) {
    setFlagsFromString('--expose-gc');
    collector = runInNewContext('gc') as () => void;
  }
  collector();
}
