import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { Handlers } from '../../../native-models/protocol/server.ts';
import { tellAnnotations } from '../annotations/annotation-handlers.ts';
import { safeFileName } from '../contract/file-names.ts';
import type { LibraryVideo } from '../contract/library.ts';
import type { HostMethods } from '../contract/methods.ts';
import type { Model } from '../contract/models.ts';
import { projectFileEnding } from '../contract/project-files.ts';
import { required } from '../host-context.ts';
import type { Engine, HostContext } from '../host-context.ts';
import type { VideoWatch } from '../library/video-watch.ts';
import type { TraceFiles } from '../runs/trace-files.ts';
import { VideoFinder } from './find-videos.ts';
import { openEvaluationRun } from './open-evaluation-run.ts';
import type { OpenProjectFile } from './read-project-file.ts';
import { takeProjectFile } from './take-project-file.ts';
import { writeProjectFile } from './write-project-file.ts';

type ProjectFileMethods =
  | 'projectsWriteFile'
  | 'projectsPreviewFile'
  | 'projectsTakeFile'
  | 'projectsFindVideos'
  | 'conflictsList'
  | 'conflictsResolve'
  | 'historyList';

/** What the handlers of project files work with. */
export interface ProjectFileParts {
  readonly context: HostContext;
  readonly traces: TraceFiles;
  readonly watch: VideoWatch;
  readonly engine: Engine;
  readonly listModels: () => Promise<readonly Model[]>;
}

/** Whole projects as files, and what comes of merging them. */
export function projectFileHandlers({
  context,
  traces,
  watch,
  engine,
  listModels,
}: ProjectFileParts): Pick<Handlers<HostMethods>, ProjectFileMethods> {
  const { store, events, folders, newId, now } = context;

  const openRun = async (folder: string): Promise<OpenProjectFile> => {
    const models = await listModels();
    return await openEvaluationRun(folder, engine, new Map(models.map(({ path: at, id }) => [at, id])));
  };

  const tellVideo = (video: LibraryVideo): LibraryVideo => {
    events.emit({ type: 'videoChanged', video });
    return video;
  };

  return {
    projectsWriteFile: async ({ id: projectId, outputPath }) => {
      if (outputPath !== undefined && !path.isAbsolute(outputPath)) {
        throw new EngineError('ARGUMENT_INVALID', `"${outputPath}" is not an absolute path.`);
      }
      const project = required(await store.call('findProject', { id: projectId }), 'project');
      const id = newId();
      const ownName = `${safeFileName(project.name)}.${projectFileEnding}`;
      const target = outputPath ?? path.join(folders.exports, id, ownName);
      const fileName = path.basename(target);
      if (outputPath === undefined) await mkdir(path.dirname(target), { recursive: true });
      const leftOut = [...(await writeProjectFile(context, traces, projectId, target))];
      const { size: bytes } = await stat(target);
      const kept = { id, projectId, format: 'project' as const, path: target, fileName, bytes };
      await store.call('addExport', { ...kept, moments: project.counts.annotations, createdAtMs: now() });
      const mediaPath = `export/${id}/${encodeURIComponent(fileName)}`;
      return { path: target, fileName, bytes, leftOut, ...(outputPath === undefined && { mediaPath }) };
    },

    projectsPreviewFile: async ({ path: filePath }) =>
      (await takeProjectFile(context, traces, { path: filePath, isPreview: true, openRun })).told,

    projectsTakeFile: async ({ path: filePath }) => {
      const { told, change, runs, newVideoIds } = await takeProjectFile(context, traces, {
        path: filePath,
        isPreview: false,
        openRun,
      });
      const project = required(await store.call('findProject', { id: told.projectId }), 'project');
      for (const id of project.videoIds) {
        const video = await store.call('findVideo', { id });
        if (video === undefined) continue;
        tellVideo(video);
        if (newVideoIds.includes(id) && video.state === 'probing') watch.probe(id);
      }
      for (const run of runs) events.emit({ type: 'runChanged', run });
      await tellAnnotations(context, change);
      return told;
    },

    projectsFindVideos: async ({ id, folder }) => {
      const project = required(await store.call('findProject', { id }), 'project');
      const finder = new VideoFinder(context.videos);
      const found: LibraryVideo[] = [];
      let missing = 0;
      for (const videoId of project.videoIds) {
        const video = await store.call('findVideo', { id: videoId });
        if (video?.state !== 'missing') continue;
        const place = await finder.findIn(folder, video);
        const moved = place === undefined ? undefined : await watch.relocate(video, place);
        if (moved === undefined) missing += 1;
        else found.push(tellVideo(moved));
      }
      return { found, missing };
    },

    conflictsList: async ({ projectId }) => ({
      conflicts: await store.call('listConflicts', { projectId }),
    }),

    conflictsResolve: async ({ projectId, id, choice, windowId }) => {
      const { annotator } = await store.call('readSettings');
      const step = { stepId: newId(), atMs: now(), author: annotator === '' ? undefined : annotator };
      const asked = { projectId, id, choice, windowId, ...step };
      const { change, run } = await store.call('resolveConflict', asked);
      if (run !== undefined) events.emit({ type: 'runChanged', run });
      await tellAnnotations(context, change);
      return {};
    },

    historyList: (filter) => store.call('listHistory', filter),
  };
}
