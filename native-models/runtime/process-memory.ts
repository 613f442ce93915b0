import * as ort from 'onnxruntime-node';
import { elementSizes } from '../onnx/model-format.ts';
import { EngineError } from '../protocol/errors.ts';
import type { DeviceElementType, DeviceMemory, DeviceTensor, ElementType, Tensor } from './runtime.ts';

type Elements = Float32Array | Float16Array;

/** A tensor of a device that works in this process's memory. */
class ProcessTensor<T extends ElementType> implements DeviceTensor<T> {
  readonly place = 'device';
  readonly type: T;
  readonly dims: readonly number[];
  readonly bytes: number;
  readonly #onRelease: () => void;
  #data: Elements | undefined;

  constructor(type: T, dims: readonly number[], data: Elements, onRelease: () => void) {
    this.type = type;
    this.dims = dims;
    this.bytes = data.byteLength;
    this.#data = data;
    this.#onRelease = onRelease;
  }

  get data(): Elements {
    if (this.#data === undefined) throw new EngineError('INTERNAL', 'A tensor was used after its release.');
    return this.#data;
  }

  release(): void {
    if (this.#data === undefined) return;
    this.#data = undefined;
    this.#onRelease();
  }
}

/**
 * This process's memory in the place of a device's, through onnxruntime-node: for devices whose tensors the binding does not know
 * (DirectML, Core ML), to which it copies everything in every run, and for the processor, so that the dialects of devices are
 * run without one. The binding makes every output anew; what a graph writes into a tensor is copied there.
 */
export class ProcessMemory implements DeviceMemory {
  #usedBytes = 0;

  get usedBytes(): number {
    return this.#usedBytes;
  }

  computesFloat16(): Promise<boolean> {
    return Promise.resolve(true);
  }

  allocate<T extends DeviceElementType>(type: T, dims: readonly number[]): Promise<DeviceTensor<T>> {
    const count = dims.reduce((product, dim) => product * dim, 1);
    const bytes = count * elementSizes[type];
    const data = type === 'float16' ? new Float16Array(count) : new Float32Array(count);
    this.#usedBytes += bytes;
    return Promise.resolve(new ProcessTensor(type, dims, data, () => (this.#usedBytes -= bytes)));
  }

  async write(
    tensor: Tensor<'float32'>,
    to: { readonly type: DeviceElementType } | { readonly target: DeviceTensor } = { type: 'float32' },
  ): Promise<DeviceTensor> {
    const target = 'target' in to ? to.target : await this.allocate(to.type, tensor.dims);
    elementsOf(target).set(tensor.data);
    return target;
  }

  read(tensor: DeviceTensor): Promise<Tensor<'float32'>> {
    const data = Float32Array.from(elementsOf(tensor));
    return Promise.resolve({ type: 'float32', dims: tensor.dims, data });
  }
}

/** Whether a tensor is one of this memory. */
export function isInProcess(tensor: DeviceTensor): boolean {
  return tensor instanceof ProcessTensor;
}

/** A tensor of this memory as the binding takes it; undefined for one of another memory. */
export function fedFromProcess(tensor: DeviceTensor): ort.Tensor | undefined {
  if (!(tensor instanceof ProcessTensor)) return undefined;
  const { type, dims, data } = tensor as ProcessTensor<DeviceElementType>;
  return new ort.Tensor(type, data as ort.Tensor.DataType, dims);
}

/** Copies what a graph made into a tensor of this memory. */
export function keepInProcess(made: ort.Tensor, target: DeviceTensor): void {
  elementsOf(target).set(made.data as Elements);
}

function elementsOf(tensor: DeviceTensor): Elements {
  if (tensor instanceof ProcessTensor) return (tensor as ProcessTensor<ElementType>).data;
  throw new EngineError('INTERNAL', 'A tensor of another runtime was fed.');
}
