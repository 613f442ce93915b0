import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { PartialDownload } from '../contract/downloads.ts';
import type { DownloadableModel } from '../contract/models.ts';
import { holderOf, lockDownload } from './download-lock.ts';
import { readPlan } from './download-plan.ts';

/**
 * Downloads that have begun and are not finished, as they lie on the disk: paused ones, and what was left by a program that is gone.
 * @param folder of all downloads
 * @param catalogue for their titles
 */
export async function listPartialDownloads(
  folder: string,
  catalogue: readonly DownloadableModel[],
): Promise<PartialDownload[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found: PartialDownload[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    const own = path.join(folder, entry.name);
    const plan = await readPlan(own);
    const { bytes, changedAtMs } = await measure(own);
    found.push({
      key: entry.name,
      title: catalogue.find(({ key }) => key === entry.name)?.title ?? entry.name,
      ...{ bytes, changedAtMs },
      ...(plan === undefined ? {} : { totalBytes: plan.reduce((sum, file) => sum + file.bytes, 0) }),
      isRunning: (await holderOf(own)) !== undefined,
    });
  }
  return found.sort((one, other) => other.changedAtMs - one.changedAtMs);
}

/**
 * Removes what has arrived of a download.
 * @param folder of this download
 * @returns the bytes that this freed
 * @throws EngineError STORE_BUSY while it is being downloaded
 */
export async function removePartialDownload(folder: string): Promise<number> {
  const release = await lockDownload(folder);
  try {
    const { bytes } = await measure(folder);
    await rm(folder, { recursive: true, force: true });
    return bytes;
  } finally {
    await release();
  }
}

async function measure(folder: string): Promise<{ readonly bytes: number; readonly changedAtMs: number }> {
  let bytes = 0;
  let changedAtMs = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const own = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      const below = await measure(own);
      bytes += below.bytes;
      changedAtMs = Math.max(changedAtMs, below.changedAtMs);
    } else if (entry.isFile()) {
      const there = await stat(own).catch(() => undefined);
      bytes += there?.size ?? 0;
      changedAtMs = Math.max(changedAtMs, Math.floor(there?.mtimeMs ?? 0));
    }
  }
  return { bytes, changedAtMs };
}
