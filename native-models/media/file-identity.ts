import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { EngineError } from '../protocol/errors.ts';
import { isLfsPointer, lfsPointerError } from '../protocol/lfs-pointer.ts';

const sampleCount = 16;
const sampleBytes = 65_536;

/**
 * A key that changes with the file's content: a hash of its size, its time of change and samples from all over it. A full
 * hash of a long video would take longer than finding an answer in it.
 */
export async function fileIdentity(file: FileHandle): Promise<string> {
  const { size, mtimeNs } = await file.stat({ bigint: true });
  return await hashOfSamples(file, Number(size), `${size} ${mtimeNs}`);
}

/** As `fileIdentity`, the same for every copy of a file, wherever and whenever it was made: 40 hexadecimal digits. */
export async function contentIdentity(file: FileHandle): Promise<string> {
  const { size } = await file.stat();
  return (await hashOfSamples(file, size, `${size}`)).slice(0, 40);
}

async function hashOfSamples(file: FileHandle, size: number, prefix: string): Promise<string> {
  const hash = createHash('sha256').update(prefix);
  const lastStart = Math.max(size - sampleBytes, 0);
  const buffer = Buffer.alloc(sampleBytes);
  for (let sample = 0; sample < sampleCount; sample++) {
    const position = Math.floor((lastStart * sample) / (sampleCount - 1));
    const { bytesRead } = await file.read(buffer, 0, sampleBytes, position);
    hash.update(buffer.subarray(0, bytesRead));
  }
  return hash.digest('hex');
}

/**
 * The identity of a video file.
 * @throws EngineError VIDEO_NOT_FOUND, VIDEO_NOT_RECOGNIZED, VIDEO_EMPTY, VIDEO_UNREADABLE.
 */
export function identifyVideo(videoPath: string): Promise<string> {
  return withVideoFile(videoPath, fileIdentity);
}

/** The content identity of a video file. @throws EngineError as `identifyVideo`. */
export function identifyVideoContent(videoPath: string): Promise<string> {
  return withVideoFile(videoPath, contentIdentity);
}

/** The identity of one stream of a file that has several, where somebody chose it. */
export function identityOfStream(identity: string, videoStream: number): string {
  return createHash('sha256').update(`${identity} stream ${videoStream}`).digest('hex');
}

async function withVideoFile(
  videoPath: string,
  work: (file: FileHandle) => Promise<string>,
): Promise<string> {
  try {
    await using file = await open(videoPath, 'r');
    const stat = await file.stat();
    if (!stat.isFile()) throw new EngineError('VIDEO_NOT_RECOGNIZED', `${videoPath} is not a file.`);
    if (stat.size === 0) throw new EngineError('VIDEO_EMPTY', `${videoPath} is empty (0 bytes).`);
    const start = Buffer.alloc(64);
    await file.read(start, 0, start.length, 0);
    if (isLfsPointer(start)) throw lfsPointerError(videoPath, 'VIDEO_NOT_RECOGNIZED');
    return await work(file);
  } catch (error) {
    if (error instanceof EngineError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new EngineError('VIDEO_NOT_FOUND', `There is no file ${videoPath}.`, { cause: error });
    }
    throw new EngineError('VIDEO_UNREADABLE', `${videoPath} cannot be read (${message}).`, { cause: error });
  }
}
