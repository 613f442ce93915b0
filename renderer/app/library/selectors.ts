import type { LibraryVideo, Project } from '../../../electron/host/contract/library.ts';
import type { Job, Model } from '../../../electron/host/contract/models.ts';
import type { Run } from '../../../electron/host/contract/runs.ts';
import { withPendingProject } from './project-edits.ts';
import { withPendingEdits } from './annotation-edits.ts';
import type { AnnotationSet } from './annotation-set.ts';
import type { ById, LibraryState } from './library-state.ts';

/** The open project as it is shown: with the labels and tracks of edits that are on their way. */
export function openProject(state: LibraryState): Project | undefined {
  return state.projectId === null
    ? undefined
    : shownProject(state.projects[state.projectId], state.pendingEdits);
}

const shownProject = remember(withPendingProject);

/** The model that questions go to: the chosen one, else the first that is ready. */
export function currentModel(state: LibraryState): Model | undefined {
  const { models, settings } = state;
  return (
    models.find((model) => model.id === settings.modelId) ??
    models.find((model) => model.state === 'ready' && !model.demo) ??
    models.find((model) => model.state === 'ready')
  );
}

/** Videos of the open project, in its order. */
export const projectVideos = remember(
  (videos: ById<LibraryVideo>, project: Project | undefined): readonly LibraryVideo[] =>
    (project?.videoIds ?? []).flatMap((id) => videos[id] ?? []),
);

/** Newest first. */
export const runsNewestFirst = remember((runs: ById<Run>): readonly Run[] =>
  Object.values(runs).toSorted((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1)),
);

/** Questions that run or wait, in the order in which they are answered. */
export const queuedInOrder = remember((runs: ById<Run>): readonly Run[] => {
  const waits = ({ state }: Run) => Number(state === 'queued');
  return Object.values(runs)
    .filter(isActive)
    .toSorted(
      (a, b) =>
        waits(a) - waits(b) ||
        (a.queuePlace ?? Infinity) - (b.queuePlace ?? Infinity) ||
        a.createdAtMs - b.createdAtMs,
    );
});

/** Annotations as they are shown: with the edits that are on their way. */
export function shownAnnotations({ annotations, pendingEdits, projectId }: LibraryState): AnnotationSet {
  return withPending(annotations, pendingEdits, projectId);
}

const withPending = remember(withPendingEdits);

/** Newest first; those that go on before those that ended. */
export const jobsInOrder = remember((jobs: ById<Job>): readonly Job[] =>
  Object.values(jobs).toSorted(
    (a, b) => Number(isOver(a)) - Number(isOver(b)) || b.createdAtMs - a.createdAtMs,
  ),
);

/** The latest job that makes a copy of a video for playing. */
export function proxyJobOf(jobs: ById<Job>, videoId: string): Job | undefined {
  return Object.values(jobs)
    .filter((job) => job.kind === 'proxy' && job.videoId === videoId)
    .toSorted((a, b) => b.createdAtMs - a.createdAtMs)
    .at(0);
}

/** True for a job that will not change any more. */
export function isOver(job: Job): boolean {
  return job.state === 'done' || job.state === 'failed' || job.state === 'cancelled';
}

/** True for a run that waits or goes on. */
export function isActive(run: Run): boolean {
  return run.state === 'queued' || run.state === 'running';
}

/** Keeps the last result for the same arguments, so that what is derived stays the same object. */
export function remember<Args extends readonly unknown[], Result>(
  derive: (...args: Args) => Result,
): (...args: Args) => Result {
  let last: { readonly args: Args; readonly result: Result } | undefined;
  return (...args) => {
    if (last?.args.every((arg, index) => arg === args[index]) !== true)
      last = { args, result: derive(...args) };
    return last.result;
  };
}
