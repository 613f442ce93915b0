import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

const sampleCount = 16;
const sampleBytes = 65_536;

/**
 * A key that changes with the file's content: a hash of its size, its time of change and samples from all over it. A full
 * hash of a long video would take longer than finding an answer in it.
 */
export async function fileIdentity(file: FileHandle): Promise<string> {
  const { size, mtimeNs } = await file.stat({ bigint: true });
  const hash = createHash('sha256').update(`${size} ${mtimeNs}`);
  const lastStart = Math.max(Number(size) - sampleBytes, 0);
  const buffer = Buffer.alloc(sampleBytes);
  for (let sample = 0; sample < sampleCount; sample++) {
    const position = Math.floor((lastStart * sample) / (sampleCount - 1));
    const { bytesRead } = await file.read(buffer, 0, sampleBytes, position);
    hash.update(buffer.subarray(0, bytesRead));
  }
  return hash.digest('hex');
}
