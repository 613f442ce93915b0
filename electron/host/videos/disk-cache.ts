import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Where within a cache lies what is kept of the file with an identity. */
export function placeOf(identity: string): string {
  return `${identity.slice(0, 2)}/${identity}`;
}

/** After this many files written the size is looked at again. */
const writesBetweenSweeps = 500;

/**
 * Files that cost only time when they are lost, in one folder of limited size: the least recently used go first. Names
 * are chosen by the caller and never by a request.
 */
export class DiskCache {
  readonly #folder: string;
  readonly #limitBytes: number;
  #writes = 0;
  #sweeping = false;

  constructor(folder: string, limitBytes: number) {
    this.#folder = folder;
    this.#limitBytes = limitBytes;
  }

  /** The content of a file, and a note that it was used. */
  async read(name: string): Promise<Uint8Array | undefined> {
    const filePath = path.join(this.#folder, name);
    try {
      const bytes = await readFile(filePath);
      const now = new Date();
      void utimes(filePath, now, now).catch(() => undefined);
      return bytes;
    } catch {
      return undefined;
    }
  }

  /** Keeps a file. A full disk only means that it is made again. */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    const filePath = path.join(this.#folder, name);
    const temporary = `${filePath}.${randomUUID()}.tmp`;
    try {
      await mkdir(path.dirname(filePath), { recursive: true });
      await writeFile(temporary, bytes);
      await rename(temporary, filePath);
    } catch {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
    if (this.#writes++ % writesBetweenSweeps === 0) {
      void this.sweep();
    }
  }

  /** Deletes what was not used for longest until a tenth of the limit is free; nothing below the limit. */
  async sweep(): Promise<void> {
    if (this.#sweeping) return;
    this.#sweeping = true;
    try {
      await this.#deleteOldest();
    } finally {
      this.#sweeping = false;
    }
  }

  async #deleteOldest(): Promise<void> {
    const names = await readdir(this.#folder, { recursive: true }).catch(() => []);
    const files: { readonly filePath: string; readonly bytes: number; readonly usedMs: number }[] = [];
    for (const name of names) {
      const filePath = path.join(this.#folder, name);
      const stats = await stat(filePath).catch(() => undefined);
      if (stats?.isFile()) files.push({ filePath, bytes: stats.size, usedMs: stats.mtimeMs });
    }
    let total = files.reduce((sum, file) => sum + file.bytes, 0);
    if (total <= this.#limitBytes) return;
    for (const file of files.sort((a, b) => a.usedMs - b.usedMs)) {
      if (total <= this.#limitBytes * 0.9) return;
      await rm(file.filePath, { force: true }).catch(() => undefined);
      total -= file.bytes;
    }
  }
}
