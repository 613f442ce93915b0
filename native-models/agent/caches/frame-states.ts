import { rowsInMemory, rowsOnDevice, type DeviceRows, type Rows } from '../../architectures/device-rows.ts';
import type { DeviceTensor } from '../../runtime/runtime.ts';

/** Which frame pair each row of some states belongs to, −1 for text. */
export type PairOfRow = (row: number) => number;

/**
 * Mean state before the final norm of each frame pair's visual tokens: the frame tokens of the grounding head
 * (VideoMind, grounder). Filled while a prompt is read, chunk by chunk.
 */
export interface FrameStates {
  /** (pairs, hidden) */
  readonly means: Rows;
  readonly bytes: number;
  /** Adds states (rows, hidden) of visual tokens to the means of their pairs; on a device padding may come before the rows. */
  add(states: Rows, rows: number, pairOf: PairOfRow): Promise<void>;
  /** Forgets all pairs from `pairs` on. */
  truncate(pairs: number): Promise<void>;
  /** The same states with room for another number of pairs; these ones are gone after it. */
  resized(pairs: number): Promise<FrameStates>;
  release(): void;
}

/** The means in this process's memory. */
export class MemoryFrameStates implements FrameStates {
  readonly #tokensPerPair: number;
  readonly #hiddenSize: number;
  /** (pairs, hidden) */
  readonly #means: Float32Array;

  constructor(pairs: number, tokensPerPair: number, hiddenSize: number) {
    this.#tokensPerPair = tokensPerPair;
    this.#hiddenSize = hiddenSize;
    this.#means = new Float32Array(pairs * hiddenSize);
  }

  get means(): Float32Array {
    return this.#means;
  }

  get bytes(): number {
    return this.#means.byteLength;
  }

  add(given: Rows, rows: number, pairOf: PairOfRow): Promise<void> {
    const states = rowsInMemory(given);
    for (let row = 0; row < rows; row++) {
      const pair = pairOf(row);
      if (pair < 0) continue;
      const state = states.subarray(row * this.#hiddenSize, (row + 1) * this.#hiddenSize);
      const mean = this.#means.subarray(pair * this.#hiddenSize, (pair + 1) * this.#hiddenSize);
      for (let index = 0; index < this.#hiddenSize; index++) {
        mean[index] = (mean[index] ?? 0) + (state[index] ?? 0) / this.#tokensPerPair;
      }
    }
    return Promise.resolve();
  }

  truncate(pairs: number): Promise<void> {
    this.#means.fill(0, pairs * this.#hiddenSize);
    return Promise.resolve();
  }

  resized(pairs: number): Promise<FrameStates> {
    if (pairs * this.#hiddenSize === this.#means.length) return Promise.resolve(this);
    const resized = new MemoryFrameStates(pairs, this.#tokensPerPair, this.#hiddenSize);
    resized.#means.set(this.#means.subarray(0, resized.#means.length));
    return Promise.resolve(resized);
  }

  release(): void {
    // Memory is collected by itself.
  }
}

/** The means on the device: each chunk adds a product of weights, which go there, and its states, which are there. */
export class DeviceFrameStates implements FrameStates {
  readonly bytes: number;
  readonly #pairs: number;
  readonly #tokensPerPair: number;
  readonly #rows: DeviceRows;
  #means: DeviceTensor;
  /** A sum cannot be written over what it is made of. */
  #next: DeviceTensor;

  private constructor(
    pairs: number,
    tokensPerPair: number,
    rows: DeviceRows,
    buffers: readonly [DeviceTensor, DeviceTensor],
  ) {
    this.#pairs = pairs;
    this.#tokensPerPair = tokensPerPair;
    this.#rows = rows;
    [this.#means, this.#next] = buffers;
    this.bytes = 2 * this.#means.bytes;
  }

  static async create(pairs: number, tokensPerPair: number, rows: DeviceRows): Promise<DeviceFrameStates> {
    const means = await rows.allocate(pairs);
    return new DeviceFrameStates(pairs, tokensPerPair, rows, [means, await rows.allocate(pairs)]);
  }

  get means(): DeviceTensor {
    return this.#means;
  }

  async add(given: Rows, rows: number, pairOf: PairOfRow): Promise<void> {
    const states = rowsOnDevice(given);
    const [length = rows] = states.dims;
    const weights = new Float32Array(this.#pairs * length);
    let isNeeded = false;
    for (let row = 0; row < rows; row++) {
      const pair = pairOf(row);
      if (pair < 0) continue;
      weights[pair * length + (length - rows) + row] = 1 / this.#tokensPerPair;
      isNeeded = true;
    }
    if (!isNeeded) return;
    await this.#rows.accumulate(this.#means, weights, states, this.#next);
    [this.#means, this.#next] = [this.#next, this.#means];
  }

  async truncate(pairs: number): Promise<void> {
    await this.#pick(pairs, this.#pairs);
  }

  async resized(pairs: number): Promise<FrameStates> {
    if (pairs === this.#pairs) return this;
    await this.#pick(Math.min(pairs, this.#pairs), pairs);
    this.#next.release();
    return new DeviceFrameStates(pairs, this.#tokensPerPair, this.#rows, [
      this.#means,
      await this.#rows.allocate(pairs),
    ]);
  }

  release(): void {
    this.#means.release();
    this.#next.release();
  }

  /** Keeps the first pairs and follows them with zeros, `total` in all. */
  async #pick(kept: number, total: number): Promise<void> {
    const zero = new Float32Array(this.#means.dims[1] ?? 0);
    const picks = Int32Array.from({ length: total }, (_, pair) => (pair < kept ? pair : this.#pairs));
    const picked = await this.#rows.gather([this.#means, zero], picks);
    this.#means.release();
    this.#means = picked;
  }
}
