import type { AnnotationOperation } from '../../../electron/host/contract/annotations.ts';
import type { Label, Project, Track } from '../../../electron/host/contract/library.ts';
import type { PendingEdit } from './library-state.ts';

/** A project as it is shown: the host's, with the labels and tracks of edits that it has not confirmed. */
export function withPendingProject(
  project: Project | undefined,
  edits: readonly PendingEdit[],
): Project | undefined {
  return edits
    .filter((edit) => edit.projectId === project?.id)
    .flatMap(({ operations }) => operations)
    .reduce((shown, operation) => shown && withOperation(shown, operation), project);
}

/** Whether a project has what an operation on labels or tracks makes, so that it would change nothing. */
export function isInProject(project: Project | undefined, operation: AnnotationOperation): boolean {
  return (
    project === undefined || JSON.stringify(withOperation(project, operation)) === JSON.stringify(project)
  );
}

/** A project after an operation on its labels or tracks. */
export function withOperation(project: Project, operation: AnnotationOperation): Project {
  const labels = (next: readonly Label[]): Project => ({ ...project, labels: [...next] });
  const tracks = (next: readonly Track[]): Project => ({ ...project, tracks: [...next] });
  switch (operation.op) {
    case 'addLabel':
      return labels(withAdded(project.labels, operation.label));
    case 'updateLabel': {
      const { id, changes } = operation;
      return labels(
        project.labels.map((label) =>
          label.id === id ? ({ ...label, ...defined(changes) } satisfies Label) : label,
        ),
      );
    }
    case 'moveLabel':
      return labels(withMoved(project.labels, operation.id, operation.place));
    case 'removeLabel':
      return labels(project.labels.filter(({ id }) => id !== operation.id));
    case 'addTrack':
      return tracks(withAdded(project.tracks, operation.track));
    case 'updateTrack': {
      const { id, changes } = operation;
      return tracks(
        project.tracks.map((track) => (track.id === id ? withTrackChanges(track, changes) : track)),
      );
    }
    case 'moveTrack':
      return tracks(withMoved(project.tracks, operation.id, operation.place));
    case 'removeTrack':
      return tracks(project.tracks.filter(({ id }) => id !== operation.id));
    case 'add':
    case 'update':
    case 'remove':
      return project;
  }
}

/** Only what is to be changed. */
function defined<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]: Exclude<Fields[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Fields]: Exclude<Fields[Key], undefined>;
  };
}

type TrackChanges = Extract<AnnotationOperation, { readonly op: 'updateTrack' }>['changes'];

function withTrackChanges(track: Track, changes: TrackChanges): Track {
  const { color, labelIds, ...kept } = track;
  const next = { color: changes.color === undefined ? color : changes.color };
  const choice = changes.labelIds === undefined ? labelIds : changes.labelIds;
  return {
    ...kept,
    name: changes.name ?? track.name,
    kind: changes.kind ?? track.kind,
    hidden: changes.hidden ?? track.hidden,
    locked: changes.locked ?? track.locked,
    ...(next.color === undefined || next.color === null ? {} : { color: next.color }),
    ...(choice === undefined || choice === null ? {} : { labelIds: choice }),
  };
}

interface Item {
  readonly id: string;
}

function withAdded<T extends Item>(items: readonly T[], item: T): readonly T[] {
  return items.some(({ id }) => id === item.id) ? items : [...items, item];
}

function withMoved<T extends Item>(items: readonly T[], id: string, place: number): readonly T[] {
  const item = items.find((each) => each.id === id);
  return item === undefined ? items : items.filter((each) => each !== item).toSpliced(place, 0, item);
}
