import { EngineError } from '../../protocol/errors.ts';
import type { ElementType, Tensor } from '../runtime.ts';
import type { Address, OrtLibrary } from './library.ts';

/** `enum ONNXTensorElementDataType`, of the types that cross the border of a session. */
const elementCodes: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
};
const elementNames = new Map(
  Object.entries(elementCodes).map(([name, code]) => [code, name as ElementType] as const),
);

const arrays = {
  float32: Float32Array,
  float16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/** What stands for the elements of a tensor without any: C is given an address, though nothing is read from it. */
const noElements = new Uint8Array(64);

/** Makes values of ONNX Runtime from tensors in this process's memory and the other way round. */
export class ValueMaker {
  readonly #library: OrtLibrary;
  /** What describes this process's memory. */
  readonly memory: Address;
  /** Tensors that were fed once: what is fed again (adapters, hundreds of them with every token) keeps its value. */
  readonly #fed = new WeakSet<Tensor>();
  readonly #kept = new WeakMap<Tensor, Address>();
  readonly #collected: FinalizationRegistry<Address>;

  constructor(library: OrtLibrary) {
    this.#library = library;
    const [arenaAllocator, defaultMemory] = [1, 0];
    this.memory = library.make('CreateCpuMemoryInfo', arenaAllocator, defaultMemory);
    this.#collected = new FinalizationRegistry((value) => library.release('ReleaseValue', value));
  }

  /** A value over the tensor's own memory. `isKept`: it lives as long as the tensor; else the caller releases it. */
  wrap(tensor: Tensor): { readonly value: Address; readonly isKept: boolean } {
    const kept = this.#kept.get(tensor);
    if (kept !== undefined) return { value: kept, isKept: true };
    const { data, dims, type } = tensor;
    const value = this.#library.make(
      'CreateTensorWithDataAsOrtValue',
      this.memory,
      data.length === 0 ? noElements : data,
      data.byteLength,
      BigInt64Array.from(dims, BigInt),
      dims.length,
      elementCodes[type],
    );
    if (!this.#fed.has(tensor)) {
      this.#fed.add(tensor);
      return { value, isKept: false };
    }
    this.#kept.set(tensor, value);
    this.#collected.register(tensor, value);
    return { value, isKept: true };
  }

  /** Copies a value in this process's memory into a tensor. */
  read(value: Address): Tensor {
    const library = this.#library;
    const info = library.make('GetTensorTypeAndShape', value);
    try {
      const code = new Int32Array(1);
      library.call('GetTensorElementType', info, code);
      const type = elementNames.get(code[0] ?? 0);
      if (type === undefined) {
        throw new EngineError('PACKAGE_DAMAGED', `A graph gave elements of the unknown type ${code[0]}.`);
      }
      const rank = new BigUint64Array(1);
      library.call('GetDimensionsCount', info, rank);
      const shape = new BigInt64Array(Number(rank[0]));
      if (shape.length > 0) library.call('GetDimensions', info, shape, shape.length);
      const dims = Array.from(shape, Number);
      const array = arrays[type];
      const count = dims.reduce((product, dim) => product * dim, 1);
      const bytes = library.read(
        library.make('GetTensorMutableData', value),
        count * array.BYTES_PER_ELEMENT,
      );
      return {
        type,
        dims,
        data: new array(bytes.buffer, bytes.byteOffset, count),
      };
    } finally {
      library.release('ReleaseTensorTypeAndShapeInfo', info);
    }
  }

  elementCode(type: ElementType): number {
    return elementCodes[type];
  }
}
