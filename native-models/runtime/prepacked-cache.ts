import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, statfs, utimes } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';

/**
 * Weights in the layout that ONNX Runtime's kernels want them, kept on disk so that they are mapped at the next start instead
 * of being packed anew into private memory. They fit one processor type and one version of ONNX Runtime, so the folder is
 * a cache of one machine, never part of a package; it may be deleted at any time.
 */

const modelFile = 'model.onnx';
const weightsFile = 'model.weights';

/** Entries that no start has used for this long are removed when a new one is made. */
const keptDays = 30;

/** A prepacked copy takes the weights once as they are and once packed. */
const sizeFactor = 2.1;

/** Free disk space that is left alone, in bytes. */
const reservedBytes = 2e9;

/** Where one graph's prepacked copy is or would be. */
export interface PrepackedEntry {
  readonly folder: string;
  readonly modelPath: string;
}

/** Names the entry of a graph: `key` says what it computes and by what, the rest is this processor. */
export function prepackedEntry(cacheFolder: string, key: string): PrepackedEntry {
  const name = createHash('sha256').update([key, processorName()].join('\n')).digest('hex').slice(0, 32);
  const folder = join(cacheFolder, name);
  return { folder, modelPath: join(folder, modelFile) };
}

/** The processor with its instruction sets, which decide on the layout. */
function processorName(): string {
  const model = cpus()[0]?.model ?? process.arch;
  const description = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  const flags = /^(?:flags|Features)\s*:.*$/m.exec(description)?.[0] ?? '';
  return `${process.platform} ${process.arch} ${model} ${flags}`;
}

/** Whether there is an entry; notes its use. */
export async function isPrepacked(entry: PrepackedEntry): Promise<boolean> {
  if (!existsSync(entry.modelPath)) return false;
  const now = new Date();
  await utimes(entry.folder, now, now).catch(() => undefined);
  return true;
}

/** Forgets an entry that did not load. */
export async function dropPrepacked(entry: PrepackedEntry): Promise<void> {
  await rm(entry.folder, { recursive: true, force: true });
}

/**
 * Lets `create` write an entry: it gets the path of the model file and the name of the weight file to write beside it. Where
 * the disk is too full for it or writing fails, there is no entry: packing is then done in memory, as if there were no cache.
 */
export async function makePrepacked(
  cacheFolder: string,
  entry: PrepackedEntry,
  weightBytes: number,
  create: (modelPath: string, weightsFile: string) => Promise<void>,
): Promise<void> {
  const making = `${entry.folder}.making-${process.pid}`;
  try {
    await mkdir(making, { recursive: true });
    await removeUnused(cacheFolder);
    const disk = await statfs(cacheFolder);
    if (disk.bavail * disk.bsize < weightBytes * sizeFactor + reservedBytes) return;
    await create(join(making, modelFile), weightsFile);
    await rm(entry.folder, { recursive: true, force: true });
    await rename(making, entry.folder);
  } catch {
    // a cache that cannot be written costs time, nothing else
  } finally {
    await rm(making, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function removeUnused(cacheFolder: string): Promise<void> {
  const oldestMs = Date.now() - keptDays * 24 * 60 * 60 * 1000;
  for (const name of await readdir(cacheFolder)) {
    const folder = join(cacheFolder, name);
    const { mtimeMs } = await stat(folder);
    if (mtimeMs < oldestMs) await rm(folder, { recursive: true, force: true });
  }
}
