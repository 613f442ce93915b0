import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { listFiles, modelInfo } from '@huggingface/hub';
import { z } from 'zod';
import { EngineError, throwIfCancelled } from '../../../native-models/protocol/errors.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import type { Fetch } from './network-fetch.ts';
import { placeInFolder } from './repository-paths.ts';

const plannedFileSchema = z.object({
  repository: z.string(),
  /** The commit: a download that is resumed goes on with the files that it began with. */
  revision: z.string(),
  path: z.string(),
  bytes: z.number().int().nonnegative(),
  /** sha256 of files in large file storage, for others git's sha1 of the blob. */
  checksum: z.object({ algorithm: z.enum(['sha256', 'git-blob']), hex: z.string() }),
});
/** A file to be downloaded, and how it is known to have arrived whole. */
export type PlannedFile = z.infer<typeof plannedFileSchema>;

const planSchema = z.array(plannedFileSchema);
const planName = 'plan.json';

/** What a checkpoint is made of; repositories also hold pictures, other formats and training states. */
const neededEndings = ['.json', '.safetensors', '.txt', '.jinja', '.model'];

/**
 * What is to be downloaded of some repositories: as it was planned before, where a download goes on, else as the hub lists
 * it now.
 * @param folder where the files are put, a folder per repository.
 * @throws EngineError DOWNLOAD_FAILED, CANCELLED.
 */
export async function planDownload(
  folder: string,
  repositories: readonly string[],
  hub: { readonly url: string; readonly fetch: Fetch; readonly signal: AbortSignal },
): Promise<PlannedFile[]> {
  const planPath = path.join(folder, planName);
  const before = await readFile(planPath, 'utf8').catch(() => undefined);
  const known = before === undefined ? undefined : readPlan(before);
  if (known !== undefined) return known;
  const lists: PlannedFile[][] = [];
  for (const repository of repositories) {
    lists.push(await listRepository(repository, hub));
    throwIfCancelled(hub.signal);
  }
  const plan = lists.flat();
  for (const file of plan) placeOf(folder, file);
  await writeAtomically(planPath, JSON.stringify(plan));
  return plan;
}

/** Where the files of a repository are put. */
export function repositoryFolder(folder: string, repository: string): string {
  return placeInFolder(folder, repository.split('/').at(-1) ?? '');
}

/** Where a planned file is put. @throws EngineError DOWNLOAD_FAILED for hostile names. */
export function placeOf(folder: string, file: PlannedFile): string {
  return placeInFolder(repositoryFolder(folder, file.repository), file.path);
}

/** Hidden files are the hub's own. */
function isNeeded(filePath: string): boolean {
  const isHidden = filePath.split('/').some((part) => /^\.[^.]/.test(part));
  return !isHidden && neededEndings.some((ending) => filePath.endsWith(ending));
}

function readPlan(text: string): PlannedFile[] | undefined {
  try {
    return planSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function listRepository(
  repository: string,
  { url, fetch, signal }: { readonly url: string; readonly fetch: Fetch; readonly signal: AbortSignal },
): Promise<PlannedFile[]> {
  const stoppable: Fetch = (input, options) => fetch(input, { ...options, signal });
  const common = { fetch: stoppable, hubUrl: url };
  try {
    const { sha: revision } = await modelInfo({ name: repository, additionalFields: ['sha'], ...common });
    const files: PlannedFile[] = [];
    for await (const entry of listFiles({ repo: repository, revision, recursive: true, ...common })) {
      if (entry.type !== 'file' || !isNeeded(entry.path)) continue;
      files.push({
        ...{ repository, revision, path: entry.path, bytes: entry.lfs?.size ?? entry.size },
        checksum:
          entry.lfs === undefined
            ? { algorithm: 'git-blob', hex: entry.oid ?? '' }
            : { algorithm: 'sha256', hex: entry.lfs.oid },
      });
    }
    return planSchema.parse(files);
  } catch (cause) {
    throwIfCancelled(signal);
    if (cause instanceof EngineError) throw cause;
    if (cause instanceof TypeError) {
      // What `fetch` throws when nobody answers: no network, no such name, a proxy that refuses.
      throw new EngineError('DOWNLOAD_FAILED', 'The hub cannot be reached from this machine.', { cause });
    }
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError('DOWNLOAD_FAILED', `The hub does not say what is in ${repository} (${message}).`, {
      cause,
    });
  }
}
