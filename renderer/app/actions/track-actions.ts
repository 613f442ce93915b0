import { newAnnotationSchema } from '../../../electron/host/contract/annotations.ts';
import type { Annotation, AnnotationOperation } from '../../../electron/host/contract/annotations.ts';
import { ownTrackId } from '../../../electron/host/contract/library.ts';
import type { Track } from '../../../electron/host/contract/library.ts';
import type { Application } from '../application.ts';
import { openProject, shownAnnotations } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { newAnnotationId } from './annotation-actions.ts';

const texts = appTexts.trackEdits;

type TrackChanges = Extract<AnnotationOperation, { readonly op: 'updateTrack' }>['changes'];

/** Adds a track of one's own, to which new moments go from now on; returns its id. */
export function addTrack(app: Application): string {
  const number = (openProject(app.library.getState())?.tracks.length ?? 0) + 1;
  const track = newTrack(appTexts.newTrack(number), {});
  change(app, texts.add, [{ op: 'addTrack', track }]);
  app.workspace.setState({ activeTrackId: track.id });
  return track.id;
}

/** Changes a track. `join` makes one step of undo of what is typed. */
export function changeTrack(app: Application, id: string, changes: TrackChanges, join?: string): void {
  change(app, texts.change, [{ op: 'updateTrack', id, changes }], join);
}

/** The labels of a track (null: all of the project) after one of them was let in or left out. */
export function withLabelSwitched(
  { labelIds }: Pick<Track, 'labelIds'>,
  allIds: readonly string[],
  id: string,
): string[] | null {
  const chosen = new Set(labelIds ?? allIds);
  if (!chosen.delete(id)) chosen.add(id);
  return allIds.every((each) => chosen.has(each)) ? null : allIds.filter((each) => chosen.has(each));
}

export function moveTrack(app: Application, id: string, place: number): void {
  change(app, texts.move, [{ op: 'moveTrack', id, place }]);
}

/** Removes a track with its moments; can be taken back. */
export function removeTrack(app: Application, id: string): void {
  change(app, texts.remove, [{ op: 'removeTrack', id }]);
}

/** Copies a track with its moments to one of one's own, each moment with what it began as. */
export function copyTrack(app: Application, track: Track): void {
  const copy = newTrack(appTexts.copyOf(track.name), {
    ...(track.labelIds === undefined ? {} : { labelIds: track.labelIds }),
    origin: track.origin ?? { kind: 'track', name: track.name },
  });
  const moments = momentsOf(app, track.id).map((annotation): AnnotationOperation => ({
    op: 'add',
    annotation: { ...newAnnotationSchema.parse(annotation), id: newAnnotationId(), trackId: copy.id },
  }));
  change(app, texts.copy, [{ op: 'addTrack', track: copy }, ...moments]);
}

/** Makes the tracks of the selected moments one's own to work on: a reference is one no more, a lock is taken off. */
export function workOnSelected(app: Application): void {
  const selected = new Set(app.timeline.getState().selection);
  const state = app.library.getState();
  const annotations = shownAnnotations(state);
  const ids = new Set(
    [...selected]
      .map((id) => annotations.get(id))
      .flatMap((moment) => (moment ? [moment.trackId ?? ownTrackId] : [])),
  );
  const fixed = (openProject(state)?.tracks ?? []).filter(
    ({ id, kind, locked }) => ids.has(id) && (locked || kind === 'reference'),
  );
  if (fixed.length === 0) return;
  change(
    app,
    texts.workOn,
    fixed.map(({ id }) => ({ op: 'updateTrack', id, changes: { kind: 'own', locked: false } })),
  );
  const message = appTexts.workedOn(fixed.map(({ name }) => name).join(', '));
  app.library.dispatch({ type: 'noticed', notice: { level: 'info', message, about: 'track' } });
}

/** How many moments of the whole project are on a track. */
export function countOn(app: Application, id: string): number {
  return momentsOf(app, id).length;
}

function momentsOf(app: Application, id: string): readonly Annotation[] {
  return shownAnnotations(app.library.getState())
    .all()
    .filter(({ trackId = ownTrackId }) => trackId === id);
}

function newTrack(name: string, more: Partial<Track>): Track {
  return {
    ...{ id: newAnnotationId(), name: name.slice(0, 200), kind: 'own', hidden: false, locked: false },
    ...more,
  };
}

function change(
  app: Application,
  title: string,
  operations: readonly AnnotationOperation[],
  join?: string,
): void {
  const { projectId } = app.library.getState();
  if (projectId !== null) app.edits.edit(projectId, title, operations, join);
}
