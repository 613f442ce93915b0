import type {
  Annotation,
  AnnotationChanges,
  AnnotationOperation,
} from '../../../electron/host/contract/annotations.ts';
import { editedFrom, isMoved } from '../../../electron/host/contract/edited-annotation.ts';
import { ownTrackId } from '../../../electron/host/contract/library.ts';
import type { Project } from '../../../electron/host/contract/library.ts';
import { isSameRegion } from '../../../native-models/protocol/picture-region.ts';
import type { AnnotationSet } from './annotation-set.ts';
import { isInProject, withOperation } from './project-edits.ts';
import type { PendingEdit } from './library-state.ts';

/**
 * Annotations as they are shown: the host's, with the edits that it has not confirmed. The same object when there are
 * none.
 */
export function withPendingEdits(
  annotations: AnnotationSet,
  edits: readonly PendingEdit[],
  projectId: string | null,
): AnnotationSet {
  const own = edits.filter((edit) => edit.projectId === projectId);
  if (own.length === 0) return annotations;
  const shown = new AnnotationDraft(annotations);
  for (const edit of own) {
    for (const operation of edit.operations) applyOperation(shown, operation, edit.projectId);
  }
  return shown.done();
}

/** What operations make of a set, until they are all carried out. */
class AnnotationDraft {
  readonly #before: AnnotationSet;
  /** Null: removed. */
  readonly #changes = new Map<string, Annotation | null>();

  constructor(before: AnnotationSet) {
    this.#before = before;
  }

  get(id: string): Annotation | undefined {
    const change = this.#changes.get(id);
    return change === null ? undefined : (change ?? this.#before.get(id));
  }

  put(annotation: Annotation): void {
    this.#changes.set(annotation.id, annotation);
  }

  remove(id: string): void {
    this.#changes.set(id, null);
  }

  all(): readonly Annotation[] {
    return this.done().all();
  }

  done(): AnnotationSet {
    const changed = [...this.#changes.values()].filter((annotation) => annotation !== null);
    const removedIds = [...this.#changes].flatMap(([id, annotation]) => (annotation === null ? [id] : []));
    return this.#before.with({ changed, removedIds });
  }
}

function applyOperation(shown: AnnotationDraft, operation: AnnotationOperation, projectId: string): void {
  switch (operation.op) {
    case 'add':
      shown.put({ ...operation.annotation, projectId, createdAtMs: 0, updatedAtMs: 0 });
      return;
    case 'update': {
      const before = shown.get(operation.id);
      if (before !== undefined) shown.put(withChanges(before, operation.changes));
      return;
    }
    case 'remove':
      shown.remove(operation.id);
      return;
    case 'removeLabel':
      for (const { labelId, ...rest } of shown.all()) if (labelId === operation.id) shown.put(rest);
      return;
    case 'removeTrack':
      for (const { id, trackId } of shown.all()) if (trackId === operation.id) shown.remove(id);
      return;
    case 'addLabel':
    case 'updateLabel':
    case 'moveLabel':
    case 'addTrack':
    case 'updateTrack':
    case 'moveTrack':
    // These are about labels and tracks alone.
  }
}

/** An annotation after a change, by the host's rules: moving a model's or an imported one makes it an edited one. */
export function withChanges(before: Annotation, changes: AnnotationChanges): Annotation {
  const { labelId, trackId } = changes;
  const after: Annotation = {
    ...before,
    startSec: changes.startSec ?? before.startSec,
    endSec: changes.endSec ?? before.endSec,
    text: changes.text ?? before.text,
    note: changes.note ?? before.note,
    state: changes.state ?? before.state,
    ...(changes.attributes === undefined ? {} : { attributes: changes.attributes }),
  };
  if (labelId === null) Reflect.deleteProperty(after, 'labelId');
  else if (labelId !== undefined) after.labelId = labelId;
  if (trackId === null || trackId === ownTrackId) Reflect.deleteProperty(after, 'trackId');
  else if (trackId !== undefined) after.trackId = trackId;
  if (changes.region === null) Reflect.deleteProperty(after, 'region');
  else if (changes.region !== undefined) after.region = changes.region;
  return isMoved(before, after) ? { ...after, ...editedFrom(before) } : after;
}

/**
 * What of an edit is still to be sent after the line broke while it was on its way: the host may or may not have stored
 * it, all of it or nothing. Empty: it was stored.
 */
export function operationsToResend(
  operations: readonly AnnotationOperation[],
  stored: AnnotationSet,
  project: Project | undefined,
): readonly AnnotationOperation[] {
  const annotations = new AnnotationDraft(stored);
  let shown = project;
  // Each is held against what those before it make: they may build on one another.
  return operations.filter((operation) => {
    const isMissing = isStillMissing(operation, annotations, shown);
    if (isMissing) applyOperation(annotations, operation, project?.id ?? '');
    shown = shown === undefined ? undefined : withOperation(shown, operation);
    return isMissing;
  });
}

function isStillMissing(
  operation: AnnotationOperation,
  stored: AnnotationDraft,
  project: Project | undefined,
): boolean {
  switch (operation.op) {
    case 'add':
      return stored.get(operation.annotation.id) === undefined;
    case 'remove':
      return stored.get(operation.id) !== undefined;
    case 'update': {
      const before = stored.get(operation.id);
      return before !== undefined && !agrees(before, operation.changes);
    }
    case 'addLabel':
    case 'updateLabel':
    case 'moveLabel':
    case 'removeLabel':
    case 'addTrack':
    case 'updateTrack':
    case 'moveTrack':
    case 'removeTrack':
      return !isInProject(project, operation);
  }
}

function agrees(annotation: Annotation, changes: AnnotationChanges): boolean {
  const after = withChanges(annotation, changes);
  return (
    (['startSec', 'endSec', 'text', 'labelId', 'note', 'state', 'trackId'] as const).every(
      (field) => after[field] === annotation[field],
    ) &&
    isSameRegion(after.region, annotation.region) &&
    JSON.stringify(after.attributes) === JSON.stringify(annotation.attributes)
  );
}
