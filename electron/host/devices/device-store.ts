import { mkdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { EngineError, throwIfCancelled, toEngineError } from '../../../native-models/protocol/errors.ts';
import type { AddedParts } from '../contract/device-parts.ts';
import { makeFolder } from '../files/make-folder.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import type { DeviceParts } from './device-parts.ts';
import { deviceParts } from './device-parts.ts';
import { fetchWheel } from './fetch-wheel.ts';
import { unpackWheel } from './unpack-wheel.ts';

/** What lies in a device's folder beside its libraries; written last, so that without it there are none. */
const partsFileSchema = z.object({
  version: z.string(),
  runtimeLibrary: z.string(),
  libraries: z.array(z.object({ name: z.string(), bytes: z.number() })),
});
/** Read by the engine too (native-models/runtime/added-parts.ts). */
const partsFileName = 'parts.json';
const downloadFolderName = 'downloads';

/** How parts are fetched; everything is set otherwise only in tests. */
export interface DeviceStoreOptions {
  readonly catalogue?: readonly DeviceParts[];
  readonly indexUrl?: string;
  readonly platform?: string;
  readonly retryDelaysMs?: readonly number[];
}

/** What `add` tells on the way. */
export interface AddProgress {
  readonly done: number;
  readonly total: number;
  readonly detail: string;
}

/**
 * The libraries of devices in the program's data folder, a folder per device. They come as pinned wheels, whose checksum is
 * looked at before anything is taken from them; nothing of a wheel is run. Stopped in the middle, `add` goes on from there;
 * where a wheel is not what it should be, nothing is left.
 */
export class DeviceStore {
  readonly #folder: string;
  readonly #options: DeviceStoreOptions;

  /** @param folder of all devices. */
  constructor(folder: string, options: DeviceStoreOptions = {}) {
    this.#folder = folder;
    this.#options = options;
  }

  /** What can be added on this platform. */
  list(): Promise<AddedParts[]> {
    return Promise.all(this.#available().map((parts) => this.#describe(parts)));
  }

  /**
   * Adds a device's libraries.
   * @throws EngineError ARGUMENT_INVALID where there are none for it, DOWNLOAD_FAILED, CHECKSUM_MISMATCH, DISK_FULL,
   * OUTPUT_UNWRITABLE, CANCELLED.
   */
  async add(
    device: string,
    { signal, report }: { readonly signal: AbortSignal; readonly report: (progress: AddProgress) => void },
  ): Promise<AddedParts> {
    const parts = this.find(device);
    const before = await this.#describe(parts);
    if (before.state === 'added') return before;
    const downloads = this.#downloadsOf(parts);
    const making = `${this.#folderOf(parts)}.making`;
    try {
      makeFolder(downloads);
      await this.#requireRoom(parts);
      await rm(making, { recursive: true, force: true });
      const total = parts.wheels.reduce((sum, wheel) => sum + wheel.bytes, 0);
      let done = 0;
      for (const wheel of parts.wheels) {
        throwIfCancelled(signal);
        await fetchWheel(wheel, downloads, {
          ...this.#options,
          signal,
          onProgress: (bytes) => report({ done: done + bytes, total, detail: wheel.project }),
        });
        done += wheel.bytes;
      }
      await mkdir(making);
      const libraries = [];
      for (const wheel of parts.wheels) {
        report({ done: total, total, detail: `unpacking ${wheel.project}` });
        const wheelPath = path.join(downloads, wheel.file);
        libraries.push(...(await unpackWheel(wheelPath, wheel.libraries, making, signal)));
      }
      const { version, runtimeLibrary } = parts;
      await writeAtomically(
        path.join(making, partsFileName),
        JSON.stringify({ version, runtimeLibrary, libraries }),
      );
      await rm(this.#folderOf(parts), { recursive: true, force: true });
      await rename(making, this.#folderOf(parts));
      await rm(downloads, { recursive: true, force: true });
      return await this.#describe(parts);
    } catch (thrown) {
      const error = toEngineError(thrown);
      await rm(making, { recursive: true, force: true });
      // What has arrived whole or in part is gone on from, unless it is not what it should be.
      if (error.code === 'CHECKSUM_MISMATCH') await rm(downloads, { recursive: true, force: true });
      throw error;
    }
  }

  /** Removes a device's libraries and what was downloaded of them. @returns the bytes that this freed. */
  async remove(device: string): Promise<number> {
    const parts = this.find(device);
    const { bytes } = await this.#describe(parts);
    for (const folder of [
      this.#folderOf(parts),
      `${this.#folderOf(parts)}.making`,
      this.#downloadsOf(parts),
    ]) {
      await rm(folder, { recursive: true, force: true });
    }
    return bytes;
  }

  /** @throws EngineError ARGUMENT_INVALID where there is nothing to add for this device on this platform. */
  find(device: string): DeviceParts {
    const found = this.#available().find((parts) => parts.device === device);
    if (found !== undefined) return found;
    const names = this.#available().map((parts) => parts.device);
    throw new EngineError('ARGUMENT_INVALID', `There is nothing to add for ${device} on this machine.`, {
      remedy:
        names.length === 0
          ? '`videomind devices` lists what this machine has.'
          : `What can be added here: ${names.join(', ')}.`,
    });
  }

  #available(): DeviceParts[] {
    const { catalogue = deviceParts, platform = `${process.platform}/${process.arch}` } = this.#options;
    return catalogue.filter((parts) => parts.platform === platform);
  }

  #folderOf({ device }: DeviceParts): string {
    return path.join(this.#folder, device);
  }

  #downloadsOf({ device }: DeviceParts): string {
    return path.join(this.#folder, downloadFolderName, device);
  }

  async #describe(parts: DeviceParts): Promise<AddedParts> {
    const folder = this.#folderOf(parts);
    const text = await readFile(path.join(folder, partsFileName), 'utf8').catch(() => '{}');
    const file = partsFileSchema.safeParse(parseJson(text)).data;
    const isWhole = file?.version === parts.version && (await areAllThere(folder, file.libraries));
    const downloadedBytes = await sizeOfAll(
      this.#downloadsOf(parts),
      parts.wheels.flatMap((wheel) => [wheel.file, `${wheel.file}.part`]),
    );
    const addedBytes = isWhole ? file.libraries.reduce((sum, { bytes }) => sum + bytes, 0) : 0;
    const { device, title, version, unpackedBytes } = parts;
    return {
      ...{ device, title, version, folder, unpackedBytes },
      state: isWhole ? 'added' : downloadedBytes > 0 ? 'begun' : 'absent',
      bytes: addedBytes + downloadedBytes,
      downloadBytes: parts.wheels.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  async #requireRoom(parts: DeviceParts): Promise<void> {
    const { bytes, downloadBytes, unpackedBytes } = await this.#describe(parts);
    const { bavail, bsize } = await statfs(this.#folder);
    const needed = Math.max(0, downloadBytes - bytes) + unpackedBytes;
    const free = bavail * bsize;
    if (free >= needed) return;
    const inGigabytes = (count: number) => (count / 1e9).toFixed(1);
    throw new EngineError(
      'DISK_FULL',
      `${parts.title} needs ${inGigabytes(needed)} GB; ${inGigabytes(free)} GB are free at ${this.#folder}.`,
      { details: { neededBytes: needed, freeBytes: free } },
    );
  }
}

async function areAllThere(
  folder: string,
  libraries: readonly { readonly name: string; readonly bytes: number }[],
): Promise<boolean> {
  const sizes = await Promise.all(
    libraries.map(async ({ name, bytes }) => {
      const there = await stat(path.join(folder, path.basename(name))).catch(() => undefined);
      return there?.size === bytes;
    }),
  );
  return sizes.every(Boolean);
}

async function sizeOfAll(folder: string, names: readonly string[]): Promise<number> {
  const stats = await Promise.all(names.map((name) => stat(path.join(folder, name)).catch(() => undefined)));
  return stats.reduce((sum, there) => sum + (there?.size ?? 0), 0);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
