import { randomId } from '../../random-id.ts';
import type { AnnotationChanges } from '../../../electron/host/contract/annotations.ts';
import type { TimelineEdit } from '../../timeline/timeline-model.ts';
import type { Application } from '../application.ts';
import { appTexts } from '../texts.ts';
import { choosePaths } from './choose-paths.ts';
import { showVideo } from './show-video.ts';

/** Carries out an edit: shown at once, selected as it says. */
export function edit(app: Application, change: TimelineEdit | undefined): void {
  const { projectId } = app.library.getState();
  if (change === undefined || projectId === null) return;
  app.edits.edit(projectId, change.title, change.operations, change.join);
  if (change.select !== undefined) app.timeline.actions.select(change.select);
}

/** Changes one annotation. */
export function changeAnnotation(
  app: Application,
  id: string,
  title: string,
  changes: AnnotationChanges,
): void {
  edit(app, { title, operations: [{ op: 'update', id, changes }] });
}

/** Changes words of an annotation as they are typed: stored at once, one step of undo. */
export function typeWords(
  app: Application,
  id: string,
  title: string,
  changes: Pick<AnnotationChanges, 'text' | 'note' | 'attributes'>,
): void {
  const join = `${Object.keys(changes).join()} ${id}`;
  edit(app, { title, operations: [{ op: 'update', id, changes }], join });
}

/**
 * Takes back the last change of the video that is shown, or does it again: says what it was, and selects what it is about.
 * Without a video it is the last change of the project, and its video is shown.
 */
export async function moveInHistory(app: Application, direction: 'undo' | 'redo'): Promise<void> {
  await app.edits.whenSent();
  const { projectId } = app.library.getState();
  const { videoId, page } = app.workspace.getState();
  if (projectId === null) return;
  const method = direction === 'undo' ? 'annotationsUndo' : 'annotationsRedo';
  const scope = videoId === null || page !== 'workspace' ? {} : { videoId };
  const step = await app.attempt(app.call(method, { projectId, windowId: app.windowId, ...scope }));
  if (step === undefined) return;
  app.connection.flush();
  app.library.dispatch({ type: 'annotationsChanged', change: step.change });
  const { title, isDone, videoIds, change } = step;
  const texts = appTexts.history;
  const message = isDone ? texts[direction](title) : texts.changedSince(title);
  const level = isDone ? 'info' : 'warning';
  app.library.dispatch({ type: 'noticed', notice: { level, message, about: 'history' } });
  const [first] = videoIds;
  if (scope.videoId === undefined && first !== undefined && page !== 'overview') showVideo(app, first);
  const shownId = app.workspace.getState().videoId;
  const shown = change.changed.filter((annotation) => annotation.videoId === shownId);
  if (shown.length === 0) return;
  app.timeline.actions.select(shown.map(({ id }) => id));
  app.timeline.actions.reveal(Math.min(...shown.map(({ startSec }) => startSec)));
}

/** Lets a person choose a file of annotations, and shows what it would bring. */
export async function importAnnotations(app: Application): Promise<void> {
  const options = { title: appTexts.chooseAnnotations, kind: 'annotations', several: false } as const;
  const [path] = await choosePaths(app, options);
  if (path !== undefined) await importAnnotationsFrom(app, path);
}

/**
 * Shows what a file of annotations would bring to the open project; moments that name no video are of this one.
 * @returns once the person has taken it over, or has not.
 */
export async function importAnnotationsFrom(
  app: Application,
  path: string,
  videoId: string | null = app.workspace.getState().videoId,
): Promise<void> {
  if (app.library.getState().projectId === null) return;
  await new Promise<void>((resolve) => {
    app.workspace.setState({ dialog: { kind: 'import-annotations', path, videoId, onClosed: resolve } });
  });
}

/** A new id for an annotation. */
export function newAnnotationId(): string {
  return randomId();
}
