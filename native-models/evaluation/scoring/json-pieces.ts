/** A piece of a file that should be one JSON value, or the reason why there is none. */
export interface JsonPiece {
  /** Index in a list from 0, or line from 1. */
  readonly position: number;
  readonly text?: string;
  /** Why the file, or this piece of it, is broken. */
  readonly fault?: string;
}

/** Far above any sample, far below what would exhaust memory. */
export const maxPieceBytes = 64 * 1024 * 1024;

const byte = {
  newline: 0x0a,
  quote: 0x22,
  comma: 0x2c,
  openList: 0x5b,
  backslash: 0x5c,
  closeList: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;
/** 1 for the bytes that mean something outside of strings. */
const isMark = new Uint8Array(256);
for (const code of [
  byte.quote,
  byte.comma,
  byte.openList,
  byte.closeList,
  byte.openObject,
  byte.closeObject,
]) {
  isMark[code] = 1;
}
const byteOrderMark = '\ufeff';
const byteOrderMarkBytes: readonly number[] = [0xef, 0xbb, 0xbf];

/**
 * Cuts a JSON list into its elements without parsing them, so that a list of any length is read in constant memory. Only
 * bytes below 0x80 are looked at, which UTF-8 never uses inside a character. Our own code because a
 * streaming parser reports every token, where `JSON.parse` of a cut element is one native call.
 *
 * @param chunks the file's bytes, cut anywhere
 * @returns the elements, a batch a chunk; a fault that ends the list comes last
 */
export async function* listElements(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly JsonPiece[]> {
  const cutter = new ListCutter();
  for await (const chunk of chunks) {
    const pieces = cutter.feed(chunk);
    if (pieces.length > 0) yield pieces;
    if (cutter.failed) return;
  }
  const rest = cutter.end();
  if (rest.length > 0) yield rest;
}

/** Cuts JSONL into its lines; blank ones are left out. As `listElements` otherwise. */
export async function* lines(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly JsonPiece[]> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let position = 0;
  const take = (last: Buffer): JsonPiece[] => {
    const text = toText([...pending, last], ++position === 1);
    pending = [];
    pendingBytes = 0;
    return text === '' ? [] : [{ position, text }];
  };
  for await (const chunk of chunks) {
    const pieces: JsonPiece[] = [];
    let start = 0;
    for (let end = chunk.indexOf(byte.newline); end !== -1; end = chunk.indexOf(byte.newline, start)) {
      pieces.push(...take(chunk.subarray(start, end)));
      start = end + 1;
    }
    pending.push(chunk.subarray(start));
    pendingBytes += chunk.length - start;
    if (pieces.length > 0) yield pieces;
    if (pendingBytes > maxPieceBytes) {
      yield [{ position: position + 1, fault: `The line is longer than ${maxPieceBytes} bytes.` }];
      return;
    }
  }
  const rest = take(Buffer.alloc(0));
  if (rest.length > 0) yield rest;
}

class ListCutter {
  #phase: 'before' | 'inside' | 'after' | 'failed' = 'before';
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #position = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;

  get failed(): boolean {
    return this.#phase === 'failed';
  }

  feed(chunk: Buffer): JsonPiece[] {
    const pieces: JsonPiece[] = [];
    let start = 0;
    // Every byte of a file comes by here: what changes with each is kept in variables, not in fields.
    let depth = this.#depth;
    for (let index = 0; index < chunk.length; index++) {
      if (this.#inString) {
        index = this.#stringEnd(chunk, index);
        continue;
      }
      const code = chunk[index] ?? 0;
      if (this.#phase !== 'inside') {
        if (code <= 0x20 || (this.#phase === 'before' && byteOrderMarkBytes.includes(code))) continue;
        if (this.#phase === 'after')
          return [...pieces, this.#fail('There is text after the end of the list.')];
        if (code !== byte.openList) return [this.#fail('The file holds no list.')];
        this.#phase = 'inside';
        start = index + 1;
        continue;
      }
      index = nextMark(chunk, index);
      const mark = chunk[index];
      if (mark === byte.quote) this.#inString = true;
      else if (mark === byte.openList || mark === byte.openObject) depth++;
      else if (depth > 0) {
        if (mark === byte.closeList || mark === byte.closeObject) depth--;
      } else if (mark === byte.comma || mark === byte.closeList) {
        pieces.push(...this.#take(chunk.subarray(start, index), mark === byte.closeList));
        start = index + 1;
        if (mark === byte.closeList) this.#phase = 'after';
      }
    }
    this.#depth = depth;
    if (this.#phase === 'inside') {
      this.#pending.push(chunk.subarray(start));
      this.#pendingBytes += chunk.length - start;
      if (this.#pendingBytes > maxPieceBytes) {
        pieces.push(this.#fail(`The element is longer than ${maxPieceBytes} bytes.`));
      }
    }
    return pieces;
  }

  /** Where the string ends that `index` is in, or the chunk does. */
  #stringEnd(chunk: Buffer, index: number): number {
    let escaped = this.#escaped;
    for (; index < chunk.length; index++) {
      const code = chunk[index];
      if (escaped) escaped = false;
      else if (code === byte.backslash) escaped = true;
      else if (code === byte.quote) {
        this.#inString = false;
        break;
      }
    }
    this.#escaped = escaped;
    return index;
  }

  end(): JsonPiece[] {
    if (this.#phase === 'after') return [];
    if (this.#phase === 'before') return [this.#fail('The file holds no list.')];
    const rest = this.#take(Buffer.alloc(0), true);
    return [...rest, this.#fail('The file breaks off before the end of the list.')];
  }

  #take(last: Buffer, isLast: boolean): JsonPiece[] {
    const text = toText([...this.#pending, last], false);
    this.#pending = [];
    this.#pendingBytes = 0;
    if (text === '' && isLast && this.#position === 0) return [];
    const position = this.#position++;
    return [text === '' ? { position, fault: 'There is no element between commas.' } : { position, text }];
  }

  #fail(fault: string): JsonPiece {
    this.#phase = 'failed';
    return { position: this.#position, fault };
  }
}

/** The next byte at `from` or behind it that means something outside of strings; the chunk's length where there is none. */
function nextMark(chunk: Buffer, from: number): number {
  for (let index = from; index < chunk.length; index++) if (isMark[chunk[index] ?? 0] === 1) return index;
  return chunk.length;
}

function toText(parts: readonly Buffer[], mayHaveMark: boolean): string {
  const [only] = parts;
  const bytes = parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
  const text = bytes.toString('utf8');
  return (mayHaveMark && text.startsWith(byteOrderMark) ? text.slice(1) : text).trim();
}
