import { stat } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { Handlers } from '../../../native-models/protocol/server.ts';
import type { Job } from '../contract/models.ts';
import type { LibraryVideo, Project } from '../contract/library.ts';
import type { HostMethods } from '../contract/methods.ts';
import { required } from '../host-context.ts';
import type { HostContext } from '../host-context.ts';
import { listFolder } from './folder-listing.ts';
import { sideSubtitles } from './side-files.ts';
import type { VideoWatch } from './video-watch.ts';

type LibraryMethods =
  | 'videosOpen'
  | 'videosRemove'
  | 'videosRelocate'
  | 'videosChooseStream'
  | 'subtitlesPreview'
  | 'videosAddSubtitles'
  | 'videosSubtitleLines'
  | 'videosMakeProxy'
  | 'videosReadAhead'
  | 'videosFrameTimes'
  | 'foldersList'
  | 'projectsCreate'
  | 'projectsChange'
  | 'projectsMarkVideo'
  | 'projectsRemove';

/** What the handlers of the library work with. */
export interface LibraryParts {
  readonly context: HostContext;
  readonly watch: VideoWatch;
  readonly readAhead: (video: LibraryVideo, modelId: string) => Promise<Job>;
  /** Stops runs before what they are about is removed. */
  readonly cancelRuns: (runIds: readonly string[]) => Promise<void>;
  /** Deletes what is kept of runs beside the store. */
  readonly forgetRuns: (runIds: readonly string[]) => Promise<void>;
}

/** Videos and projects. */
export function libraryHandlers(parts: LibraryParts): Pick<Handlers<HostMethods>, LibraryMethods> {
  const { context, watch } = parts;
  const { store, events, videos, now, newId } = context;

  const findVideo = async (id: string): Promise<LibraryVideo> =>
    required(await store.call('findVideo', { id }), 'video');
  const tellVideo = (video: LibraryVideo): LibraryVideo => {
    events.emit({ type: 'videoChanged', video });
    return video;
  };
  const tellProject = (project: Project): Project => {
    events.emit({ type: 'projectChanged', project });
    return project;
  };

  const openVideo = async (file: FoundFile): Promise<LibraryVideo> => {
    const known = await store.call('findVideoByPath', { path: file.path });
    const moved = known === undefined ? await missingVideoLike(file) : undefined;
    if (moved !== undefined) return await watch.relocate(moved, file.path);
    if (known?.state === 'ready' && known.bytes === file.bytes) return known;
    if (known !== undefined) videos.forget(known.path);
    const saved = await store.call('saveVideo', {
      id: known?.id ?? newId(),
      addedAtMs: known?.addedAtMs ?? now(),
      path: file.path,
      name: path.basename(file.path),
      bytes: file.bytes,
      state: 'probing',
      playback: 'unknown',
    });
    return known === undefined ? await withSideSubtitles(saved) : saved;
  };

  /** The video whose file is gone and that has this content: it was moved, or comes from another machine. */
  const missingVideoLike = async (file: FoundFile): Promise<LibraryVideo | undefined> => {
    const contentId = await videos.contentId(file.path).catch(() => undefined);
    if (contentId === undefined) return undefined;
    const same = await store.call('findVideosByContent', { contentId });
    return same.find(({ state }) => state === 'missing');
  };

  /** Subtitles that stand beside a new video are its own; those that cannot be read are left alone. */
  const withSideSubtitles = async (video: LibraryVideo): Promise<LibraryVideo> => {
    let result = video;
    for (const subtitlesPath of await sideSubtitles(video.path)) {
      const readable = await videos.describeSubtitles(subtitlesPath).then(
        () => true,
        () => false,
      );
      if (!readable) continue;
      const added = {
        id: newId(),
        videoId: video.id,
        label: path.basename(subtitlesPath),
        path: subtitlesPath,
      };
      result = (await store.call('addSubtitles', added)) ?? result;
    }
    return result;
  };

  /** Stops and removes all runs of something before it is taken away itself. */
  const stopRuns = async (projectId: string, videoId?: string): Promise<void> => {
    await parts.cancelRuns(await store.call('listOpenRunIds', { projectId, videoId }));
  };

  const tellRunsRemoved = async (runIds: readonly string[]): Promise<void> => {
    await parts.forgetRuns(runIds);
    for (const runId of runIds) events.emit({ type: 'runRemoved', runId });
  };

  const tellVideosRemoved = async (gone: readonly LibraryVideo[]): Promise<void> => {
    for (const video of gone) {
      await watch.forget(video.id, video.path);
      events.emit({ type: 'videoRemoved', videoId: video.id });
    }
  };

  return {
    videosOpen: async ({ projectId, paths }) => {
      required(await store.call('findProject', { id: projectId }), 'project');
      const files = await Promise.all(paths.map((videoPath) => findFile(videoPath)));
      const opened: LibraryVideo[] = [];
      for (const file of files) {
        const video = await openVideo(file);
        await store.call('addVideoToProject', { projectId, videoId: video.id });
        opened.push(tellVideo(video));
        if (video.state === 'probing') watch.probe(video.id);
      }
      tellProject(required(await store.call('findProject', { id: projectId }), 'project'));
      return { videos: opened };
    },

    videosRemove: async ({ id, projectId }) => {
      const video = await findVideo(id);
      await stopRuns(projectId, id);
      const removed = await store.call('removeVideoFromProject', { projectId, videoId: id });
      await tellRunsRemoved(removed.runIds);
      if (removed.annotationIds.length > 0) {
        const change = { projectId, changed: [], removedIds: removed.annotationIds };
        events.emit({ type: 'annotationsChanged', change });
      }
      const project = await store.call('findProject', { id: projectId });
      if (project !== undefined) tellProject(project);
      if (removed.removedVideoIds.includes(id)) await tellVideosRemoved([video]);
      return {};
    },

    videosRelocate: async ({ id, path: newPath }) => {
      const video = await findVideo(id);
      const file = await findFile(newPath);
      const other = await store.call('findVideoByPath', { path: file.path });
      if (other !== undefined && other.id !== id) {
        throw new EngineError('ARGUMENT_INVALID', `${file.path} is in the library already.`, {
          remedy: 'Open that video instead.',
        });
      }
      return tellVideo(await watch.relocate(video, file.path));
    },

    subtitlesPreview: async ({ path: subtitlesPath, encoding }) => {
      requireAbsolute(subtitlesPath);
      const { form, cues, skipped, warnings, ...read } = await videos.describeSubtitles(
        subtitlesPath,
        encoding,
      );
      return {
        ...{ form, encoding: read.encoding, encodingCertain: read.encodingCertain, total: cues.length },
        ...{ cues: cues.slice(0, previewedCues), skipped: [...skipped], warnings: [...warnings] },
      };
    },

    videosAddSubtitles: async ({ id, path: subtitlesPath, encoding }) => {
      await findVideo(id);
      requireAbsolute(subtitlesPath);
      await videos.describeSubtitles(subtitlesPath, encoding);
      const added = {
        ...{ id: newId(), videoId: id, label: path.basename(subtitlesPath), path: subtitlesPath },
        encoding,
      };
      return tellVideo(required(await store.call('addSubtitles', added), 'video'));
    },

    videosSubtitleLines: async ({ id, subtitlesId }) => {
      const { subtitles, picture } = await findVideo(id);
      const file = required(
        subtitles.find((each) => each.id === subtitlesId),
        'file of subtitles',
      );
      return { lines: [...(await videos.subtitleLines(file, picture?.mediaStartSec))] };
    },

    videosReadAhead: async ({ id, modelId }) => parts.readAhead(await findVideo(id), modelId),
    videosChooseStream: async ({ id, videoStream }) =>
      tellVideo(await watch.chooseStream(await findVideo(id), videoStream)),
    videosMakeProxy: ({ id }) => watch.makeProxy(id),

    videosFrameTimes: async ({ id, startSec, endSec }, { signal }) => {
      const video = await findVideo(id);
      return await videos.frameTimes(video.path, { startSec, endSec }, { signal });
    },

    foldersList: ({ path: folder }) => listFolder(folder),

    projectsCreate: async ({ name }) =>
      tellProject(
        required(await store.call('createProject', { id: newId(), name, createdAtMs: now() }), 'project'),
      ),

    projectsChange: async (change) =>
      tellProject(required(await store.call('changeProject', change), 'project')),

    projectsMarkVideo: async (mark) => tellProject(required(await store.call('markVideos', mark), 'project')),

    projectsRemove: async ({ id }) => {
      required(await store.call('findProject', { id }), 'project');
      const before = await store.call('listVideos');
      await stopRuns(id);
      const removed = await store.call('removeProject', { id });
      await tellRunsRemoved(removed.runIds);
      events.emit({ type: 'projectRemoved', projectId: id });
      await tellVideosRemoved(before.filter((video) => removed.removedVideoIds.includes(video.id)));
      return {};
    },
  };
}

/** Cues of a preview that are shown. */
const previewedCues = 200;

interface FoundFile {
  readonly path: string;
  readonly bytes: number;
}

async function findFile(filePath: string): Promise<FoundFile> {
  requireAbsolute(filePath);
  const found = await stat(filePath).catch((cause: unknown) => {
    throw new EngineError('VIDEO_NOT_FOUND', `There is no file ${filePath}.`, { cause });
  });
  if (!found.isFile()) throw new EngineError('VIDEO_NOT_RECOGNIZED', `${filePath} is not a file.`);
  return { path: path.normalize(filePath), bytes: found.size };
}

function requireAbsolute(filePath: string): void {
  if (path.isAbsolute(filePath)) return;
  throw new EngineError('ARGUMENT_INVALID', `"${filePath}" is not an absolute path.`, {
    remedy: 'Name the file by its whole path.',
  });
}
