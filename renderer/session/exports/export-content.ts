import { ownTrackId } from '../../../electron/host/contract/library.ts';
import type { Application } from '../../app/application.ts';
import { openProject, shownAnnotations } from '../../app/library/selectors.ts';

/** The tracks that go into an export unless somebody says otherwise: those that are worked on. */
export function initialTrackIds(app: Application): readonly string[] {
  const tracks = openProject(app.library.getState())?.tracks ?? [];
  return tracks.filter(({ kind }) => kind === 'own').map(({ id }) => id);
}

/** All labels, and moments without one (null). */
export function allLabelIds(app: Application): readonly (string | null)[] {
  return [...(openProject(app.library.getState())?.labels ?? []).map(({ id }) => id), null];
}

/** Whether anything was kept yet: until then an export is of what questions found. */
export function hasOwnMoments(app: Application): boolean {
  const state = app.library.getState();
  const own = new Set(initialTrackIds(app));
  return shownAnnotations(state)
    .all()
    .some(({ trackId = ownTrackId }) => own.has(trackId));
}
