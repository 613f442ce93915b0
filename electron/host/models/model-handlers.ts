import os from 'node:os';
import type { Handlers } from '../../../native-models/protocol/server.ts';
import type { HostMethods } from '../contract/methods.ts';
import type { Engine } from '../host-context.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { DownloadJobs } from './download-job.ts';
import { catalogue } from '../catalogue/catalogue.ts';
import { downloadableModels } from '../downloads/downloadable-models.ts';
import type { KeptTokens } from '../downloads/kept-tokens.ts';
import type { ImportJobs } from './import-job.ts';
import type { ModelStore } from './model-store.ts';
import type { MoveJobs } from './move-job.ts';

type ModelMethods =
  | 'modelsList'
  | 'catalogueList'
  | 'modelsInspect'
  | 'modelsAdd'
  | 'modelsImport'
  | 'modelsDownload'
  | 'modelsRemove'
  | 'downloadsList'
  | 'downloadsRemove'
  | 'downloadsKeepToken'
  | 'modelsMoveFolder'
  | 'doctor'
  | 'keptFeatures'
  | 'keptFeaturesChange'
  | 'jobsCancel'
  | 'jobsPause'
  | 'jobsResume';

/** What the handlers of models work with. */
export interface ModelParts {
  readonly engine: Engine;
  readonly models: ModelStore;
  readonly jobs: Jobs;
  readonly imports: ImportJobs;
  readonly downloads: DownloadJobs;
  readonly moves: MoveJobs;
  readonly tokens: KeptTokens;
  /** The mirror of the hub that a person named. */
  readonly hubUrl: () => Promise<string>;
}

/** Models, and the jobs that bring them. */
export function modelHandlers(parts: ModelParts): Pick<Handlers<HostMethods>, ModelMethods> {
  const { engine, models, jobs, imports, downloads, moves, tokens, hubUrl } = parts;
  return {
    modelsList: async () => ({ models: await models.list(), downloadable: [...downloadableModels] }),
    catalogueList: () => Promise.resolve({ ...catalogue, memoryBytes: os.totalmem() }),
    modelsInspect: ({ path }, { signal }) => engine.call('inspect', { path }, { signal }),
    modelsAdd: ({ path }) => models.add(path),
    modelsImport: (checkpoint) => imports.start(checkpoint),
    modelsDownload: ({ key, precision }) => downloads.start(key, precision),
    modelsRemove: async ({ id }) => {
      await models.remove(id);
      return {};
    },
    downloadsList: async () => ({
      partial: await downloads.partial(),
      tokens: await tokens.states(await hubUrl()),
    }),
    downloadsRemove: async ({ key }) => ({ freedBytes: await downloads.removePartial(key) }),
    downloadsKeepToken: async ({ source, token }) => {
      const url = await hubUrl();
      if (token === '') await tokens.remove(source, url);
      else await tokens.keep(source, token, url);
      return { tokens: await tokens.states(url) };
    },
    modelsMoveFolder: ({ path }) => moves.start(path),
    keptFeatures: (_nothing, { signal }) => engine.call('keptFeatures', {}, { signal }),
    keptFeaturesChange: (change, { signal }) => engine.call('keptFeaturesChange', change, { signal }),
    doctor: (_nothing, { signal }) => engine.call('doctor', {}, { signal }),
    jobsCancel: ({ id }) => jobs.cancel(id),
    jobsPause: ({ id }) => jobs.pause(id),
    jobsResume: ({ id }) => jobs.resume(id),
  };
}
