import { elementSizes } from '../../onnx/model-format.ts';
import { EngineError } from '../../protocol/errors.ts';
import type {
  DeviceElementType,
  DeviceMemory,
  DeviceTensor,
  ElementType,
  Session,
  Tensor,
} from '../runtime.ts';
import { int64 } from '../runtime.ts';
import { copyGraph, zerosGraph } from '../copy-graphs.ts';
import type { Address, OrtLibrary } from './library.ts';
import type { ValueMaker } from './values.ts';

/** A tensor in a device's memory: a value of ONNX Runtime that its allocator made. */
class AllocatedTensor<T extends ElementType> implements DeviceTensor<T> {
  readonly place = 'device';
  readonly type: T;
  readonly dims: readonly number[];
  readonly bytes: number;
  readonly #onRelease: (value: Address) => void;
  #value: Address | undefined;

  constructor(type: T, dims: readonly number[], value: Address, onRelease: (value: Address) => void) {
    this.type = type;
    this.dims = dims;
    this.bytes = bytesOf(type as DeviceElementType, dims);
    this.#value = value;
    this.#onRelease = onRelease;
  }

  get value(): Address {
    if (this.#value === undefined) throw new EngineError('INTERNAL', 'A tensor was used after its release.');
    return this.#value;
  }

  release(): void {
    if (this.#value === undefined) return;
    this.#onRelease(this.#value);
    this.#value = undefined;
  }
}

/** What ONNX Runtime holds of a tensor on the device. @throws EngineError INTERNAL once it was released. */
export function allocatedValue(tensor: DeviceTensor): Address {
  if (tensor instanceof AllocatedTensor) return (tensor as AllocatedTensor<ElementType>).value;
  throw new EngineError('INTERNAL', 'A tensor of another runtime was fed.');
}

/** What device memory is made of. */
export interface DeviceMemoryParts {
  readonly library: OrtLibrary;
  readonly values: ValueMaker;
  /** The provider's name for its memory, for example `Cuda`. */
  readonly memoryName: string;
  /** Opens a small graph on the device. */
  open(model: Uint8Array): Promise<Session & { readonly address: Address }>;
}

/** `enum OrtAllocatorType`, `enum OrtMemType` */
const [deviceAllocator, defaultMemory] = [0, 0];

/**
 * Memory of a device through the C API: its allocator makes the tensors and gives them back at once. What is copied there and
 * back goes through graphs of one node, which every provider has.
 */
export class CApiDeviceMemory implements DeviceMemory {
  readonly #parts: DeviceMemoryParts;
  readonly #graphs = new Map<string, Promise<Session & { readonly address: Address }>>();
  #allocator: Promise<Address> | undefined;
  #usedBytes = 0;

  constructor(parts: DeviceMemoryParts) {
    this.#parts = parts;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** All devices that are had through the C API do. */
  computesFloat16(): Promise<boolean> {
    return Promise.resolve(true);
  }

  async allocate<T extends DeviceElementType>(type: T, dims: readonly number[]): Promise<DeviceTensor<T>> {
    const tensor = await this.#allocateUnset(type, dims);
    const zeros = await this.#graph(`zeros ${type} ${dims.length}`, () => zerosGraph(type, dims.length));
    await zeros.run({ x: int64(dims, [dims.length]) }, [], { y: tensor });
    return tensor;
  }

  async write(
    tensor: Tensor<'float32'>,
    to: { readonly type: DeviceElementType } | { readonly target: DeviceTensor } = { type: 'float32' },
  ): Promise<DeviceTensor> {
    const target = 'target' in to ? to.target : await this.#allocateUnset(to.type, tensor.dims);
    const type = target.type as DeviceElementType;
    const rank = tensor.dims.length;
    const copy = await this.#graph(`write ${type} ${rank}`, () => copyGraph('float32', type, rank));
    await copy.run({ x: tensor }, [], { y: target });
    return target;
  }

  async read(tensor: DeviceTensor): Promise<Tensor<'float32'>> {
    const type = tensor.type as DeviceElementType;
    const rank = tensor.dims.length;
    const copy = await this.#graph(`read ${type} ${rank}`, () => copyGraph(type, 'float32', rank));
    const { y } = await copy.run({ x: tensor }, ['y']);
    return y as Tensor<'float32'>;
  }

  async #allocateUnset<T extends DeviceElementType>(
    type: T,
    dims: readonly number[],
  ): Promise<DeviceTensor<T>> {
    const { library, values } = this.#parts;
    this.#allocator ??= this.#makeAllocator();
    const allocator = await this.#allocator;
    const bytes = bytesOf(type, dims);
    let value: Address;
    try {
      value = library.make(
        'CreateTensorAsOrtValue',
        allocator,
        BigInt64Array.from(dims, BigInt),
        dims.length,
        values.elementCode(type),
      );
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new EngineError('OUT_OF_MEMORY', `The device has no room for ${bytes} bytes: ${message}`, {
        cause,
      });
    }
    this.#usedBytes += bytes;
    return new AllocatedTensor(type, dims, value, (released) => {
      this.#usedBytes -= bytes;
      library.release('ReleaseValue', released);
    });
  }

  /** Allocators belong to a session on the device, which stays open with them. */
  async #makeAllocator(): Promise<Address> {
    const { library, memoryName } = this.#parts;
    const session = await this.#graph('allocator', () => zerosGraph('float32', 1));
    const memory = library.make('CreateMemoryInfo', memoryName, deviceAllocator, 0, defaultMemory);
    try {
      return library.make('CreateAllocator', session.address, memory);
    } finally {
      library.release('ReleaseMemoryInfo', memory);
    }
  }

  #graph(key: string, build: () => Uint8Array): Promise<Session & { readonly address: Address }> {
    const known = this.#graphs.get(key);
    if (known !== undefined) return known;
    const session = this.#parts.open(build());
    this.#graphs.set(key, session);
    return session;
  }
}

function bytesOf(type: DeviceElementType, dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, elementSizes[type]);
}
