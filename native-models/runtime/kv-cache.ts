import { EngineError } from '../protocol/errors.ts';

/** Keys and values of the tokens a decoder has seen, wherever they are. */
export interface TokenCache {
  /** Tokens held. */
  readonly length: number;
  readonly capacity: number;
  /** Bytes reserved. */
  readonly bytes: number;
  /** Forgets all tokens from `length` on. */
  truncate(length: number): void;
  /** Gives the memory back at once; the cache cannot be used after it. */
  release(): void;
}

/**
 * Keys and values of the tokens a decoder has seen, one pair of growing row buffers per layer.
 *
 * Rows are (token, key-value heads × head size) row-major, so new rows are appended without touching old ones and a
 * prefix can be kept by cutting the length. Room is reserved once; the pages behind unused rows are never touched.
 */
export class KvCache implements TokenCache {
  readonly layers: number;
  /** Elements of one row: key-value heads × head size. */
  readonly rowSize: number;
  readonly capacity: number;
  readonly #keys: Float32Array<ArrayBuffer>[];
  readonly #values: Float32Array<ArrayBuffer>[];
  #length = 0;

  constructor(shape: { readonly layers: number; readonly rowSize: number; readonly capacity: number }) {
    this.layers = shape.layers;
    this.rowSize = shape.rowSize;
    this.capacity = shape.capacity;
    const reserve = () =>
      Array.from({ length: shape.layers }, () => new Float32Array(shape.capacity * shape.rowSize));
    this.#keys = reserve();
    this.#values = reserve();
  }

  /** Tokens held. */
  get length(): number {
    return this.#length;
  }

  /** Bytes reserved. */
  get bytes(): number {
    return 2 * this.layers * this.capacity * this.rowSize * Float32Array.BYTES_PER_ELEMENT;
  }

  /** Views of what a layer holds: (length, rowSize). */
  keys(layer: number): Float32Array {
    return this.#of(this.#keys, layer).subarray(0, this.#length * this.rowSize);
  }
  values(layer: number): Float32Array {
    return this.#of(this.#values, layer).subarray(0, this.#length * this.rowSize);
  }

  /** Appends the same number of rows to every layer; `read` gives a layer's new keys and values. */
  append(
    rows: number,
    read: (layer: number) => { readonly keys: Float32Array; readonly values: Float32Array },
  ): void {
    if (this.#length + rows > this.capacity) {
      throw new EngineError(
        'INTERNAL',
        `The cache holds ${this.capacity} tokens; ${this.#length + rows} were put in.`,
      );
    }
    const at = this.#length * this.rowSize;
    for (let layer = 0; layer < this.layers; layer++) {
      const { keys, values } = read(layer);
      this.#of(this.#keys, layer).set(keys, at);
      this.#of(this.#values, layer).set(values, at);
    }
    this.#length += rows;
  }

  /** Forgets all tokens from `length` on. */
  truncate(length: number): void {
    this.#length = Math.min(this.#length, Math.max(0, length));
  }

  /** A cache of another capacity that starts with this one's first `length` tokens. */
  copy(length: number, capacity: number): KvCache {
    const copied = new KvCache({ layers: this.layers, rowSize: this.rowSize, capacity });
    const elements = Math.min(length, this.#length) * this.rowSize;
    copied.append(Math.min(length, this.#length), (layer) => ({
      keys: this.#of(this.#keys, layer).subarray(0, elements),
      values: this.#of(this.#values, layer).subarray(0, elements),
    }));
    return copied;
  }

  /**
   * Gives the memory back at once: hundreds of megabytes that the garbage collector may not miss for a while. The cache
   * cannot be used after it.
   */
  release(): void {
    for (const buffer of [...this.#keys, ...this.#values]) buffer.buffer.transfer(0);
    this.#length = 0;
  }

  #of(buffers: readonly Float32Array<ArrayBuffer>[], layer: number): Float32Array<ArrayBuffer> {
    const buffer = buffers[layer];
    if (buffer === undefined) throw new EngineError('INTERNAL', `The cache has no layer ${layer}.`);
    return buffer;
  }
}
