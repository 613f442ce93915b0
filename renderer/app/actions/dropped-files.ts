import type { Application } from '../application.ts';
import { appTexts } from '../texts.ts';
import type { Upload } from '../workspace-state.ts';
import { importAnnotationsFrom } from './annotation-actions.ts';
import { openVideoPaths } from './video-actions.ts';

/** What a file is to us, by its name. */
export type FileKind = 'video' | 'subtitles' | 'annotations' | 'unknown';

const endings: Readonly<Record<Exclude<FileKind, 'unknown'>, RegExp>> = {
  subtitles: /\.(srt|vtt|ass|ssa|sbv|sub)$/i,
  annotations: /\.(json|jsonl|csv|tsv|eaf)$/i,
  video: /\.(mp4|m4v|mkv|webm|mov|avi|mpe?g|ts|m2ts|mts|wmv|flv|3gp|ogv|mxf|y4m|gif)$/i,
};

/** Tells what to do with a file from how its name ends; the host looks at what is in it. */
export function kindOfFile(name: string): FileKind {
  if (endings.subtitles.test(name)) return 'subtitles';
  if (endings.annotations.test(name)) return 'annotations';
  return endings.video.test(name) ? 'video' : 'unknown';
}

let nextUploadId = 0;

/** Takes files that were dropped on the window: videos to the project, subtitles to the video shown, annotations in. */
export async function takeDroppedFiles(app: Application, files: readonly File[]): Promise<void> {
  const known = files.filter((file) => kindOfFile(file.name) !== 'unknown');
  if (known.length === 0) {
    const notice = { level: 'warning', message: appTexts.nothingDropped, remedy: appTexts.dropText } as const;
    app.library.dispatch({ type: 'noticed', notice });
    return;
  }
  const videos: string[] = [];
  for (const file of known) {
    const path = await pathOnHost(app, file);
    if (path === undefined) continue;
    if (kindOfFile(file.name) === 'video') videos.push(path);
    else await takeCompanion(app, file.name, path);
  }
  await openVideoPaths(app, videos);
}

async function takeCompanion(app: Application, name: string, path: string): Promise<void> {
  if (kindOfFile(name) === 'annotations') {
    await importAnnotationsFrom(app, path);
    return;
  }
  const { videoId } = app.workspace.getState();
  if (videoId !== null) await app.attempt(app.call('videosAddSubtitles', { id: videoId, path }));
}

/** Where a dropped file is on the host's machine; it is sent there where the shell cannot tell. */
async function pathOnHost(app: Application, file: File): Promise<string | undefined> {
  const { bridge, workspace } = app;
  const path = bridge.pathOfDroppedFile?.(file);
  if (path !== undefined && path !== '') return path;
  if (bridge.uploadDroppedFile === undefined) return undefined;
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
