import { stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { EngineError, throwIfCancelled, toEngineError } from '../../../native-models/protocol/errors.ts';
import { makeFolder } from '../files/make-folder.ts';
import type { Precision } from '../../../native-models/protocol/roles.ts';
import type { DownloadChoices } from '../contract/downloads.ts';
import type { DownloadableModel } from '../contract/models.ts';
import { downloadFile, isThere } from './download-file.ts';
import { lockDownload } from './download-lock.ts';
import { dropPlan, placeOf, planDownload, repositoryFolder } from './download-plan.ts';
import type { WantedRepository } from './download-plan.ts';
import type { DownloadNetwork } from './download-network.ts';
import type { PlannedFile } from './planned-file.ts';
import { bringPrompts } from './published-prompts.ts';

/** What a package is made of, as it lies on the disk. */
export interface BroughtCheckpoint {
  readonly basePath: string;
  readonly adaptersPath?: string;
  readonly promptsPath?: string;
}

/** How a checkpoint is brought. */
export interface Bringing {
  readonly choices: DownloadChoices;
  /** Of the package that is made of it, for which room is wanted, too. */
  readonly precision: Precision;
  readonly network: DownloadNetwork;
  readonly signal: AbortSignal;
  readonly report: (progress: {
    readonly done: number;
    readonly total: number;
    readonly detail: string;
  }) => void;
}

/**
 * Brings a checkpoint with the prompts that it was trained with into a folder, and has something done with it while nobody else
 * touches it. Stopped at any point, the next call goes on from there.
 *
 * @param folder of this download
 * @throws EngineError DOWNLOAD_FAILED, CHECKSUM_MISMATCH, DISK_FULL, ARGUMENT_INVALID, STORE_BUSY, CANCELLED
 */
export async function withCheckpoint<T>(
  model: DownloadableModel,
  folder: string,
  bringing: Bringing,
  use: (checkpoint: BroughtCheckpoint) => Promise<T>,
): Promise<T> {
  const release = await lockDownload(folder);
  try {
    return await use(await bring(model, folder, bringing));
  } finally {
    await release();
  }
}

/** Where a model's repositories are taken from; those that a source does not have come from the hub. @throws EngineError */
export function wantedRepositories(
  model: DownloadableModel,
  { source }: Pick<DownloadChoices, 'source'>,
  { sources }: Pick<DownloadNetwork, 'sources'>,
): WantedRepository[] {
  const { baseRepository, adaptersRepository, modelScope } = model;
  const fromHub = (repository: string): WantedRepository => ({ repository, source: sources.hub });
  const adapters = adaptersRepository === undefined ? [] : [fromHub(adaptersRepository)];
  if (source === 'hub' || modelScope === undefined) return [fromHub(baseRepository), ...adapters];
  return [
    { repository: modelScope.base, source: sources.modelscope },
    ...(modelScope.adapters === undefined
      ? adapters
      : [{ repository: modelScope.adapters, source: sources.modelscope }]),
  ];
}

async function bring(
  model: DownloadableModel,
  folder: string,
  { choices, network, precision, signal, report }: Bringing,
): Promise<BroughtCheckpoint> {
  makeFolder(folder);
  const { retryDelaysMs, silenceMs } = network;
  const wanted = wantedRepositories(model, choices, network);
  const plan = await planDownload(folder, wanted, { delaysMs: retryDelaysMs, signal, silenceMs });
  const missing = await missingFiles(plan, folder, network, { signal, report });
  await requireRoom(folder, plan, missing, model, precision);
  // First the small thing that may have changed: better known before gigabytes are fetched than behind them.
  const promptsPath =
    model.prompts === undefined
      ? undefined
      : await bringPrompts(model.prompts, path.join(folder, 'prompts'), {
          ...{ from: choices.promptsFrom, ownPath: choices.promptsPath },
          ...{ hubUrl: network.sources.hub.url, fetch: network.plainFetch, signal, retryDelaysMs, silenceMs },
        });
  try {
    await fetchAll(plan, missing, folder, network, { signal, report });
  } catch (error) {
    // Where a source knows branches alone, what it lists is no longer what was planned.
    if (toEngineError(error).code === 'CHECKSUM_MISMATCH') await dropPlan(folder);
    throw error;
  }
  throwIfCancelled(signal);
  const [base, adapters] = wanted.map(({ repository }) => repositoryFolder(folder, repository));
  return {
    basePath: base ?? folder,
    ...(adapters === undefined ? {} : { adaptersPath: adapters }),
    ...(promptsPath === undefined ? {} : { promptsPath }),
  };
}

/** What is not here yet, neither at its place nor in what another program has downloaded. */
async function missingFiles(
  plan: readonly PlannedFile[],
  folder: string,
  { kept }: DownloadNetwork,
  { signal, report }: Pick<Bringing, 'signal' | 'report'>,
): Promise<PlannedFile[]> {
  const total = bytesOf(plan);
  const missing: PlannedFile[] = [];
  let done = 0;
  for (const file of plan) {
    throwIfCancelled(signal);
    if (await isThere(file, placeOf(folder, file), kept)) done += file.bytes;
    else missing.push(file);
    report({ done, total, detail: file.path });
  }
  return missing;
}

async function fetchAll(
  plan: readonly PlannedFile[],
  missing: readonly PlannedFile[],
  folder: string,
  { sources, retryDelaysMs, silenceMs }: DownloadNetwork,
  { signal, report }: Pick<Bringing, 'signal' | 'report'>,
): Promise<void> {
  const total = bytesOf(plan);
  let before = total - bytesOf(missing);
  for (const file of missing) {
    throwIfCancelled(signal);
    const source = sources[file.source];
    await downloadFile(file, placeOf(folder, file), {
      ...{ url: source.addressOf(file), fetch: source.fetch, accessRemedy: source.accessRemedy },
      onProgress: (doneBytes) => report({ done: before + doneBytes, total, detail: file.path }),
      ...{ signal, retryDelaysMs, silenceMs },
    });
    before += file.bytes;
  }
}

function bytesOf(files: readonly PlannedFile[]): number {
  return files.reduce((sum, file) => sum + file.bytes, 0);
}

/** Of one weight. */
const bitsOf: Readonly<Record<Precision, number>> = {
  int4: 4,
  int8: 8,
  'int8-blocks': 8,
  fp16: 16,
  fp32: 32,
};

/**
 * What is not there yet, and the package that is made of it: as large for what the source has as the list's package is for the
 * list's download, which is one in 8 bits.
 */
async function requireRoom(
  folder: string,
  plan: readonly PlannedFile[],
  missing: readonly PlannedFile[],
  model: DownloadableModel,
  precision: Precision,
): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const packageShare = Math.max(0, model.diskBytes / model.downloadBytes - 1);
  let needed = (bytesOf(plan) * packageShare * bitsOf[precision]) / 8;
  for (const file of missing) {
    const begun = await stat(`${placeOf(folder, file)}.part`).catch(() => undefined);
    needed += Math.max(0, file.bytes - (begun?.size ?? 0));
  }
  if (free >= needed) return;
  const inGigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
  throw new EngineError(
    'DISK_FULL',
    `${model.title} needs ${inGigabytes(needed)} GB more; ${inGigabytes(free)} GB are free at ${folder}.`,
    { details: { neededBytes: needed, freeBytes: free } },
  );
}
