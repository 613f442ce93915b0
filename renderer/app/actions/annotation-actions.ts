import type { AnnotationChanges } from '../../../electron/host/contract/annotations.ts';
import type { TimelineEdit } from '../../timeline/timeline-model.ts';
import type { Application } from '../application.ts';
import { appTexts } from '../texts.ts';
import { choosePaths } from './choose-paths.ts';

/** Carries out an edit: shown at once, selected as it says. */
export function edit(app: Application, change: TimelineEdit | undefined): void {
  const { projectId } = app.library.getState();
  if (change === undefined || projectId === null) return;
  app.edits.edit(projectId, change.title, change.operations);
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

/** Takes back the last change of the open project's annotations, or does it again. */
export async function moveInHistory(app: Application, direction: 'undo' | 'redo'): Promise<void> {
  await app.edits.whenSent();
  const { projectId, history } = app.library.getState();
  if (projectId === null || history[direction] === undefined) return;
  const method = direction === 'undo' ? 'annotationsUndo' : 'annotationsRedo';
  const change = await app.attempt(app.call(method, { projectId }));
  if (change === undefined) return;
  app.connection.flush();
  app.library.dispatch({ type: 'annotationsChanged', change });
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
  return crypto.randomUUID();
}
