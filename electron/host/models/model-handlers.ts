import type { Handlers } from '../../../native-models/protocol/server.ts';
import type { HostMethods } from '../contract/methods.ts';
import type { Engine } from '../host-context.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { DownloadJobs } from './download-job.ts';
import { downloadableModels } from './downloadable-models.ts';
import type { ImportJobs } from './import-job.ts';
import type { ModelStore } from './model-store.ts';
import type { MoveJobs } from './move-job.ts';

type ModelMethods =
  | 'modelsList'
  | 'modelsInspect'
  | 'modelsAdd'
  | 'modelsImport'
  | 'modelsDownload'
  | 'modelsRemove'
  | 'modelsMoveFolder'
  | 'doctor'
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
}

/** Models, and the jobs that bring them. */
export function modelHandlers(parts: ModelParts): Pick<Handlers<HostMethods>, ModelMethods> {
  const { engine, models, jobs, imports, downloads, moves } = parts;
  return {
    modelsList: async () => ({ models: await models.list(), downloadable: [...downloadableModels] }),
    modelsInspect: ({ path }, { signal }) => engine.call('inspect', { path }, { signal }),
    modelsAdd: ({ path }) => models.add(path),
    modelsImport: (checkpoint) => imports.start(checkpoint),
    modelsDownload: ({ key, precision }) => downloads.start(key, precision),
    modelsRemove: async ({ id }) => {
      await models.remove(id);
      return {};
    },
    modelsMoveFolder: ({ path }) => moves.start(path),
    doctor: (_nothing, { signal }) => engine.call('doctor', {}, { signal }),
    jobsCancel: ({ id }) => jobs.cancel(id),
    jobsPause: ({ id }) => jobs.pause(id),
    jobsResume: ({ id }) => jobs.resume(id),
  };
}
