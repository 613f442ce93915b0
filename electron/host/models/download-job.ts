import { rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { Precision } from '../../../native-models/protocol/roles.ts';
import { precisionSchema } from '../../../native-models/protocol/roles.ts';
import type { DownloadChoices, PartialDownload } from '../contract/downloads.ts';
import type { DownloadableModel, Job } from '../contract/models.ts';
import { withCheckpoint } from '../downloads/bring-checkpoint.ts';
import { openNetwork } from '../downloads/download-network.ts';
import type { KeptTokens } from '../downloads/kept-tokens.ts';
import type { NetworkEnvironment } from '../downloads/network-fetch.ts';
import { listPartialDownloads, removePartialDownload } from '../downloads/partial-downloads.ts';
import { placeInFolder } from '../downloads/repository-paths.ts';
import type { Engine } from '../host-context.ts';
import { required } from '../host-context.ts';
import type { JobWork, Jobs } from '../jobs/jobs.ts';
import { importCheckpoint } from './import-job.ts';
import type { ModelStore } from './model-store.ts';

/** Where checkpoints come from; everything is set otherwise only in tests. */
export interface HubOptions {
  /** Says how the network and the sources are reached; default: the process's. */
  readonly environment?: NetworkEnvironment | undefined;
  readonly retryDelaysMs?: readonly number[] | undefined;
  readonly silenceMs?: number | undefined;
  readonly catalogue: readonly DownloadableModel[];
}

/** What downloads are made with. */
export interface DownloadParts {
  readonly jobs: Jobs;
  readonly models: ModelStore;
  readonly engine: Engine;
  /** Where checkpoints lie until they are imported. */
  readonly folder: string;
  readonly hub: HubOptions;
  readonly tokens: KeptTokens;
  /** What a person chose, as it is now: a download that failed is resumed from elsewhere without losing what has arrived. */
  readonly choices: () => Promise<DownloadChoices>;
}

const requestSchema = z.object({ key: z.string(), precision: precisionSchema, outPath: z.string() });

/**
 * Downloads checkpoints and imports them, as jobs: the only part of the program that reaches the network, and only when a
 * person asks for it. Stopped at any point it goes on from there.
 */
export class DownloadJobs {
  readonly #parts: DownloadParts;

  constructor(parts: DownloadParts) {
    this.#parts = parts;
    parts.jobs.register('download-model', {
      resumes: true,
      work: (work) => this.#download(work),
      discard: async (_job, request) => {
        const { key, outPath } = requestSchema.parse(request);
        await removePartialDownload(this.#folderOf(key));
        await rm(outPath, { recursive: true, force: true });
      },
    });
  }

  /** @throws EngineError NOT_FOUND; ARGUMENT_INVALID when it is being downloaded already. */
  async start(key: string, precision: Precision): Promise<Job> {
    const { jobs, models } = this.#parts;
    const model = this.#find(key);
    if (jobs.open().some((job) => job.kind === 'download-model' && job.title === model.title)) {
      throw new EngineError('ARGUMENT_INVALID', `${model.title} is being downloaded already.`, {
        remedy: 'Resume that download.',
      });
    }
    const outPath = await models.newFolder(`${key}-${precision}`);
    return await jobs.start(
      { kind: 'download-model', title: model.title, unit: 'bytes', total: model.downloadBytes },
      { key, precision, outPath },
    );
  }

  /** Downloads that have begun and are not finished, with what they take on the disk. */
  partial(): Promise<PartialDownload[]> {
    return listPartialDownloads(this.#parts.folder, this.#parts.hub.catalogue);
  }

  /**
   * Removes what has arrived of a download, and gives up the job that would have gone on with it.
   * @returns the bytes that this freed
   * @throws EngineError STORE_BUSY while it is being downloaded
   */
  async removePartial(key: string): Promise<number> {
    const { jobs, hub } = this.#parts;
    const freedBytes = await removePartialDownload(this.#folderOf(key));
    const title = hub.catalogue.find((model) => model.key === key)?.title;
    const waiting = jobs
      .list()
      .filter((job) => job.kind === 'download-model' && job.title === title)
      .filter(({ state }) => state === 'paused' || state === 'failed');
    for (const { id } of waiting) await jobs.cancel(id);
    return freedBytes;
  }

  async #download({ request, signal, report }: JobWork): Promise<Pick<Job, 'outputPath' | 'modelId'>> {
    const { engine, models, hub, tokens, choices: readChoices } = this.#parts;
    const { key, precision, outPath } = requestSchema.parse(request);
    const model = this.#find(key);
    const folder = this.#folderOf(key);
    const choices = await readChoices();
    const network = await openNetwork({
      ...hub,
      environment: hub.environment ?? process.env,
      hubUrl: choices.hubUrl,
      keptToken: (source, url) => tokens.find(source, url),
    });
    const made = await withCheckpoint(
      model,
      folder,
      { choices, network, precision, signal, report },
      (checkpoint) =>
        importCheckpoint(
          engine,
          models,
          { ...checkpoint, precision, outPath, name: model.title },
          { signal, report },
        ),
    );
    await removePartialDownload(folder);
    return made;
  }

  #folderOf(key: string): string {
    return placeInFolder(this.#parts.folder, path.basename(key));
  }

  #find(key: string): DownloadableModel {
    return required(
      this.#parts.hub.catalogue.find((model) => model.key === key),
      'downloadable model',
    );
  }
}
