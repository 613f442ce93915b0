import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import { KnownFacts } from './known-facts.ts';

/** Opens without waiting for the other end of a pipe. */
const readFlags = constants.O_RDONLY | constants.O_NONBLOCK;

/**
 * Opens files to be sent to a window. A person opened videos by their paths, and what a path leads to can change (a link can
 * be bent to a file of secrets), so a file is only sent while ffmpeg finds a video in it.
 */
export class VideoFiles {
  readonly #recognized = new Set<string>();
  readonly #facts: KnownFacts;

  constructor(facts = new KnownFacts()) {
    this.#facts = facts;
  }

  /**
   * Opens the file of a video.
   * @throws EngineError VIDEO_NOT_FOUND, VIDEO_UNREADABLE, VIDEO_NOT_RECOGNIZED, VIDEO_NO_VIDEO_STREAM, CANCELLED.
   */
  async open(videoPath: string, signal: AbortSignal): Promise<FileHandle> {
    const file = await openFile(videoPath);
    try {
      const version = await versionOf(file, videoPath);
      if (!this.#recognized.has(version)) {
        await this.#facts.read(videoPath, signal);
        await using again = await openFile(videoPath);
        // What was looked at must be what is sent.
        if ((await versionOf(again, videoPath)) !== version) throw notFound(videoPath);
        this.#recognized.add(version);
      }
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }
}

/**
 * Opens a file that lies in a folder of the program's own, after links are followed.
 * @throws EngineError VIDEO_NOT_FOUND when it lies elsewhere or is no file.
 */
export async function openInside(folder: string, filePath: string): Promise<FileHandle> {
  const [root, target] = await Promise.all([
    realpath(folder).catch(() => undefined),
    realpath(filePath).catch(() => undefined),
  ]);
  if (root === undefined || target?.startsWith(root + path.sep) !== true) throw notFound(filePath);
  return await openFile(target);
}

async function openFile(filePath: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(filePath, readFlags);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ENXIO'].includes(code ?? ''))
      throw notFound(filePath);
    throw new EngineError('VIDEO_UNREADABLE', `${filePath} cannot be read (${message}).`, { cause: error });
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw notFound(filePath);
}

async function versionOf(file: FileHandle, filePath: string): Promise<string> {
  const { dev, ino, size, mtimeMs } = await file.stat();
  return [filePath, dev, ino, size, mtimeMs].join(' ');
}

function notFound(filePath: string): EngineError {
  return new EngineError('VIDEO_NOT_FOUND', `There is no file ${filePath}.`);
}
