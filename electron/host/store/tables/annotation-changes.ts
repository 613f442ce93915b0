import { EngineError } from '../../../../native-models/protocol/errors.ts';
import type {
  Annotation,
  AnnotationChanges,
  AnnotationOperation,
  AnnotationsChanged,
  UndoState,
} from '../../contract/annotations.ts';
import type { Project } from '../../contract/library.ts';
import type { Database } from '../database.ts';
import { deleteAnnotation, readAnnotations, readAnnotationsById, writeAnnotation } from './annotations.ts';
import { findProject } from './projects.ts';
import { addUndoStep, readUndoState, takeUndoStep } from './undo-history.ts';
import type { AnnotationImage } from './undo-history.ts';
import { findVideo } from './videos.ts';

/** Annotations of a project, and what can be undone. @throws EngineError NOT_FOUND */
export function listAnnotations(
  database: Database,
  filter: { readonly projectId: string; readonly videoId?: string | undefined },
): { readonly annotations: Annotation[]; readonly history: UndoState } {
  requireProject(database, filter.projectId);
  return {
    annotations: readAnnotations(database, filter),
    history: readUndoState(database, filter.projectId),
  };
}

/** A change of annotations: all of it happens or nothing, and it is undone in one step. */
export interface AnnotationsChange {
  readonly projectId: string;
  readonly title: string;
  readonly operations: readonly AnnotationOperation[];
  readonly atMs: number;
}

/** @throws EngineError NOT_FOUND, ANNOTATION_INVALID; nothing was changed then. */
export function changeAnnotations(database: Database, change: AnnotationsChange): AnnotationsChanged {
  const { projectId, title, operations, atMs } = change;
  const project = requireProject(database, projectId);
  const touchedIds = operations.map((operation) =>
    operation.op === 'add' ? operation.annotation.id : operation.id,
  );
  const before = new Map(readAnnotationsById(database, touchedIds).map((known) => [known.id, known]));
  const after = new Map<string, Annotation | null>(before);
  const checked = boundsCheck(database, project);
  for (const operation of operations) {
    const next = applied(operation, after, { projectId, atMs });
    if (next !== null) checked(next);
    after.set(operation.op === 'add' ? operation.annotation.id : operation.id, next);
  }
  const images: AnnotationImage[] = [];
  for (const [id, next] of after) {
    const stored = next === null ? null : writeAnnotation(database, next);
    if (stored === null) deleteAnnotation(database, id);
    images.push({ id, before: before.get(id) ?? null, after: stored });
  }
  addUndoStep(database, { projectId, title, changes: images });
  return outcome(
    database,
    projectId,
    images.map(({ id, after: stored }) => ({ id, stored })),
  );
}

/** Takes the last change back, or makes the last undone one again. @throws EngineError NOT_FOUND, NOTHING_TO_UNDO */
export function stepAnnotations(
  database: Database,
  { projectId, direction }: { readonly projectId: string; readonly direction: 'undo' | 'redo' },
): AnnotationsChanged {
  requireProject(database, projectId);
  const images = takeUndoStep(database, projectId, direction);
  if (images === undefined) throw new EngineError('NOTHING_TO_UNDO', `There is nothing to ${direction}.`);
  const stepped = images.map((image) => {
    const target = direction === 'undo' ? image.before : image.after;
    const stored = target === null ? null : writeAnnotation(database, target);
    if (stored === null) deleteAnnotation(database, image.id);
    return { id: image.id, stored };
  });
  return outcome(database, projectId, stepped);
}

/** Annotations that were changed by something else than a person's step, such as the removal of a label. */
export function annotationsTouched(
  database: Database,
  {
    projectId,
    ids,
    removedIds = [],
  }: { readonly projectId: string; readonly ids: readonly string[]; readonly removedIds?: readonly string[] },
): AnnotationsChanged {
  return {
    projectId,
    changed: readAnnotationsById(database, ids),
    removedIds: [...removedIds],
    history: readUndoState(database, projectId),
  };
}

function outcome(
  database: Database,
  projectId: string,
  steps: readonly { readonly id: string; readonly stored: Annotation | null }[],
): AnnotationsChanged {
  return {
    projectId,
    changed: steps.flatMap(({ stored }) => stored ?? []),
    removedIds: steps.filter(({ stored }) => stored === null).map(({ id }) => id),
    history: readUndoState(database, projectId),
  };
}

function applied(
  operation: AnnotationOperation,
  known: ReadonlyMap<string, Annotation | null>,
  { projectId, atMs }: { readonly projectId: string; readonly atMs: number },
): Annotation | null {
  if (operation.op === 'add') {
    const { annotation } = operation;
    if (known.get(annotation.id)) {
      throw new EngineError('ANNOTATION_INVALID', `There is an annotation ${annotation.id} already.`, {
        remedy: 'Give a new one an id of its own.',
      });
    }
    return { ...annotation, projectId, createdAtMs: atMs, updatedAtMs: atMs };
  }
  const current = known.get(operation.id);
  if (!current || current.projectId !== projectId) {
    throw new EngineError('NOT_FOUND', `There is no annotation ${operation.id} in this project.`);
  }
  return operation.op === 'remove' ? null : changed(current, operation.changes, atMs);
}

/** Changing the times of what a model found makes it edited, and what was found is kept beside. */
function changed(current: Annotation, changes: AnnotationChanges, atMs: number): Annotation {
  const { labelId: kept, ...rest } = current;
  const { labelId = kept ?? null, ...values } = changes;
  const next: Annotation = {
    ...rest,
    ...defined(values),
    ...(labelId === null ? {} : { labelId }),
    updatedAtMs: atMs,
  };
  const moved = next.startSec !== current.startSec || next.endSec !== current.endSec;
  if (!moved || current.provenance !== 'model') return next;
  return {
    ...next,
    provenance: 'edited',
    originalStartSec: current.startSec,
    originalEndSec: current.endSec,
  };
}

type Defined<Fields> = { [Key in keyof Fields]: Exclude<Fields[Key], undefined> };

function defined<Fields extends object>(fields: Fields): Partial<Defined<Fields>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<
    Defined<Fields>
  >;
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
