import type { Handlers } from '../../../native-models/protocol/server.ts';
import type { HostMethods } from '../contract/methods.ts';
import type { Model } from '../contract/models.ts';
import type { Question } from '../contract/runs.ts';
import { required } from '../host-context.ts';
import type { Engine, HostContext } from '../host-context.ts';
import { framesSeen } from './frames-seen.ts';
import type { RunQueue } from './run-queue.ts';
import { findTarget } from './run-target.ts';
import type { TraceFiles } from './trace-files.ts';

type RunMethods =
  | 'runsEstimate'
  | 'runsAsk'
  | 'runsCancel'
  | 'runsMove'
  | 'runsSettle'
  | 'runsList'
  | 'runsEvents'
  | 'runsReview'
  | 'runsRemove'
  | 'runsSeen';

/** What the handlers of runs work with. */
export interface RunParts {
  readonly context: HostContext;
  readonly engine: Engine;
  readonly queue: RunQueue;
  readonly traces: TraceFiles;
  readonly findModel: (modelId: string) => Promise<Model>;
}

/** Questions and what became of them. */
export function runHandlers(parts: RunParts): Pick<Handlers<HostMethods>, RunMethods> {
  const { context, engine, queue, traces } = parts;
  const { store, events, now, newId } = context;

  const target = (question: Question) => findTarget(store, parts.findModel, question);

  const tellProject = async (id: string): Promise<void> => {
    const project = await store.call('findProject', { id });
    if (project !== undefined) events.emit({ type: 'projectChanged', project });
  };

  return {
    runsEstimate: async (question, { signal }) => {
      const { paths } = await target(question);
      return await engine.call('estimate', { ...question, ...paths }, { signal });
    },

    runsAsk: async ({ rerunOf, ...question }) => {
      const { model, paths } = await target(question);
      if (rerunOf !== undefined) required(await store.call('findRun', { id: rerunOf }), 'run');
      const run = required(
        await store.call('createRun', {
          id: newId(),
          question,
          createdAtMs: now(),
          modelName: model.name,
          rerunOf,
        }),
        'run',
      );
      events.emit({ type: 'runChanged', run });
      await tellProject(question.projectId);
      queue.add(run, paths);
      return run;
    },

    runsCancel: async ({ id }) =>
      (await queue.cancel(id)) ?? required(await store.call('findRun', { id }), 'run'),

    runsMove: async ({ id, beforeId }) => ({ runs: await queue.move(id, beforeId) }),

    runsSettle: async ({ id }) => {
      required(await store.call('findRun', { id }), 'run');
      return await engine.call('settle', { runId: id });
    },

    runsList: (filter) => store.call('listRuns', filter),

    runsEvents: async ({ id, fromSeq }) => {
      required(await store.call('findRun', { id }), 'run');
      return { events: await store.call('listRunEvents', { id, fromSeq }) };
    },

    runsReview: async (change) => {
      const run = required(await store.call('reviewRun', change), 'run');
      events.emit({ type: 'runChanged', run });
      return run;
    },

    runsRemove: async ({ id }) => {
      await queue.cancel(id);
      const projectId = required(await store.call('removeRun', { id }), 'run');
      await traces.remove(id);
      events.emit({ type: 'runRemoved', runId: id });
      await tellProject(projectId);
      return {};
    },

    runsSeen: async ({ id }, { signal }) => {
      const run = required(await store.call('findRun', { id }), 'run');
      const trace = await traces.read(id);
      const video = await store.call('findVideo', { id: run.question.videoId });
      if (trace === undefined || video === undefined) return { frameTimesSec: {} };
      return await framesSeen(trace, (indices) =>
        context.videos.timesOfFrames(video.path, indices, { signal }),
      );
    },
  };
}
