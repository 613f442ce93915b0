/**
 * Mean state before the final norm of each frame pair's visual tokens: the frame tokens of the grounding head
 * (VideoMind, grounder). Filled while a prompt is read, row by row.
 */
export class FrameStates {
  readonly #tokensPerPair: number;
  readonly #hiddenSize: number;
  /** (pairs, hidden) */
  readonly #means: Float32Array;

  constructor(pairs: number, tokensPerPair: number, hiddenSize: number) {
    this.#tokensPerPair = tokensPerPair;
    this.#hiddenSize = hiddenSize;
    this.#means = new Float32Array(pairs * hiddenSize);
  }

  /** (pairs, hidden) */
  get means(): Float32Array {
    return this.#means;
  }

  get bytes(): number {
    return this.#means.byteLength;
  }

  /** Adds the state (hidden) of one of a pair's visual tokens. */
  add(pair: number, state: Float32Array): void {
    const mean = this.#means.subarray(pair * this.#hiddenSize, (pair + 1) * this.#hiddenSize);
    for (let index = 0; index < this.#hiddenSize; index++) {
      mean[index] = (mean[index] ?? 0) + (state[index] ?? 0) / this.#tokensPerPair;
    }
  }

  /** Forgets all pairs from `pairs` on. */
  truncate(pairs: number): void {
    this.#means.fill(0, pairs * this.#hiddenSize);
  }

  /** The same states with room for another number of pairs. */
  resized(pairs: number): FrameStates {
    if (pairs * this.#hiddenSize === this.#means.length) return this;
    const resized = new FrameStates(pairs, this.#tokensPerPair, this.#hiddenSize);
    resized.#means.set(this.#means.subarray(0, resized.#means.length));
    return resized;
  }
}
