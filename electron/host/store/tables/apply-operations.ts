import { EngineError } from '../../../../native-models/protocol/errors.ts';
import type { Annotation, AnnotationChanges, AnnotationOperation } from '../../contract/annotations.ts';
import { editedFrom, isMoved } from '../../contract/edited-annotation.ts';
import { ownTrackId } from '../../contract/library.ts';
import type { Label, Track } from '../../contract/library.ts';

/** What operations work on: a project's labels and tracks, and the annotations that they touch. */
export interface Draft {
  labels: readonly Label[];
  tracks: readonly Track[];
  /** As it will be; null: there is none. */
  readonly annotations: Map<string, Annotation | null>;
}

/** Where a draft gets annotations from, and what it stamps on them. */
export interface DraftSource {
  readonly projectId: string;
  readonly atMs: number;
  readonly author: string | undefined;
  /** The ids of annotations with a label, or on a track. */
  readonly idsWith: (field: 'labelId' | 'trackId', id: string) => readonly string[];
  /** An annotation of the project as it is stored. */
  readonly load: (id: string) => Annotation | null;
}

const mostLabels = 200;
const mostTracks = 200;

/** Carries out one operation on a draft. @throws EngineError NOT_FOUND, ANNOTATION_INVALID, ARGUMENT_INVALID. */
export function applyOperation(draft: Draft, operation: AnnotationOperation, source: DraftSource): void {
  const known = (id: string): Annotation | null => {
    const touched = draft.annotations.get(id);
    return touched === undefined ? source.load(id) : touched;
  };
  const stamp = { updatedAtMs: source.atMs, ...(source.author && { changedBy: source.author }) };
  /** All that have it, as stored or by an operation before this one. */
  const withField = (field: 'labelId' | 'trackId', value: string): Annotation[] =>
    [...new Set([...source.idsWith(field, value), ...draft.annotations.keys()])]
      .map(known)
      .filter((annotation) => annotation?.[field] === value)
      .filter((annotation) => annotation !== null);

  switch (operation.op) {
    case 'add': {
      const { annotation } = operation;
      if (known(annotation.id)) {
        throw new EngineError('ANNOTATION_INVALID', `There is an annotation ${annotation.id} already.`, {
          remedy: 'Give a new one an id of its own.',
        });
      }
      const { projectId, atMs, author } = source;
      const made = { ...annotation, projectId, createdAtMs: atMs, updatedAtMs: atMs };
      draft.annotations.set(annotation.id, { ...made, ...(author && { createdBy: author }) });
      return;
    }
    case 'update':
      draft.annotations.set(operation.id, {
        ...withVerdict(
          changed(requireFound(known(operation.id), 'annotation', operation.id), operation.changes),
          operation.changes.state,
          source,
        ),
        ...stamp,
      });
      return;
    case 'remove':
      requireFound(known(operation.id), 'annotation', operation.id);
      draft.annotations.set(operation.id, null);
      return;
    case 'addLabel':
      draft.labels = withAdded(draft.labels, operation.label, mostLabels, 'label');
      return;
    case 'updateLabel':
      draft.labels = withChanged(draft.labels, operation.id, 'label', (label) => ({
        ...label,
        ...defined(operation.changes),
      }));
      return;
    case 'moveLabel':
      draft.labels = withMoved(draft.labels, operation.id, operation.place, 'label');
      return;
    case 'removeLabel':
      draft.labels = withRemoved(draft.labels, operation.id, 'label');
      for (const annotation of withField('labelId', operation.id)) {
        draft.annotations.set(annotation.id, { ...changed(annotation, { labelId: null }), ...stamp });
      }
      return;
    case 'addTrack':
      draft.tracks = withAdded(draft.tracks, operation.track, mostTracks, 'track');
      return;
    case 'updateTrack':
      draft.tracks = withChanged(draft.tracks, operation.id, 'track', (track) => {
        const { color, labelIds, ...kept } = track;
        const { color: nextColor = color, labelIds: nextLabelIds = labelIds, ...rest } = operation.changes;
        return {
          ...{ ...kept, ...defined(rest) },
          ...(nextColor === null || nextColor === undefined ? {} : { color: nextColor }),
          ...(nextLabelIds === null || nextLabelIds === undefined ? {} : { labelIds: nextLabelIds }),
        };
      });
      return;
    case 'moveTrack':
      draft.tracks = withMoved(draft.tracks, operation.id, operation.place, 'track');
      return;
    case 'removeTrack':
      if (operation.id === ownTrackId) {
        throw new EngineError('ARGUMENT_INVALID', 'The project’s own track cannot be removed.', {
          remedy: 'Hide it instead.',
        });
      }
      draft.tracks = withRemoved(draft.tracks, operation.id, 'track');
      for (const { id } of withField('trackId', operation.id)) draft.annotations.set(id, null);
  }
}

/** Changing the times or the place of what was found or imported makes it edited, and what it was is kept beside. */
function changed(current: Annotation, changes: AnnotationChanges): Annotation {
  const { labelId: label, trackId: track, region: place, ...rest } = current;
  const { labelId = label ?? null, trackId = track ?? null, region = place ?? null, ...values } = changes;
  const next: Annotation = {
    ...rest,
    ...defined(values),
    ...(labelId === null ? {} : { labelId }),
    ...(trackId === null || trackId === ownTrackId ? {} : { trackId }),
    ...(region === null ? {} : { region }),
  };
  return isMoved(current, next) ? { ...next, ...editedFrom(current) } : next;
}

/** What a person with a name decides stands beside what others did; reopening takes one's own decision back. */
function withVerdict(
  annotation: Annotation,
  state: Annotation['state'] | undefined,
  { author, atMs }: DraftSource,
): Annotation {
  if (state === undefined || author === undefined) return annotation;
  const { verdicts: before = [], ...rest } = annotation;
  const others = before.filter(({ by }) => by !== author);
  const verdicts = state === 'open' ? others : [...others, { by: author, state, atMs }];
  return verdicts.length === 0 ? rest : { ...rest, verdicts };
}

type Defined<Fields> = { [Key in keyof Fields]: Exclude<Fields[Key], undefined> };

function defined<Fields extends object>(fields: Fields): Partial<Defined<Fields>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<
    Defined<Fields>
  >;
}

interface Item {
  readonly id: string;
}

function withAdded<T extends Item>(items: readonly T[], item: T, most: number, what: string): readonly T[] {
  if (items.some(({ id }) => id === item.id)) {
    throw new EngineError('ARGUMENT_INVALID', `There is a ${what} ${item.id} already.`);
  }
  if (items.length >= most)
    throw new EngineError('ARGUMENT_INVALID', `A project has at most ${most} ${what}s.`);
  return [...items, item];
}

function withChanged<T extends Item>(
  items: readonly T[],
  id: string,
  what: string,
  change: (item: T) => T,
): T[] {
  requireFound(items.find((item) => item.id === id) ?? null, what, id);
  return items.map((item) => (item.id === id ? change(item) : item));
}

function withRemoved<T extends Item>(items: readonly T[], id: string, what: string): T[] {
  requireFound(items.find((item) => item.id === id) ?? null, what, id);
  return items.filter((item) => item.id !== id);
}

function withMoved<T extends Item>(
  items: readonly T[],
  id: string,
  place: number,
  what: string,
): readonly T[] {
  const item = requireFound(items.find((each) => each.id === id) ?? null, what, id);
  return items.filter((each) => each !== item).toSpliced(place, 0, item);
}

function requireFound<T>(found: T | null, what: string, id: string): T {
  if (found === null) throw new EngineError('NOT_FOUND', `There is no ${what} ${id} in this project.`);
  return found;
}
