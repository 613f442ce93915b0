import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import type { AvcFrames, Video } from './video.ts';

/** NAL units that hold a picture: of other pictures (1), or by itself (5). (ITU-T H.264, table 7-1.) */
const pictureTypes = new Set([1, 5]);
/** Before its picture a frame has at most a few units of settings and notes. */
const mostUnits = 16;

/**
 * Which of these frames others are predicted from. To reach such a frame a decoder may leave out all frames that nothing
 * is predicted from (a third to a half of most files), and still gets the same pixels.
 *
 * Read from the headers of the coded pictures. Only for H.264 in mp4 and mov files; where anything is unusual a frame
 * counts as one that nothing is predicted from, which is always safe.
 */
export async function findReferencePictures(
  video: Video,
  frameIndices: readonly number[],
): Promise<ReadonlySet<number>> {
  const avc = video.seekIndex?.avc;
  const found = new Set<number>();
  if (avc === undefined) return found;
  try {
    await using file = await open(video.path, 'r');
    for (const frameIndex of frameIndices) {
      if (await isReference(file, avc, frameIndex)) found.add(frameIndex);
    }
  } catch {
    found.clear(); // a file that cannot be read any more: decoding tells why
  }
  return found;
}

async function isReference(file: FileHandle, avc: AvcFrames, frameIndex: number): Promise<boolean> {
  const { lengthBytes } = avc;
  let offset = avc.offsets[frameIndex] ?? 0;
  const end = offset + (avc.sizes[frameIndex] ?? 0);
  const header = Buffer.alloc(lengthBytes + 1);
  for (let unit = 0; unit < mostUnits && offset + header.length <= end; unit++) {
    const { bytesRead } = await file.read(header, 0, header.length, offset);
    if (bytesRead < header.length) return false;
    const first = header.readUInt8(lengthBytes);
    if (pictureTypes.has(first & 0x1f)) return (first & 0x60) !== 0;
    offset += lengthBytes + header.readUIntBE(0, lengthBytes);
  }
  return false;
}
