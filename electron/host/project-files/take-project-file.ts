import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { LibraryVideo } from '../contract/library.ts';
import { safeFileName } from '../contract/file-names.ts';
import type { ProjectTaken } from '../contract/project-files.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import type { HostContext } from '../host-context.ts';
import type { TraceFiles } from '../runs/trace-files.ts';
import type { TakenProject } from '../store/tables/take-project.ts';
import { withVideoIds } from './own-video-ids.ts';
import { openProjectFile } from './read-project-file.ts';
import type { OpenProjectFile } from './read-project-file.ts';
import { settleVideos } from './settle-videos.ts';
import { withEndedRuns } from './with-ended-runs.ts';

/** A project's file, and whether it is only looked at. */
export interface TakeRequest {
  /** Or the folder of an evaluation. */
  readonly path: string;
  readonly isPreview: boolean;
  readonly openRun: (folder: string) => Promise<OpenProjectFile>;
}

/** What was taken over, for people and for windows. */
export interface TakenOver extends TakenProject {
  readonly told: ProjectTaken;
  /** Videos that are new in the library. */
  readonly newVideoIds: readonly string[];
}

/**
 * Takes a project's file, or the samples of an evaluation, into the library, or says what that would bring. All of it is stored or nothing.
 * @throws EngineError PROJECT_FILE_INVALID, DISK_FULL, OUTPUT_UNWRITABLE.
 */
export async function takeProjectFile(
  context: HostContext,
  traces: TraceFiles,
  { path: filePath, isPreview, openRun }: TakeRequest,
): Promise<TakenOver> {
  const { store, newId, now } = context;
  if (!path.isAbsolute(filePath)) {
    throw new EngineError('ARGUMENT_INVALID', `"${filePath}" is not an absolute path.`);
  }
  const found = await stat(filePath).catch(() => undefined);
  const file = await (found?.isDirectory() === true ? openRun : openProjectFile)(filePath);
  const written = new WrittenBeside(context, traces);
  try {
    const settled = await settleVideos(context, file.videos, filePath);
    const subtitles = await written.subtitles(file, settled.ids, isPreview);
    if (!isPreview) await written.traces(file);
    const source = path.basename(filePath);
    const { annotator } = await store.call('readSettings');
    const result = await store.call('takeProject', {
      whole: withVideoIds(withEndedRuns(file.whole), settled.ids),
      events: file.events,
      videoIds: [...settled.ids.values()],
      newVideos: settled.newVideos,
      ...{ subtitles: subtitles.taken, source, isPreview, atMs: now() },
      title: `Merge ${source}`.slice(0, 200),
      author: annotator === '' ? undefined : annotator,
      ...{ stepId: newId(), newConflictId: newId().slice(0, 50) },
    });
    const told = {
      ...result.taken,
      videos: settled.ids.size,
      missingVideos: [...settled.missing],
      missingSubtitles: subtitles.missing,
    };
    return { ...result, told, newVideoIds: settled.newVideos.map(({ id }) => id) };
  } catch (error) {
    await written.remove();
    throw error;
  } finally {
    file.close();
  }
}

type TakenSubtitles = LibraryVideo['subtitles'][number] & { readonly videoId: string };

/** Files that lie beside the library. */
class WrittenBeside {
  readonly #context: HostContext;
  readonly #traces: TraceFiles;
  readonly #undo: (() => Promise<void>)[] = [];

  constructor(context: HostContext, traces: TraceFiles) {
    this.#context = context;
    this.#traces = traces;
  }

  /** Traces of runs that the library does not have. */
  async traces(file: OpenProjectFile): Promise<void> {
    for (const runId of file.tracedRunIds) {
      if ((await this.#context.store.call('findRun', { id: runId })) !== undefined) continue;
      this.#undo.push(() => this.#traces.remove(runId));
      await this.#traces.writePacked(runId, await file.readTrace(runId));
    }
  }

  /**
   * Files of subtitles, below a folder of the program's own. A place on a disk that the file merely names is not gone to: what
   * lies there was not given to anybody, and would leave with the next file.
   */
  async subtitles(
    file: OpenProjectFile,
    ids: ReadonlyMap<string, string>,
    isPreview: boolean,
  ): Promise<{ readonly taken: TakenSubtitles[]; readonly missing: string[] }> {
    const taken: TakenSubtitles[] = [];
    const missing: string[] = [];
    for (const video of file.videos) {
      const videoId = ids.get(video.id) ?? video.id;
      const known = (await this.#context.store.call('findVideo', { id: videoId }))?.subtitles ?? [];
      for (const { isHeld, id, label, encoding } of video.subtitles) {
        if (known.some((each) => each.id === id || (!isHeld && each.label === label))) continue;
        if (!isHeld) {
          missing.push(label);
          continue;
        }
        const folder = path.join(this.#context.folders.subtitles, 'added', id);
        const filePath = path.join(folder, safeFileName(label));
        taken.push({ id, label, path: filePath, videoId, ...(encoding !== undefined && { encoding }) });
        if (isPreview) continue;
        const content = await file.readSubtitles(id);
        this.#undo.push(() => rm(folder, { recursive: true, force: true }));
        await mkdir(folder, { recursive: true });
        await writeAtomically(filePath, content);
      }
    }
    return { taken, missing };
  }

  async remove(): Promise<void> {
    for (const undo of this.#undo) await undo();
  }
}
