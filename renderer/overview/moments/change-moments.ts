import type {
  Annotation,
  AnnotationChanges,
  ReviewState,
} from '../../../electron/host/contract/annotations.ts';
import { ownTrackId } from '../../../electron/host/contract/library.ts';
import { edit } from '../../app/actions/annotation-actions.ts';
import { giveLabel } from '../../app/actions/give-label.ts';
import type { Application } from '../../app/application.ts';
import { openProject, shownAnnotations } from '../../app/library/selectors.ts';
import { isFixed } from '../../timeline/build-tracks.ts';
import { timelineReasons, timelineTexts } from '../../timeline/timeline-texts.ts';

const titles = timelineTexts.edits;

/** Those of some moments that can be changed: on tracks of one's own that are not locked. */
export function changeable(app: Application, ids: Iterable<string>): readonly Annotation[] {
  const state = app.library.getState();
  const shown = shownAnnotations(state);
  const fixed = new Set(
    openProject(state)
      ?.tracks.filter(isFixed)
      .map(({ id }) => id),
  );
  return [...ids]
    .map((id) => shown.get(id))
    .filter((annotation) => annotation !== undefined)
    .filter(({ trackId = ownTrackId }) => !fixed.has(trackId));
}

/** Accepts, rejects or reopens moments; one step of undo. */
export function decideMoments(app: Application, ids: Iterable<string>, state: ReviewState): void {
  const title = { accepted: titles.accept, rejected: titles.reject, open: titles.reopen }[state];
  changeAll(app, ids, title, { state });
}

/** Gives moments a label that their tracks have, or takes theirs away. */
export function labelMoments(app: Application, ids: Iterable<string>, labelId: string | null): void {
  const moments = changeable(app, ids);
  if (moments.length === 0) tellFixed(app);
  else giveLabel(app, moments, labelId ?? '');
}

/** Takes moments away; it can be taken back. */
export function removeMoments(app: Application, ids: Iterable<string>): void {
  const moments = changeable(app, ids);
  if (moments.length === 0) tellFixed(app);
  else edit(app, { title: titles.remove, operations: moments.map(({ id }) => ({ op: 'remove', id })) });
}

function changeAll(app: Application, ids: Iterable<string>, title: string, changes: AnnotationChanges): void {
  const moments = changeable(app, ids);
  if (moments.length === 0) tellFixed(app);
  else edit(app, { title, operations: moments.map(({ id }) => ({ op: 'update', id, changes })) });
}

function tellFixed(app: Application): void {
  const message = timelineReasons.fixed;
  app.library.dispatch({ type: 'noticed', notice: { level: 'info', message, about: 'key' } });
}
