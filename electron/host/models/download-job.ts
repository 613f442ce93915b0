import { mkdir, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { EngineError, throwIfCancelled } from '../../../native-models/protocol/errors.ts';
import type { Precision } from '../../../native-models/protocol/roles.ts';
import { precisionSchema } from '../../../native-models/protocol/roles.ts';
import type { DownloadableModel, Job } from '../contract/models.ts';
import type { Engine } from '../host-context.ts';
import { required } from '../host-context.ts';
import type { JobWork, Jobs } from '../jobs/jobs.ts';
import { downloadFile } from './download-file.ts';
import { placeOf, planDownload, repositoryFolder } from './download-plan.ts';
import type { PlannedFile } from './download-plan.ts';
import { hubCacheFolders, hubToken, hubUrlOf } from './hub-access.ts';
import { networkFetch, withToken } from './network-fetch.ts';
import type { Fetch, NetworkEnvironment } from './network-fetch.ts';
import { bringPrompts } from './published-prompts.ts';
import { importCheckpoint } from './import-job.ts';
import type { ModelStore } from './model-store.ts';

/** Where checkpoints come from; everything is set otherwise only in tests. */
export interface HubOptions {
  /** Default: HF_ENDPOINT, else the hub's own. */
  readonly url?: string | undefined;
  /** Says how the network and the hub are reached; default: the process's. */
  readonly environment?: NetworkEnvironment | undefined;
  readonly retryDelaysMs?: readonly number[] | undefined;
  readonly catalogue: readonly DownloadableModel[];
}

const defaultRetryDelaysMs = [1_000, 2_000, 5_000, 10_000, 30_000];

const requestSchema = z.object({ key: z.string(), precision: precisionSchema, outPath: z.string() });

/**
 * Downloads checkpoints and imports them, as jobs: the only part of the program that reaches the network, and only when a
 * person asks for it. Stopped at any point it goes on from there.
 */
export class DownloadJobs {
  readonly #jobs: Jobs;
  readonly #models: ModelStore;
  readonly #engine: Engine;
  readonly #folder: string;
  readonly #hub: HubOptions;

  /** @param folder where checkpoints lie until they are imported. */
  constructor(jobs: Jobs, models: ModelStore, engine: Engine, folder: string, hub: HubOptions) {
    this.#jobs = jobs;
    this.#models = models;
    this.#engine = engine;
    this.#folder = folder;
    this.#hub = hub;
    jobs.register('download-model', {
      resumes: true,
      work: (work) => this.#download(work),
      discard: async (_job, request) => {
        const { key, outPath } = requestSchema.parse(request);
        await rm(path.join(this.#folder, key), { recursive: true, force: true });
        await rm(outPath, { recursive: true, force: true });
      },
    });
  }

  /** @throws EngineError NOT_FOUND; ARGUMENT_INVALID when it is being downloaded already. */
  async start(key: string, precision: Precision): Promise<Job> {
    const model = this.#find(key);
    if (this.#jobs.open().some((job) => job.kind === 'download-model' && job.title === model.title)) {
      throw new EngineError('ARGUMENT_INVALID', `${model.title} is being downloaded already.`, {
        remedy: 'Resume that download.',
      });
    }
    const outPath = await this.#models.newFolder(`${key}-${precision}`);
    return await this.#jobs.start(
      { kind: 'download-model', title: model.title, unit: 'bytes', total: model.downloadBytes },
      { key, precision, outPath },
    );
  }

  async #download({ request, signal, report }: JobWork): Promise<Pick<Job, 'outputPath' | 'modelId'>> {
    const { key, precision, outPath } = requestSchema.parse(request);
    const model = this.#find(key);
    const folder = path.join(this.#folder, key);
    await mkdir(folder, { recursive: true });
    const repositories = [model.baseRepository, model.adaptersRepository].filter(
      (name) => name !== undefined,
    );
    const environment = this.#hub.environment ?? process.env;
    const url = this.#hub.url ?? hubUrlOf(environment);
    const plain = await networkFetch(environment);
    const fetch = withToken(plain, url, await hubToken(environment));
    const plan = await planDownload(folder, repositories, { url, fetch, signal });
    await this.#requireRoom(folder, plan, model);
    const promptsPath = path.join(folder, 'prompts', 'constants.py');
    const retryDelaysMs = this.#hub.retryDelaysMs ?? defaultRetryDelaysMs;
    // First the small thing that may have changed: better known before gigabytes are fetched than behind them.
    if (model.prompts !== undefined) {
      await bringPrompts(model.prompts, promptsPath, { fetch: plain, signal, retryDelaysMs });
    }
    const caches = hubCacheFolders(environment);
    await this.#fetchAll(plan, folder, { url, fetch, caches, signal, report });
    throwIfCancelled(signal);
    const { adaptersRepository } = model;
    const made = await importCheckpoint(
      this.#engine,
      this.#models,
      {
        basePath: repositoryFolder(folder, model.baseRepository),
        ...(adaptersRepository === undefined
          ? {}
          : { adaptersPath: repositoryFolder(folder, adaptersRepository) }),
        ...(model.prompts === undefined ? {} : { promptsPath }),
        ...{ precision, outPath, name: model.title },
      },
      { signal, report },
    );
    await rm(folder, { recursive: true, force: true });
    return made;
  }

  async #fetchAll(
    plan: readonly PlannedFile[],
    folder: string,
    {
      url,
      fetch,
      caches,
      signal,
      report,
    }: Pick<JobWork, 'signal' | 'report'> & {
      readonly url: string;
      readonly fetch: Fetch;
      readonly caches: readonly string[];
    },
  ): Promise<void> {
    const total = plan.reduce((sum, file) => sum + file.bytes, 0);
    let before = 0;
    for (const file of plan) {
      throwIfCancelled(signal);
      await downloadFile(file, placeOf(folder, file), {
        url: addressOf(url, file),
        fetch,
        caches,
        signal,
        onProgress: (doneBytes) => report({ done: before + doneBytes, total, detail: file.path }),
        retryDelaysMs: this.#hub.retryDelaysMs ?? defaultRetryDelaysMs,
      });
      before += file.bytes;
    }
  }

  /** What is not there yet, and the package that is made of it. */
  async #requireRoom(folder: string, plan: readonly PlannedFile[], model: DownloadableModel): Promise<void> {
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    let missing = 0;
    for (const file of plan) {
      const place = placeOf(folder, file);
      const there =
        (await stat(place).catch(() => undefined)) ?? (await stat(`${place}.part`).catch(() => undefined));
      missing += Math.max(0, file.bytes - (there?.size ?? 0));
    }
    const needed = missing + Math.max(0, model.diskBytes - model.downloadBytes);
    if (free >= needed) return;
    const inGigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);
    throw new EngineError(
      'DISK_FULL',
      `${model.title} needs ${inGigabytes(needed)} GB; ${inGigabytes(free)} GB are free at ${folder}.`,
      { details: { neededBytes: needed, freeBytes: free } },
    );
  }

  #find(key: string): DownloadableModel {
    return required(
      this.#hub.catalogue.find((model) => model.key === key),
      'downloadable model',
    );
  }
}

/** Where the hub gives a file of a revision. */
function addressOf(hubUrl: string, { repository, revision, path: filePath }: PlannedFile): string {
  const encoded = filePath.split('/').map(encodeURIComponent).join('/');
  return `${hubUrl}/${repository}/resolve/${encodeURIComponent(revision)}/${encoded}`;
}
