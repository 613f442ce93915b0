import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineError } from '../../../native-models/protocol/errors.ts';

const endings: Readonly<Record<string, string>> = {
  ...{ 'image/png': '.png', 'image/jpeg': '.jpg' },
  ...{ 'video/mp4': '.mp4', 'video/webm': '.webm', 'video/quicktime': '.mov', 'video/x-matroska': '.mkv' },
};

/** What came inside a request, as files that are gone when this is disposed. */
export class ShownFiles implements AsyncDisposable {
  #folder: string | undefined;
  readonly #videoFolders: readonly string[];

  /** @param videoFolders where files may lie that a request names */
  constructor(videoFolders: readonly string[]) {
    this.#videoFolders = videoFolders;
  }

  /**
   * Where a URL's video lies: inside the request (`data:`), or on this machine in one of the folders that were named.
   * @throws EngineError ARGUMENT_INVALID for any other place, VIDEO_NOT_FOUND
   */
  async videoPath(url: string): Promise<string> {
    if (url.startsWith('data:')) return this.#store(url, 'video', 0);
    if (!url.startsWith('file:')) {
      throw new EngineError('ARGUMENT_INVALID', 'A video is a file: or data: URL; nothing is fetched.');
    }
    const asked = fileURLToPath(new URL(url));
    const found = await realpath(asked).catch(() => undefined);
    const folders = await Promise.all(
      this.#videoFolders.map((folder) => realpath(folder).catch(() => folder)),
    );
    const isInside = folders.some((folder) => found?.startsWith(folder + path.sep) === true);
    // Outside, nobody learns which files there are.
    if (!isInside) {
      throw new EngineError('VIDEO_NOT_FOUND', `${asked} is not in a folder that was named with --videos.`);
    }
    return found ?? asked;
  }

  /** The frames of a request, in their order. @throws EngineError ARGUMENT_INVALID */
  async framePaths(urls: readonly string[]): Promise<string[]> {
    const paths: string[] = [];
    for (const [index, url] of urls.entries()) paths.push(await this.#store(url, 'image', index));
    return paths;
  }

  async #store(url: string, kind: 'video' | 'image', index: number): Promise<string> {
    const [, type = '', data] = /^data:([\w/.+-]+);base64,(.*)$/s.exec(url) ?? [];
    const ending = endings[type];
    if (data === undefined || ending === undefined || !type.startsWith(kind)) {
      throw new EngineError('ARGUMENT_INVALID', `The ${kind} is no data: URL of a kind that is read.`, {
        remedy: `Give base64 of one of ${Object.keys(endings).join(', ')}.`,
      });
    }
    this.#folder ??= await mkdtemp(path.join(os.tmpdir(), 'videomind-api-'));
    await mkdir(this.#folder, { recursive: true });
    const filePath = path.join(this.#folder, `${String(index).padStart(5, '0')}${ending}`);
    await writeFile(filePath, Buffer.from(data, 'base64'));
    return filePath;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }
}
