import { EngineError } from '../../../../native-models/protocol/errors.ts';
import type {
  Annotation,
  AnnotationOperation,
  AnnotationsChanged,
  HistoryStep,
} from '../../contract/annotations.ts';
import type { Project } from '../../contract/library.ts';
import { textOf } from '../database.ts';
import type { Database } from '../database.ts';
import { readAnnotations, readAnnotationsById } from './annotations.ts';
import { applyOperation } from './apply-operations.ts';
import type { Draft } from './apply-operations.ts';
import { areAt, listImages, writeImages } from './change-images.ts';
import type { ChangeImage } from './change-images.ts';
import { findProject } from './projects.ts';
import { addUndoStep, dropUndoStep, findUndoStep, markUndoStep } from './undo-history.ts';
import type { UndoScope } from './undo-history.ts';
import { findVideo } from './videos.ts';

/** Annotations of a project, or of a video in it. @throws EngineError NOT_FOUND */
export function listAnnotations(
  database: Database,
  filter: { readonly projectId: string; readonly videoId?: string | undefined },
): { readonly annotations: Annotation[] } {
  requireProject(database, filter.projectId);
  return { annotations: readAnnotations(database, filter) };
}

/** A change of annotations, labels and tracks: all of it happens or nothing, and it is undone in one step. */
export interface AnnotationsChange {
  readonly projectId: string;
  readonly title: string;
  readonly operations: readonly AnnotationOperation[];
  readonly atMs: number;
  /** Of the step of undo, never given before. */
  readonly stepId: string;
  readonly author?: string | undefined;
  readonly windowId?: string | undefined;
  readonly join?: string | undefined;
}

/** @throws EngineError NOT_FOUND, ANNOTATION_INVALID, ARGUMENT_INVALID; nothing was changed then. */
export function changeAnnotations(database: Database, change: AnnotationsChange): AnnotationsChanged {
  const { projectId, title, operations, atMs, stepId, author, windowId, join } = change;
  const project = requireProject(database, projectId);
  const stored = new Map<string, Annotation | null>(
    readAnnotationsById(database, idsNamed(operations)).map((row) => [row.id, row]),
  );
  const load = (id: string): Annotation | null => {
    if (!stored.has(id)) stored.set(id, readAnnotationsById(database, [id])[0] ?? null);
    const found = stored.get(id) ?? null;
    if (found !== null && found.projectId !== projectId) {
      throw new EngineError('NOT_FOUND', `There is no annotation ${id} in this project.`);
    }
    return found;
  };
  const draft: Draft = { labels: project.labels, tracks: project.tracks, annotations: new Map() };
  const idsWith = (field: 'labelId' | 'trackId', id: string) => idsOf(database, projectId, field, id);
  for (const operation of operations) {
    applyOperation(draft, operation, {
      projectId,
      atMs,
      author: author === '' ? undefined : author,
      idsWith,
      load,
    });
  }
  const check = boundsCheck(database, project);
  const touched = [...draft.annotations].map(([id, after]): ChangeImage => {
    const before = load(id);
    // What only loses its track or label stays where it is, be that inside its video or not.
    if (after !== null && (before?.startSec !== after.startSec || before.endSec !== after.endSec))
      check(after);
    return { id, before, after };
  });
  const images: ChangeImage[] = [
    ...listImages(project.labels, draft.labels).map((image) => ({ ...image, kind: 'label' as const })),
    ...listImages(project.tracks, draft.tracks).map((image) => ({ ...image, kind: 'track' as const })),
    ...touched,
  ];
  const written = writeImages(database, projectId, images, 'after');
  // As they were written: without labels and tracks that the project does not have.
  const rows = new Map(written.changed.map((row) => [row.id, row]));
  const changes = images.map((image) =>
    image.kind === undefined && image.after !== null
      ? { ...image, after: rows.get(image.id) ?? image.after }
      : image,
  );
  addUndoStep(database, { id: stepId, projectId, title, changes, atMs, author, windowId, join });
  return { projectId, ...written };
}

/**
 * Takes the last change of a scope back, or makes the last undone one again. One whose rows were changed since by a step
 * outside of the scope is left alone and dropped. @throws EngineError NOT_FOUND, NOTHING_TO_UNDO
 */
export function stepAnnotations(
  database: Database,
  { direction, ...scope }: UndoScope & { readonly direction: 'undo' | 'redo' },
): HistoryStep {
  const { projectId } = scope;
  requireProject(database, projectId);
  const step = findUndoStep(database, scope, direction);
  if (step === undefined) {
    const what = direction === 'undo' ? 'take back' : 'do again';
    throw new EngineError('NOTHING_TO_UNDO', `There is nothing to ${what} here.`);
  }
  const { title, videoIds, changes, position } = step;
  const [from, to] = direction === 'undo' ? (['after', 'before'] as const) : (['before', 'after'] as const);
  if (!areAt(database, projectId, changes, from)) {
    dropUndoStep(database, projectId, position);
    return { title, videoIds, isDone: false, change: { projectId, changed: [], removedIds: [] } };
  }
  const written = writeImages(database, projectId, changes, to);
  markUndoStep(database, projectId, position, direction === 'undo');
  return { title, videoIds, isDone: true, change: { projectId, ...written } };
}

function idsNamed(operations: readonly AnnotationOperation[]): string[] {
  return operations.flatMap((operation) => {
    if (operation.op === 'add') return [operation.annotation.id];
    return operation.op === 'update' || operation.op === 'remove' ? [operation.id] : [];
  });
}

function idsOf(database: Database, projectId: string, field: 'labelId' | 'trackId', id: string): string[] {
  const column = field === 'labelId' ? 'label_id' : 'track_id';
  return database
    .all(`SELECT id FROM annotations WHERE project_id = :projectId AND ${column} = :id`, { projectId, id })
    .map((row) => textOf(row, 'id'));
}

/** Times are held against the video, to a frame: players round. */
function boundsCheck(database: Database, project: Project): (annotation: Annotation) => void {
  const ends = new Map<string, number>();
  for (const id of project.videoIds) {
    const picture = findVideo(database, { id })?.picture;
    ends.set(id, picture === undefined ? Infinity : picture.durationSec + 1 / picture.fps);
  }
  return ({ videoId, startSec, endSec }) => {
    const lastSec = ends.get(videoId);
    if (lastSec === undefined) {
      throw new EngineError('NOT_FOUND', `The project has no video ${videoId}.`);
    }
    if (startSec <= endSec && endSec <= lastSec) return;
    throw new EngineError(
      'ANNOTATION_INVALID',
      `A moment from ${startSec} s to ${endSec} s is not inside the video, or ends before it starts.`,
      { details: { startSec, endSec } },
    );
  };
}

function requireProject(database: Database, id: string): Project {
  const project = findProject(database, { id });
  if (project === undefined) throw new EngineError('NOT_FOUND', `There is no project ${id}.`);
  return project;
}
