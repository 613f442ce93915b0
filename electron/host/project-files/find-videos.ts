import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { VideosService } from '../videos-service.ts';

/** A video that is looked for. */
export interface WantedVideo {
  readonly bytes: number;
  readonly contentId?: string | undefined;
}

/** How much of a folder is looked through: a person's whole disk would take too long. */
const limits = { depth: 3, entries: 20_000 } as const;

/** Looks for videos by their content, in one place after another. */
export class VideoFinder {
  readonly #videos: Pick<VideosService, 'contentId'>;
  /** Files of folders that were looked through, by their size. */
  readonly #folders = new Map<string, Promise<ReadonlyMap<number, readonly string[]>>>();

  constructor(videos: Pick<VideosService, 'contentId'>) {
    this.#videos = videos;
  }

  /** Whether a file is this video. */
  async isAt(filePath: string, { bytes, contentId }: WantedVideo): Promise<boolean> {
    const found = await stat(filePath).catch(() => undefined);
    if (found?.isFile() !== true || found.size !== bytes) return false;
    if (contentId === undefined) return true;
    return (await this.#videos.contentId(filePath).catch(() => undefined)) === contentId;
  }

  /** Where this video lies in a folder or below it; undefined: not there. */
  async findIn(folder: string, wanted: WantedVideo): Promise<string | undefined> {
    if (wanted.contentId === undefined) return undefined;
    let files = this.#folders.get(folder);
    if (files === undefined) this.#folders.set(folder, (files = filesBySize(folder)));
    for (const filePath of (await files).get(wanted.bytes) ?? []) {
      if (await this.isAt(filePath, wanted)) return filePath;
    }
    return undefined;
  }
}

async function filesBySize(folder: string): Promise<ReadonlyMap<number, readonly string[]>> {
  const bySize = new Map<number, string[]>();
  let level = [folder];
  let looked = 0;
  for (let depth = 0; depth <= limits.depth && level.length > 0; depth++) {
    const next: string[] = [];
    for (const place of level) {
      const entries: Dirent[] = await readdir(place, { withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        if (++looked > limits.entries) return bySize;
        const filePath = path.join(place, entry.name);
        if (entry.isDirectory() && !entry.name.startsWith('.')) next.push(filePath);
        if (!entry.isFile()) continue;
        const size = (await stat(filePath).catch(() => undefined))?.size;
        if (size !== undefined) bySize.set(size, [...(bySize.get(size) ?? []), filePath]);
      }
    }
    level = next;
  }
  return bySize;
}
