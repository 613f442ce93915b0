import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { throwIfCancelled } from '../../../native-models/protocol/errors.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import type { CheckpointSource } from './checkpoint-source.ts';
import { plannedFileSchema } from './planned-file.ts';
import type { PlannedFile } from './planned-file.ts';
import { placeInFolder } from './repository-paths.ts';
import type { Patience } from './retries.ts';

const planSchema = z.array(plannedFileSchema);
const planName = 'plan.json';

/** A repository, and the service that it is taken from. */
export interface WantedRepository {
  readonly repository: string;
  readonly source: CheckpointSource;
}

/**
 * What is to be downloaded of some repositories: as it was planned before, where a download goes on from the same sources, else as
 * these list it now. What has arrived stays in either case: it is known by its checksum.
 *
 * @param folder where the files are put, a folder per repository.
 * @throws EngineError DOWNLOAD_FAILED, CANCELLED.
 */
export async function planDownload(
  folder: string,
  wanted: readonly WantedRepository[],
  patience: Patience,
): Promise<PlannedFile[]> {
  const known = await readPlan(folder);
  if (known !== undefined && isOf(known, wanted)) return known;
  const lists: PlannedFile[][] = [];
  for (const { repository, source } of wanted) {
    lists.push(await source.list(repository, patience));
    throwIfCancelled(patience.signal);
  }
  const plan = lists.flat();
  for (const file of plan) placeOf(folder, file);
  await writeAtomically(path.join(folder, planName), JSON.stringify(plan));
  return plan;
}

/** The plan of a download that has begun; undefined where there is none that can be read. */
export async function readPlan(folder: string): Promise<PlannedFile[] | undefined> {
  try {
    return planSchema.parse(JSON.parse(await readFile(path.join(folder, planName), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Has the next start ask the sources anew: what they have is no longer what was planned. */
export async function dropPlan(folder: string): Promise<void> {
  await rm(path.join(folder, planName), { force: true });
}

/** Where the files of a repository are put. */
export function repositoryFolder(folder: string, repository: string): string {
  return placeInFolder(folder, repository.split('/').at(-1) ?? '');
}

/** Where a planned file is put. @throws EngineError DOWNLOAD_FAILED for hostile names. */
export function placeOf(folder: string, file: PlannedFile): string {
  return placeInFolder(repositoryFolder(folder, file.repository), file.path);
}

function isOf(plan: readonly PlannedFile[], wanted: readonly WantedRepository[]): boolean {
  const nameOf = (source: string, repository: string): string => `${source} ${repository}`;
  const planned = new Set(plan.map(({ source, repository }) => nameOf(source, repository)));
  const names = new Set(wanted.map(({ source, repository }) => nameOf(source.key, repository)));
  return planned.size === names.size && [...names].every((name) => planned.has(name));
}
