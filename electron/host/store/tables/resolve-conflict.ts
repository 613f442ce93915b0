import { EngineError } from '../../../../native-models/protocol/errors.ts';
import type { Annotation, AnnotationsChanged } from '../../contract/annotations.ts';
import type { Label, Track } from '../../contract/library.ts';
import type { Conflict } from '../../contract/project-files.ts';
import type { Run } from '../../contract/runs.ts';
import type { Database } from '../database.ts';
import { annotationGroups, labelGroups, runGroups, trackGroups } from '../merging/field-groups.ts';
import type { ProjectWords } from '../merging/field-groups.ts';
import { removedConflict, withFields } from '../merging/merge-item.ts';
import type { FieldGroup } from '../merging/merge-item.ts';
import { readAnnotationsById } from './annotations.ts';
import { listImages, writeImages } from './change-images.ts';
import type { ChangeImage } from './change-images.ts';
import { dropConflict, listConflicts } from './conflicts.ts';
import { changeProject, findProject } from './projects.ts';
import { findRun, insertRun } from './runs.ts';
import { addUndoStep } from './undo-history.ts';

/** A choice between what stands here and what another's file says. */
export interface ConflictChoice {
  readonly projectId: string;
  readonly id: string;
  readonly choice: 'ours' | 'theirs';
  readonly atMs: number;
  readonly stepId: string;
  readonly author?: string | undefined;
  readonly windowId?: string | undefined;
}

/** What a choice changed. */
export interface ResolvedConflict {
  readonly change: AnnotationsChanged;
  readonly run?: Run | undefined;
}

/** Carries a choice out; the conflict is gone then. @throws EngineError NOT_FOUND */
export function resolveConflict(database: Database, chosen: ConflictChoice): ResolvedConflict {
  const { projectId, id, choice } = chosen;
  const project = findProject(database, { id: projectId });
  const conflict = listConflicts(database, { projectId }).find((each) => each.id === id);
  if (project === undefined || conflict === undefined) {
    throw new EngineError('NOT_FOUND', 'There is no such difference any more.');
  }
  dropConflict(database, { projectId, id });
  const unchanged = { change: { projectId, changed: [], removedIds: [] } };
  if (choice === 'ours') return unchanged;
  const { kind, itemId, theirs } = conflict;
  if (kind === 'project') {
    changeProject(database, { id: projectId, ...wordsTaken(conflict) });
    return unchanged;
  }
  if (kind === 'run') {
    const ours = findRun(database, { id: itemId });
    const run = taken(conflict, ours ?? null, theirs as Run | null, runGroups);
    // A question that was removed here is not asked again.
    if (run === null || ours === undefined) return unchanged;
    insertRun(database, run);
    return { ...unchanged, run };
  }
  const images = imagesOf(database, conflict, project);
  const written = writeImages(database, projectId, images, 'after');
  const { stepId, atMs, author, windowId } = chosen;
  const title = `Take over from ${conflict.source}`.slice(0, 200);
  addUndoStep(database, { id: stepId, projectId, title, changes: images, atMs, author, windowId });
  return { change: { projectId, ...written } };
}

function imagesOf(
  database: Database,
  conflict: Conflict,
  project: { readonly labels: readonly Label[]; readonly tracks: readonly Track[] },
): ChangeImage[] {
  const { kind, itemId, theirs } = conflict;
  if (kind === 'annotation') {
    const before = readAnnotationsById(database, [itemId])[0] ?? null;
    return [
      { id: itemId, before, after: taken(conflict, before, theirs as Annotation | null, annotationGroups) },
    ];
  }
  if (kind === 'label') {
    const next = listWith(project.labels, itemId, (ours) =>
      taken(conflict, ours, theirs as Label | null, labelGroups),
    );
    return listImages(project.labels, next).map((image) => ({ ...image, kind: 'label' as const }));
  }
  const next = listWith(project.tracks, itemId, (ours) =>
    taken(conflict, ours, theirs as Track | null, trackGroups),
  );
  return listImages(project.tracks, next).map((image) => ({ ...image, kind: 'track' as const }));
}

function taken<Item extends object>(
  { fields }: Conflict,
  ours: Item | null,
  theirs: Item | null,
  groups: readonly FieldGroup<Item>[],
): Item | null {
  if (ours === null || theirs === null || fields.includes(removedConflict)) return theirs;
  const chosen = groups.filter(({ name }) => fields.includes(name)).flatMap((group) => group.fields);
  return withFields(ours, theirs, chosen);
}

function wordsTaken({ fields, theirs }: Conflict): Partial<ProjectWords> {
  const { name, notes } = theirs as unknown as ProjectWords;
  return { ...(fields.includes('name') && { name }), ...(fields.includes('note') && { notes }) };
}

function listWith<Item extends { readonly id: string }>(
  items: readonly Item[],
  id: string,
  change: (item: Item | null) => Item | null,
): Item[] {
  const next = change(items.find((item) => item.id === id) ?? null);
  const rest = items.some((item) => item.id === id) ? items : [...items, ...(next === null ? [] : [next])];
  return rest.flatMap((item) => (item.id === id ? (next ?? []) : item));
}
