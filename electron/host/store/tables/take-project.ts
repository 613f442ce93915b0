import { EngineError } from '../../../../native-models/protocol/errors.ts';
import type { AnnotationsChanged } from '../../contract/annotations.ts';
import type { LibraryVideo } from '../../contract/library.ts';
import type { Conflict, ProjectTaken } from '../../contract/project-files.ts';
import type { Run } from '../../contract/runs.ts';
import { textOf } from '../database.ts';
import type { Database } from '../database.ts';
import { keyOf } from '../merging/merge-item.ts';
import { mergeProjects } from '../merging/merge-projects.ts';
import type { MergedProject } from '../merging/merge-projects.ts';
import { listImages, writeImages } from './change-images.ts';
import type { ChangeImage } from './change-images.ts';
import { addConflict } from './conflicts.ts';
import { addVideoToProject, changeProject, insertProject, markVideos } from './projects.ts';
import { appendRunEvents, insertRun } from './runs.ts';
import { addUndoStep, appendSteps } from './undo-history.ts';
import { addSubtitles, saveVideo } from './videos.ts';
import { readWholeProject } from './whole-projects.ts';
import type { EventsOfRun, WholeProject } from './whole-projects.ts';

/** What is taken over of a project's file; its videos are named by the library's ids. */
export interface TakenFile {
  readonly whole: WholeProject;
  readonly events: readonly EventsOfRun[];
  /** All videos of the file, in its order. */
  readonly videoIds: readonly string[];
  /** Those that the library does not have yet. */
  readonly newVideos: readonly Omit<LibraryVideo, 'subtitles'>[];
  /** Files of subtitles that go with its videos. */
  readonly subtitles: readonly (LibraryVideo['subtitles'][number] & { readonly videoId: string })[];
  /** Name of the file. */
  readonly source: string;
  readonly title: string;
  readonly atMs: number;
  readonly author?: string | undefined;
  readonly stepId: string;
  /** What the ids of new conflicts begin with. */
  readonly newConflictId: string;
  /** Only tells what would be. */
  readonly isPreview: boolean;
}

/** What was done. */
export interface TakenProject {
  readonly taken: Omit<ProjectTaken, 'missingVideos' | 'missingSubtitles' | 'videos'>;
  readonly change: AnnotationsChanged;
  readonly runs: readonly Run[];
}

/**
 * Takes a project's file into the library: as it is where the library does not have that project, else merged into it, as one step
 * of undo. @throws EngineError PROJECT_FILE_INVALID where it holds something that another project of the library has.
 */
export function takeProject(database: Database, file: TakenFile): TakenProject {
  const { whole, isPreview, source, atMs } = file;
  const { id: projectId } = whole.project;
  requireFree(database, projectId, 'annotations', whole.annotations);
  requireFree(database, projectId, 'runs', whole.runs);
  const ours = readWholeProject(database, { projectId });
  const empty: WholeProject = {
    ...whole,
    labels: [],
    tracks: [],
    videoStatus: {},
    annotations: [],
    runs: [],
    steps: [],
    conflicts: [],
  };
  const merged = mergeProjects(ours ?? empty, whole);
  const found = ours === undefined ? [] : newConflicts(file, ours.conflicts, merged);
  const images = imagesOf(ours ?? empty, merged);
  const unchanged = { projectId, changed: [], removedIds: [] };
  const told = { taken: countsOf(file, ours, merged, images, found.length), runs: merged.runs };
  if (isPreview) return { ...told, change: unchanged };

  if (ours === undefined) insertProject(database, whole.project);
  else changeProject(database, { id: projectId, ...merged.words });
  for (const video of file.newVideos) saveVideo(database, video);
  for (const each of file.subtitles) addSubtitles(database, each);
  for (const videoId of file.videoIds) addVideoToProject(database, { projectId, videoId });
  // What somebody said of a video here stands.
  for (const [videoId, status] of Object.entries({ ...whole.videoStatus, ...ours?.videoStatus }))
    markVideos(database, { id: projectId, videoIds: [videoId], status });
  const known = new Set(ours?.runs.map(({ id }) => id));
  const events = new Map(file.events.map(({ runId, events: list }) => [runId, list]));
  for (const run of merged.runs) {
    insertRun(database, run);
    if (!known.has(run.id)) appendRunEvents(database, { id: run.id, events: events.get(run.id) ?? [] });
  }
  const written = writeImages(database, projectId, images, 'after');
  appendSteps(database, projectId, ours === undefined ? whole.steps : merged.steps);
  if (ours !== undefined) {
    const { stepId: id, title, author } = file;
    addUndoStep(database, { id, projectId, title, changes: images, atMs, author });
  }
  const conflicts = ours === undefined ? whole.conflicts : [...whole.conflicts, ...found];
  for (const conflict of conflicts) addConflict(database, projectId, conflict);
  return { ...told, change: { projectId, ...written } };

  function newConflicts(
    { newConflictId }: TakenFile,
    before: readonly Conflict[],
    { conflicts: differences }: MergedProject,
  ): Conflict[] {
    const keys = new Set(before.map(({ kind, itemId, theirs }) => keyOf([kind, itemId, theirs])));
    return differences
      .filter(({ kind, itemId, theirs }) => !keys.has(keyOf([kind, itemId, theirs])))
      .map((difference, index) => ({ id: `${newConflictId}-${index}`, ...difference, source, atMs }));
  }
}

/** What the merge changes of rows that have a history. */
function imagesOf(ours: WholeProject, merged: MergedProject): ChangeImage[] {
  const here = new Map(ours.annotations.map((each) => [each.id, each]));
  return [
    ...listImages(ours.labels, merged.labels).map((image) => ({ ...image, kind: 'label' as const })),
    ...listImages(ours.tracks, merged.tracks).map((image) => ({ ...image, kind: 'track' as const })),
    ...[...merged.annotations].map(([id, after]) => ({ id, before: here.get(id) ?? null, after })),
  ];
}

function countsOf(
  { whole }: TakenFile,
  ours: WholeProject | undefined,
  merged: MergedProject,
  images: readonly ChangeImage[],
  conflicts: number,
): TakenProject['taken'] {
  const known = new Set(ours?.runs.map(({ id }) => id));
  const count = (kind: ChangeImage['kind']) => {
    const all = images.filter((image) => image.kind === kind);
    const added = all.filter(({ before }) => before === null).length;
    const removed = all.filter(({ after }) => after === null).length;
    return { added, removed, changed: all.length - added - removed };
  };
  const newRuns = merged.runs.filter(({ id }) => !known.has(id)).length;
  return {
    projectId: whole.project.id,
    name: whole.project.name,
    isNew: ours === undefined,
    annotations: count(undefined),
    labels: count('label'),
    tracks: count('track'),
    runs: { added: newRuns, changed: merged.runs.length - newRuns, removed: 0 },
    steps: ours === undefined ? whole.steps.length : merged.steps.length,
    conflicts: ours === undefined ? whole.conflicts.length : conflicts,
  };
}

/** Ids are never given twice, so what has one of another project's is no project of ours, or was tampered with. */
function requireFree(
  database: Database,
  projectId: string,
  table: 'annotations' | 'runs',
  items: readonly { readonly id: string }[],
): void {
  const taken = database.get(
    `SELECT id FROM ${table} WHERE project_id <> :projectId AND id IN (SELECT value FROM json_each(:ids)) LIMIT 1`,
    { projectId, ids: JSON.stringify(items.map(({ id }) => id)) },
  );
  if (taken === undefined) return;
  throw new EngineError(
    'PROJECT_FILE_INVALID',
    `The file holds ${textOf(taken, 'id')}, which another project of the library has.`,
  );
}
