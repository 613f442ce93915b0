import { fileEndings } from '../../../electron/host/contract/file-endings.ts';
import type { Application } from '../application.ts';
import { appTexts } from '../texts.ts';
import type { Upload } from '../workspace-state.ts';
import { importAnnotationsFrom } from './annotation-actions.ts';
import { showProjectFile } from './project-file-actions.ts';
import { addSubtitlesFrom, openVideoPaths } from './video-actions.ts';

/** What a file is to us, by its name. */
export type FileKind = 'video' | 'subtitles' | 'annotations' | 'project' | 'unknown';

const kindOfEnding = new Map(
  (['video', 'subtitles', 'annotations', 'project'] as const).flatMap((kind) =>
    fileEndings[kind].map((ending) => [ending as string, kind] as const),
  ),
);

/** Tells what to do with a file from how its name ends; the host looks at what is in it. */
export function kindOfFile(name: string): FileKind {
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  return kindOfEnding.get(ending) ?? 'unknown';
}

let nextUploadId = 0;

/**
 * Takes files that were dropped on the window: videos to the project first, then subtitles and annotations, each to the
 * video of its name among them, else to the one shown. What cannot be opened here is named.
 */
export async function takeDroppedFiles(app: Application, files: readonly File[]): Promise<void> {
  const unknown = files.filter((file) => kindOfFile(file.name) === 'unknown');
  if (unknown.length > 0) {
    const message =
      unknown.length === files.length
        ? appTexts.nothingDropped
        : appTexts.notDropped(unknown.map(({ name }) => name));
    app.library.dispatch({
      type: 'noticed',
      notice: { level: 'warning', message, remedy: appTexts.dropText },
    });
  }
  const found: { readonly name: string; readonly path: string }[] = [];
  for (const file of files.filter((each) => !unknown.includes(each))) {
    const path = await pathOnHost(app, file);
    if (path !== undefined) found.push({ name: file.name, path });
  }
  const ofKind = (kind: FileKind) => found.filter(({ name }) => kindOfFile(name) === kind);
  const opened = await openVideoPaths(
    app,
    ofKind('video').map(({ path }) => path),
  );
  const ownVideo = (name: string): string | null =>
    opened.find((video) => isNamedAfter(name, video.name))?.id ?? app.workspace.getState().videoId;
  for (const { name, path } of ofKind('subtitles')) {
    const id = ownVideo(name);
    if (id !== null) await addSubtitlesFrom(app, id, path);
    else {
      const notice = {
        level: 'warning',
        message: appTexts.noVideoFor(name),
        remedy: appTexts.noVideoForText,
      } as const;
      app.library.dispatch({ type: 'noticed', notice });
    }
  }
  for (const { path } of ofKind('project')) await showProjectFile(app, path);
  for (const { name, path } of ofKind('annotations')) await importAnnotationsFrom(app, path, ownVideo(name));
}

/** Whether a file stands beside a video: `film.srt` or `film.de.srt` beside `film.mp4`. */
function isNamedAfter(name: string, videoName: string): boolean {
  const stem = videoName.replace(/\.[^.]+$/, '').toLowerCase();
  return name.toLowerCase().startsWith(`${stem}.`);
}

/** Where a dropped file is on the host's machine; it is sent there where the shell cannot tell. */
async function pathOnHost(app: Application, file: File): Promise<string | undefined> {
  const { bridge, workspace } = app;
  const path = bridge.pathOfDroppedFile?.(file);
  if (path !== undefined && path !== '') return path;
  if (bridge.uploadDroppedFile === undefined) {
    // Dragged out of a program that keeps it in memory (a mail, a browser's picture): it lies nowhere that could be opened.
    const notice = {
      level: 'warning',
      message: appTexts.droppedWithoutPath(file.name),
      remedy: appTexts.droppedWithoutPathText,
    } as const;
    app.library.dispatch({ type: 'noticed', notice });
    return undefined;
  }
  const controller = new AbortController();
  const uploadId = nextUploadId++;
  const begun: Upload = {
    uploadId,
    name: file.name,
    sentBytes: 0,
    totalBytes: file.size,
    cancel: () => controller.abort(),
  };
  workspace.setState((state) => ({ uploads: [...state.uploads, begun] }));
  const onProgress = (sentBytes: number): void =>
    workspace.setState((state) => ({
      uploads: state.uploads.map((upload) =>
        upload.uploadId === uploadId ? { ...upload, sentBytes } : upload,
      ),
    }));
  const sent = await app.attempt(bridge.uploadDroppedFile(file, onProgress, controller.signal));
  workspace.setState((state) => ({
    uploads: state.uploads.filter((upload) => upload.uploadId !== uploadId),
  }));
  return sent;
}
