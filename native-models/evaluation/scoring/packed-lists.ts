/** Lists start in blocks of so many numbers; a longer list has a block of its own. */
const blockLength = 2 ** 16;

/**
 * Keeps many short lists of numbers in a few large arrays: as arrays by themselves, they would cost several times as much
 * memory, and the garbage collector's time.
 */
export class PackedLists<Numbers extends Float64Array | Uint8Array> {
  readonly #makeBlock: (length: number) => Numbers;
  readonly #blocks: Numbers[] = [];
  #filled = blockLength;

  /** @param makeBlock an array of zeros */
  constructor(makeBlock: (length: number) => Numbers) {
    this.#makeBlock = makeBlock;
  }

  /** Keeps a list. @returns where it begins; with its length, `at` finds it again */
  add(values: ArrayLike<number>): number {
    if (this.#filled + values.length > blockLength) {
      this.#blocks.push(this.#makeBlock(Math.max(blockLength, values.length)));
      this.#filled = 0;
    }
    const block = this.#blocks.length - 1;
    const start = this.#filled;
    this.#blocks[block]?.set(values, start);
    this.#filled += values.length;
    return block * blockLength + start;
  }

  /** The list of so many numbers that begins there. It is a view: not to be written to. */
  at(start: number, length: number): Numbers {
    const block = this.#blocks[Math.floor(start / blockLength)] ?? this.#makeBlock(0);
    const first = start % blockLength;
    return block.subarray(first, first + length) as Numbers;
  }
}
