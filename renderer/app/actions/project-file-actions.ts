import type { Project } from '../../../electron/host/contract/library.ts';
import { safeFileName } from '../../../electron/host/contract/file-names.ts';
import { projectFileEnding } from '../../../electron/host/contract/project-files.ts';
import { projectFileTexts as texts } from '../../session/project-files/texts.ts';
import type { Application } from '../application.ts';
import { openProject } from '../library/selectors.ts';
import { choosePaths } from './choose-paths.ts';

/** Writes all of the open project but its videos where a person says, or for the browser to fetch. */
export async function writeProjectFile(app: Application): Promise<void> {
  const project = openProject(app.library.getState());
  if (project === undefined) return;
  await app.edits.whenSent();
  const { bridge } = app;
  const outputPath = await bridge.chooseSavePath?.(`${safeFileName(project.name)}.${projectFileEnding}`);
  if (bridge.chooseSavePath !== undefined && outputPath === undefined) return;
  const written = await app.attempt(
    app.call('projectsWriteFile', { id: project.id, ...(outputPath !== undefined && { outputPath }) }),
  );
  if (written === undefined) return;
  const { fileName, leftOut, mediaPath } = written;
  const message = [texts.written(fileName), ...(leftOut.length === 0 ? [] : [texts.leftOut(leftOut)])].join(
    ' ',
  );
  const level = leftOut.length === 0 ? 'info' : 'warning';
  app.library.dispatch({ type: 'noticed', notice: { level, message } });
  if (mediaPath === undefined) return;
  const link = document.createElement('a');
  link.href = bridge.mediaUrl(mediaPath as `export/${string}`);
  link.download = fileName;
  link.click();
}

/** Lets a person choose a project's file, and shows what it would bring. */
export async function takeProjectFile(app: Application): Promise<void> {
  const options = { title: texts.take.replace('…', ''), kind: 'project', several: false } as const;
  const [path] = await choosePaths(app, options);
  if (path !== undefined) await showProjectFile(app, path);
}

/** Lets a person choose the folder of an evaluation, and shows what its samples would bring. */
export async function takeEvaluationRun(app: Application): Promise<void> {
  const [path] = await choosePaths(app, { title: texts.runFolder, kind: 'folder', several: false });
  if (path !== undefined) await showProjectFile(app, path, true);
}

/** Shows what a project's file would bring. @returns once the person has taken it over, or has not. */
export async function showProjectFile(app: Application, path: string, isRun = false): Promise<void> {
  await app.edits.whenSent();
  await new Promise<void>((resolve) => {
    app.workspace.setState({ dialog: { kind: 'take-project', path, isRun, onClosed: resolve } });
  });
}

/** Whether videos of a project lie nowhere that is known. */
export function hasMissing(app: Application, { videoIds }: Project): boolean {
  const { videos } = app.library.getState();
  return videoIds.some((id) => videos[id]?.state === 'missing');
}

/** Looks for the project's missing videos in a folder that a person names. */
export async function findVideos(app: Application): Promise<void> {
  const project = openProject(app.library.getState());
  if (project === undefined) return;
  const [folder] = await choosePaths(app, { title: texts.findFolder, kind: 'folder', several: false });
  if (folder === undefined) return;
  const result = await app.attempt(app.call('projectsFindVideos', { id: project.id, folder }));
  if (result === undefined) return;
  const message = texts.found(result.found.length, result.missing);
  app.library.dispatch({ type: 'noticed', notice: { level: 'info', message } });
}
