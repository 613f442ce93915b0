const marker = 0xff;
const endOfImage = 0xd9;
const startOfScan = 0xda;

/** Cuts JPEG pictures that come one behind another, in pieces of any size, apart (ITU T.81, annex B). */
export class JpegStream {
  #rest: Buffer = Buffer.alloc(0);

  /** The pictures that are complete with what has come now. */
  push(bytes: Uint8Array): readonly Uint8Array[] {
    this.#rest = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes]);
    const pictures: Uint8Array[] = [];
    for (let end = endOfPicture(this.#rest); end !== undefined; end = endOfPicture(this.#rest)) {
      pictures.push(this.#rest.subarray(0, end));
      this.#rest = this.#rest.subarray(end);
    }
    return pictures;
  }
}

/** Where the first picture ends; undefined where not all of it is there. */
function endOfPicture(bytes: Buffer): number | undefined {
  // Behind the mark that begins it stand segments that say how long they are, up to the coded data.
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at + 1] !== startOfScan) at += 2 + bytes.readUInt16BE(at + 2);
  for (
    at = bytes.indexOf(marker, at + 2);
    at !== -1 && at + 1 < bytes.length;
    at = bytes.indexOf(marker, at + 1)
  ) {
    if (bytes[at + 1] === endOfImage) return at + 2;
  }
  return undefined;
}
