/** Values that a pickle of plain data holds. */
export type PickledValue =
  null | boolean | number | string | readonly PickledValue[] | ReadonlyMap<PickledValue, PickledValue>;

const opcode = {
  mark: 0x28,
  stop: 0x2e,
  none: 0x4e,
  newTrue: 0x88,
  newFalse: 0x89,
  binInt: 0x4a,
  binInt1: 0x4b,
  binInt2: 0x4d,
  binFloat: 0x47,
  long1: 0x8a,
  shortBinUnicode: 0x8c,
  binUnicode: 0x58,
  binUnicode8: 0x8d,
  emptyList: 0x5d,
  append: 0x61,
  appends: 0x65,
  emptyDict: 0x7d,
  setItem: 0x73,
  setItems: 0x75,
  emptyTuple: 0x29,
  tuple: 0x74,
  tuple1: 0x85,
  tuple2: 0x86,
  tuple3: 0x87,
  binPut: 0x71,
  longBinPut: 0x72,
  binGet: 0x68,
  longBinGet: 0x6a,
  memoize: 0x94,
  frame: 0x95,
  protocol: 0x80,
} as const;

type Mutable = PickledValue | PickledValue[] | Map<PickledValue, PickledValue>;

/**
 * Reads a Python pickle (binary protocols 2 to 5) that holds plain data: lists, tuples, dicts, text and numbers. Nothing
 * in it is ever run: an opcode that would name or make an object is an error. Our own code because the one library there
 * is looks abandoned and makes objects.
 *
 * @throws RangeError, SyntaxError for anything else
 */
export function readPickle(bytes: Buffer): PickledValue {
  return new PickleReader(bytes).read();
}

class PickleReader {
  readonly #bytes: Buffer;
  #offset = 0;
  #stack: Mutable[] = [];
  readonly #outer: Mutable[][] = [];
  readonly #memo = new Map<number, Mutable>();

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  read(): PickledValue {
    for (;;) {
      const code = this.#bytes.readUInt8(this.#take(1));
      if (code === opcode.stop) return this.#pop();
      this.#step(code);
    }
  }

  #step(code: number): void {
    switch (code) {
      case opcode.protocol:
        this.#take(1);
        return;
      case opcode.frame:
        this.#take(8);
        return;
      case opcode.mark:
        this.#outer.push(this.#stack);
        this.#stack = [];
        return;
      case opcode.emptyList:
      case opcode.emptyTuple:
        this.#stack.push([]);
        return;
      case opcode.emptyDict:
        this.#stack.push(new Map());
        return;
      case opcode.tuple:
        this.#stack.push(this.#sinceMark());
        return;
      case opcode.tuple1:
      case opcode.tuple2:
      case opcode.tuple3:
        this.#stack.push(this.#last(code - opcode.tuple1 + 1));
        return;
      case opcode.append:
        this.#extend([this.#pop()]);
        return;
      case opcode.appends:
        this.#extend(this.#sinceMark());
        return;
      case opcode.setItem:
        this.#assign(this.#last(2));
        return;
      case opcode.setItems:
        this.#assign(this.#sinceMark());
        return;
      case opcode.binPut:
        this.#memo.set(this.#bytes.readUInt8(this.#take(1)), this.#top());
        return;
      case opcode.longBinPut:
        this.#memo.set(this.#bytes.readUInt32LE(this.#take(4)), this.#top());
        return;
      case opcode.memoize:
        this.#memo.set(this.#memo.size, this.#top());
        return;
      case opcode.binGet:
        this.#stack.push(this.#recall(this.#bytes.readUInt8(this.#take(1))));
        return;
      case opcode.longBinGet:
        this.#stack.push(this.#recall(this.#bytes.readUInt32LE(this.#take(4))));
        return;
      default:
        this.#stack.push(this.#scalar(code));
    }
  }

  #scalar(code: number): PickledValue {
    switch (code) {
      case opcode.none:
        return null;
      case opcode.newTrue:
        return true;
      case opcode.newFalse:
        return false;
      case opcode.binInt:
        return this.#bytes.readInt32LE(this.#take(4));
      case opcode.binInt1:
        return this.#bytes.readUInt8(this.#take(1));
      case opcode.binInt2:
        return this.#bytes.readUInt16LE(this.#take(2));
      case opcode.binFloat:
        return this.#bytes.readDoubleBE(this.#take(8));
      case opcode.long1: {
        const length = this.#bytes.readUInt8(this.#take(1));
        if (length === 0) return 0;
        if (length > 6) throw new RangeError('The pickle holds a number too large for JavaScript.');
        return this.#bytes.readIntLE(this.#take(length), length);
      }
      case opcode.shortBinUnicode:
        return this.#text(this.#bytes.readUInt8(this.#take(1)));
      case opcode.binUnicode:
        return this.#text(this.#bytes.readUInt32LE(this.#take(4)));
      case opcode.binUnicode8:
        return this.#text(Number(this.#bytes.readBigUInt64LE(this.#take(8))));
      default:
        throw new SyntaxError(
          `The pickle holds more than plain data: opcode ${code} at byte ${this.#offset - 1}.`,
        );
    }
  }

  /** Moves on by so many bytes. @returns where they begin */
  #take(count: number): number {
    const start = this.#offset;
    if (count > this.#bytes.length - start) throw new RangeError('The pickle breaks off.');
    this.#offset += count;
    return start;
  }

  #text(length: number): string {
    const start = this.#take(length);
    return this.#bytes.toString('utf8', start, start + length);
  }

  #pop(): Mutable {
    const value = this.#stack.pop();
    if (value === undefined) throw new SyntaxError('The pickle takes more values than it holds.');
    return value;
  }

  #top(): Mutable {
    const value = this.#stack.at(-1);
    if (value === undefined) throw new SyntaxError('The pickle takes more values than it holds.');
    return value;
  }

  #last(count: number): Mutable[] {
    return Array.from({ length: count }, () => this.#pop()).reverse();
  }

  #sinceMark(): Mutable[] {
    const values = this.#stack;
    const outer = this.#outer.pop();
    if (outer === undefined) throw new SyntaxError('The pickle closes what it did not open.');
    this.#stack = outer;
    return values;
  }

  #recall(key: number): Mutable {
    const value = this.#memo.get(key);
    if (value === undefined) throw new SyntaxError('The pickle refers to what it does not hold.');
    return value;
  }

  #extend(values: readonly Mutable[]): void {
    const list = this.#top();
    if (!Array.isArray(list)) throw new SyntaxError('The pickle appends to what is no list.');
    for (const value of values) list.push(value);
  }

  #assign(pairs: readonly Mutable[]): void {
    const map = this.#top();
    if (!(map instanceof Map) || pairs.length % 2 !== 0) {
      throw new SyntaxError('The pickle sets items of what is no dict.');
    }
    for (let index = 0; index < pairs.length; index += 2)
      map.set(pairs[index] ?? null, pairs[index + 1] ?? null);
  }
}
