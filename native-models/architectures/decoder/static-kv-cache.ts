import { EngineError } from '../../protocol/errors.ts';
import type { TokenCache } from '../../runtime/kv-cache.ts';
import type { DeviceElementType, DeviceMemory, DeviceTensor } from '../../runtime/runtime.ts';
import type { DecoderConfig } from './config.ts';
import { allocateBuffers } from './device-kv-cache.ts';

/** Keys and values by the graph's output names, `keys.i` and `values.i`. */
type Buffers = Readonly<Record<string, DeviceTensor>>;

/** Smallest capacity that a graph is compiled for. */
const smallestCapacity = 1024;

/** The capacity that graphs are compiled for where so many tokens are to be held: few of them, so that little is compiled. */
export function staticCapacity(tokens: number): number {
  return Math.max(smallestCapacity, 2 ** Math.ceil(Math.log2(tokens)));
}

/**
 * Keys and values on a device whose graphs are compiled for one capacity and do not write over what they read: two sets of buffers
 * (1, key-value heads, capacity, head size), of which a pass reads one and writes the other.
 */
export class StaticKvCache implements TokenCache {
  readonly capacity: number;
  readonly #memory: DeviceMemory;
  readonly #config: DecoderConfig;
  readonly #type: DeviceElementType;
  #sets: { readonly capacity: number; readonly now: Buffers; readonly next: Buffers } | undefined;
  #length = 0;
  #isReleased = false;

  constructor(memory: DeviceMemory, config: DecoderConfig, type: DeviceElementType, capacity: number) {
    this.#memory = memory;
    this.#config = config;
    this.#type = type;
    this.capacity = staticCapacity(capacity);
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): number {
    const { layers, keyValueHeads, headSize } = this.#config;
    const tokens = this.#sets?.capacity ?? this.capacity;
    return 2 * 2 * layers * keyValueHeads * tokens * headSize * (this.#type === 'float16' ? 2 : 4);
  }

  /**
   * What a pass of graphs compiled for `capacity`, not less than the cache's own, reads and writes.
   * @param enlarge Copies the first of two buffers to the start of the second, which is larger and holds zeros.
   * @throws EngineError OUT_OF_MEMORY
   */
  async buffers(
    capacity: number,
    enlarge: (from: DeviceTensor, to: DeviceTensor) => Promise<void>,
  ): Promise<{ readonly now: Buffers; readonly next: Buffers }> {
    if (this.#isReleased) throw new EngineError('INTERNAL', 'A cache was used after its release.');
    if (this.#sets?.capacity === capacity) return this.#sets;
    const make = () => allocateBuffers(this.#memory, this.#config, this.#type, capacity);
    const before = this.#sets;
    if (before !== undefined) releaseAll(before.next);
    const now = await make();
    if (before !== undefined) {
      for (const [name, from] of Object.entries(before.now)) await enlarge(from, now[name] as DeviceTensor);
      releaseAll(before.now);
    }
    this.#sets = { capacity, now, next: await make() };
    return this.#sets;
  }

  /** @throws EngineError INTERNAL when so many more rows are beyond the capacity */
  requireRoom(rows: number): void {
    if (this.#length + rows <= this.capacity) return;
    throw new EngineError(
      'INTERNAL',
      `The cache holds ${this.capacity} tokens; ${this.#length + rows} were put in.`,
    );
  }

  /** What was written by a pass is what the next one reads; it put in so many rows. */
  grow(rows: number): void {
    if (this.#sets === undefined) return;
    const { capacity, now, next } = this.#sets;
    this.#sets = { capacity, now: next, next: now };
    this.#length += rows;
  }

  truncate(length: number): void {
    this.#length = Math.min(this.#length, Math.max(0, length));
  }

  release(): void {
    for (const buffers of [this.#sets?.now, this.#sets?.next]) releaseAll(buffers ?? {});
    this.#sets = undefined;
    this.#length = 0;
    this.#isReleased = true;
  }
}

function releaseAll(buffers: Buffers): void {
  for (const buffer of Object.values(buffers)) buffer.release();
}
