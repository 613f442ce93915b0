import type { LibraryVideo } from '../../../electron/host/contract/library.ts';
import type { Application } from '../application.ts';
import { currentModel } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { choosePaths } from './choose-paths.ts';
import { changeSettings, ensureProject } from './project-actions.ts';
import { closeVideo, showVideo } from './show-video.ts';

/** Adds files to the open project and shows the first of them. Returns them as the library has them. */
export async function openVideoPaths(
  app: Application,
  paths: readonly string[],
): Promise<readonly LibraryVideo[]> {
  if (paths.length === 0) return [];
  const project = await ensureProject(app);
  if (project === undefined) return [];
  const opened = await app.attempt(app.call('videosOpen', { projectId: project.id, paths: [...paths] }));
  if (opened === undefined) return [];
  app.connection.flush();
  const events = opened.videos.map((video) => ({ type: 'videoChanged' as const, video }));
  app.library.dispatch({ type: 'events', events });
  const [first] = opened.videos;
  if (first === undefined) return [];
  showVideo(app, first.id);
  // Whoever comes with a video has begun: the welcome page would hide it.
  if (!app.library.getState().settings.firstStartDone) await changeSettings(app, { firstStartDone: true });
  return opened.videos;
}

/** Lets a person choose videos. */
export async function addVideos(app: Application): Promise<void> {
  const options = { title: appTexts.chooseVideos, kind: 'video', several: true } as const;
  await openVideoPaths(app, await choosePaths(app, options));
}

/** Takes a video out of the open project; asks first where work would go with it. The file stays. */
export async function removeVideo(app: Application, video: LibraryVideo): Promise<void> {
  const { projectId } = app.library.getState();
  if (projectId === null) return;
  const { id: videoId, name } = video;
  const counted = await app.attempt(countOf(app, projectId, videoId));
  if (counted === undefined) return;
  const { moments, questions } = counted;
  if (moments + questions === 0) {
    await takeOut(app, projectId, videoId);
    return;
  }
  app.workspace.setState({
    dialog: {
      kind: 'confirm',
      title: appTexts.removeVideoTitle,
      text: appTexts.removeVideoText(name, appTexts.counted(moments, questions)),
      action: appTexts.remove,
      onConfirmed: () => void takeOut(app, projectId, videoId),
    },
  });
}

/** As the host has them, with what is on its way to it: the window may know older runs not at all. */
async function countOf(
  app: Application,
  projectId: string,
  videoId: string,
): Promise<{ readonly moments: number; readonly questions: number }> {
  await app.edits.whenSent();
  const [{ annotations }, { runs }] = await Promise.all([
    app.call('annotationsList', { projectId, videoId }),
    app.call('runsList', { projectId, videoId, limit: 500 }),
  ]);
  return { moments: annotations.length, questions: runs.length };
}

async function takeOut(app: Application, projectId: string, id: string): Promise<void> {
  if ((await app.attempt(app.call('videosRemove', { id, projectId }))) !== undefined) closeVideo(app, id);
}

/** Lets a person find a missing file again. */
export async function relocateVideo(app: Application, id: string): Promise<void> {
  const options = { title: appTexts.chooseVideo, kind: 'video', several: false } as const;
  const [path] = await choosePaths(app, options);
  if (path !== undefined) await app.attempt(app.call('videosRelocate', { id, path }));
}

/** Takes another of a file's video streams for the film. */
export async function chooseStream(app: Application, id: string, videoStream: number): Promise<void> {
  await app.attempt(app.call('videosChooseStream', { id, videoStream }));
}

/** Lets a person choose subtitles for a video. */
export async function addSubtitles(app: Application, video: LibraryVideo): Promise<void> {
  const options = { title: appTexts.chooseSubtitles, kind: 'subtitles', several: false } as const;
  const [path] = await choosePaths(app, options);
  if (path !== undefined) await addSubtitlesFrom(app, video.id, path);
}

/**
 * Adds a file of subtitles to a video; where its encoding had to be guessed or something of it was left out, the person is
 * shown what was read first.
 */
export async function addSubtitlesFrom(app: Application, videoId: string, path: string): Promise<void> {
  const preview = await app.attempt(app.call('subtitlesPreview', { path }));
  if (preview === undefined) return;
  if (preview.encodingCertain && preview.skipped.length === 0) {
    await app.attempt(app.call('videosAddSubtitles', { id: videoId, path }));
    return;
  }
  await new Promise<void>((resolve) => {
    app.workspace.setState({ dialog: { kind: 'add-subtitles', path, videoId, onClosed: resolve } });
  });
}

/** Has the current model read a video ahead while nothing else is to do. */
export async function readAhead(app: Application, id: string): Promise<void> {
  const model = currentModel(app.library.getState());
  if (model === undefined) return;
  await app.attempt(app.call('videosReadAhead', { id, modelId: model.id }));
}

/** Begins to make a copy that can be played here. */
export async function makeProxy(app: Application, id: string): Promise<void> {
  await app.attempt(app.call('videosMakeProxy', { id }));
}
