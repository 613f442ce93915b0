import { EngineError } from '../../protocol/errors.ts';
import type { TokenCache } from '../../runtime/kv-cache.ts';
import type { DeviceElementType, DeviceMemory, DeviceTensor } from '../../runtime/runtime.ts';
import type { DecoderConfig } from './config.ts';

/** Buffers of zeros by the graph's output names, `keys.i` and `values.i`. @throws EngineError OUT_OF_MEMORY; none is left then */
export async function allocateBuffers(
  memory: DeviceMemory,
  { layers, keyValueHeads, headSize }: DecoderConfig,
  type: DeviceElementType,
  capacity: number,
): Promise<Record<string, DeviceTensor>> {
  const dims = [1, keyValueHeads, capacity, headSize];
  const buffers: Record<string, DeviceTensor> = {};
  try {
    for (let layer = 0; layer < layers; layer++) {
      for (const part of ['keys', 'values']) buffers[`${part}.${layer}`] = await memory.allocate(type, dims);
    }
  } catch (error) {
    for (const buffer of Object.values(buffers)) buffer.release();
    throw error;
  }
  return buffers;
}

/** Room is taken in whole steps, so that few shapes are in use and a device can use memory again. */
const capacityStep = 64;

/**
 * Keys and values on the device: per layer two buffers (1, key-value heads, capacity, head size) that attention reads and
 * writes in place. Their length is kept here, so cutting off costs nothing. The memory is taken when it is first used.
 */
export class DeviceKvCache implements TokenCache {
  readonly capacity: number;
  readonly bytes: number;
  readonly #memory: DeviceMemory;
  readonly #config: DecoderConfig;
  readonly #type: DeviceElementType;
  #buffers: Record<string, DeviceTensor> | undefined;
  #length = 0;
  #isReleased = false;

  constructor(memory: DeviceMemory, config: DecoderConfig, type: DeviceElementType, capacity: number) {
    this.#memory = memory;
    this.#config = config;
    this.#type = type;
    this.capacity = Math.ceil(capacity / capacityStep) * capacityStep;
    const elements = config.keyValueHeads * this.capacity * config.headSize;
    this.bytes = 2 * config.layers * elements * (type === 'float16' ? 2 : 4);
  }

  get length(): number {
    return this.#length;
  }

  /** The buffers by the graph's output names, `keys.i` and `values.i`. @throws EngineError OUT_OF_MEMORY */
  async buffers(): Promise<Readonly<Record<string, DeviceTensor>>> {
    if (this.#isReleased) throw new EngineError('INTERNAL', 'A cache was used after its release.');
    if (this.#buffers !== undefined) return this.#buffers;
    this.#buffers = await allocateBuffers(this.#memory, this.#config, this.#type, this.capacity);
    return this.#buffers;
  }

  /** @throws EngineError INTERNAL when so many more rows are beyond the capacity */
  requireRoom(rows: number): void {
    if (this.#length + rows > this.capacity) {
      throw new EngineError(
        'INTERNAL',
        `The cache holds ${this.capacity} tokens; ${this.#length + rows} were put in.`,
      );
    }
  }

  /** Counts rows that attention has put behind those that were there. */
  grow(rows: number): void {
    this.#length += rows;
  }

  truncate(length: number): void {
    this.#length = Math.min(this.#length, Math.max(0, length));
  }

  release(): void {
    for (const buffer of Object.values(this.#buffers ?? {})) buffer.release();
    this.#buffers = undefined;
    this.#length = 0;
    this.#isReleased = true;
  }
}
