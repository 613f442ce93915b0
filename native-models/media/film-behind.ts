import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { throwIfCancelled } from '../protocol/errors.ts';

/** So much is read at once: headers lie a frame apart. */
const aheadBytes = 1 << 20;

/**
 * True where another file of the same container stands behind the first one and nobody reads on to it: players and ffmpeg
 * end with the first, without a word. Told of Flash video and Windows Media; of MP4 the outline tells (iso-packets.ts), and
 * other containers are read on.
 * @param container ffmpeg's name of it.
 * @throws EngineError CANCELLED; what reading the file throws.
 */
export async function hasFilmBehind(
  videoPath: string,
  container: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const walk = { flv: walkFlashTags, asf: walkMediaObjects }[container];
  if (walk === undefined) return false;
  await using file = await open(videoPath, 'r');
  return await walk(new FileWindow(file, (await file.stat()).size, signal));
}

/** Bytes of a file by their place, read ahead. */
class FileWindow {
  readonly #file: FileHandle;
  readonly sizeBytes: number;
  readonly #signal: AbortSignal | undefined;
  #start = 0;
  #bytes = Buffer.alloc(0);

  constructor(file: FileHandle, sizeBytes: number, signal: AbortSignal | undefined) {
    this.#file = file;
    this.sizeBytes = sizeBytes;
    this.#signal = signal;
  }

  /** Undefined where the file ends before. */
  async at(place: number, length: number): Promise<Buffer | undefined> {
    if (place + length > this.sizeBytes) return undefined;
    if (place < this.#start || place + length > this.#start + this.#bytes.length) {
      throwIfCancelled(this.#signal);
      const { buffer, bytesRead } = await this.#file.read(Buffer.alloc(aheadBytes), 0, aheadBytes, place);
      this.#start = place;
      this.#bytes = buffer.subarray(0, bytesRead);
    }
    const from = place - this.#start;
    return from + length > this.#bytes.length ? undefined : this.#bytes.subarray(from, from + length);
  }
}

const flashHeader = Buffer.from('FLV\u0001', 'latin1');
const flashTagBytes = 11;
const lengthBytes = 4;

/** Tags in a row, each followed by its length; where one should be stands the header of another file. */
async function walkFlashTags(file: FileWindow): Promise<boolean> {
  const header = await file.at(0, 9);
  let place = (header?.readUInt32BE(5) ?? file.sizeBytes) + lengthBytes;
  for (;;) {
    const tag = await file.at(place, flashTagBytes);
    if (tag === undefined) return false;
    if (tag.subarray(0, 4).equals(flashHeader)) return true;
    // Sound, pictures, script data: anything else is no tag, and what follows cannot be told.
    if (![8, 9, 18].includes(tag.readUInt8(0) & 0x1f)) return false;
    place += flashTagBytes + tag.readUIntBE(1, 3) + lengthBytes;
  }
}

/** The identifier of the object that such a file begins with. */
const mediaHeader = Buffer.from('3026b2758e66cf11a6d900aa0062ce6c', 'hex');
const identifierBytes = 16;

/** Objects in a row, each with its length; a file has one header alone. */
async function walkMediaObjects(file: FileWindow): Promise<boolean> {
  let headers = 0;
  for (let place = 0; ;) {
    const object = await file.at(place, identifierBytes + 8);
    if (object === undefined) return false;
    if (object.subarray(0, identifierBytes).equals(mediaHeader)) headers++;
    if (headers > 1) return true;
    const length = Number(object.readBigUInt64LE(identifierBytes));
    if (length < identifierBytes + 8) return false;
    place += length;
  }
}
