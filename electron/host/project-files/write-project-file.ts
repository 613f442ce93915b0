import { readFile } from 'node:fs/promises';
import type { LibraryVideo, VideoStatus } from '../contract/library.ts';
import { writePiecesAtomically } from '../files/write-pieces-atomically.ts';
import { zipPieces } from '../files/zip-pieces.ts';
import type { ZipEntry } from '../files/zip-pieces.ts';
import { required } from '../host-context.ts';
import type { HostContext } from '../host-context.ts';
import { isTakenOut } from '../library/embedded-subtitles.ts';
import type { TraceFiles } from '../runs/trace-files.ts';
import { fileIdsOf, withVideoIds } from './own-video-ids.ts';
import { withEndedRuns } from './with-ended-runs.ts';
import { partNames, projectFileFormat } from './project-file-form.ts';
import type { FileHead, FileVideo } from './project-file-form.ts';

/**
 * Writes all of a project but its videos into a file.
 * @returns names of files of subtitles that are gone and not in it.
 * @throws EngineError NOT_FOUND, DISK_FULL, OUTPUT_UNWRITABLE.
 */
export async function writeProjectFile(
  context: HostContext,
  traces: TraceFiles,
  projectId: string,
  outputPath: string,
): Promise<readonly string[]> {
  const { store } = context;
  const { videos, ...whole } = required(await store.call('readWholeProject', { projectId }), 'project');
  const known = await Promise.all(videos.map((video) => withContentId(context, video)));
  const fileIds = fileIdsOf(known);
  const subtitles = await heldSubtitles(context, known);
  const head: FileHead = {
    ...{ format: projectFileFormat, schemaVersion: 1, project: whole.project },
    ...{ labels: [...whole.labels], tracks: [...whole.tracks] },
    videos: known.map((video) => {
      const added = video.subtitles.filter(({ path }) => !isTakenOut(context, video.id, path));
      const id = fileIds.get(video.id) ?? video.id;
      return fileVideo({ ...video, subtitles: added }, id, whole.videoStatus[video.id], subtitles.held);
    }),
  };
  const { annotations, runs, steps, conflicts } = withVideoIds(withEndedRuns(whole), fileIds);
  const lists = [
    [partNames.annotations, annotations],
    [partNames.runs, runs],
    [partNames.history, steps],
    [partNames.conflicts, conflicts],
  ] as const;

  async function* entries(): AsyncGenerator<ZipEntry> {
    yield { name: partNames.head, content: utf8(`${JSON.stringify(head, undefined, 2)}\n`) };
    for (const [name, items] of lists) yield { name, content: linesOf(items) };
    for (const { id } of runs) {
      const events = await store.call('listRunEvents', { id, fromSeq: 0 });
      if (events.length > 0) yield { name: partNames.events(id), content: linesOf(events) };
      const trace = await traces.readPacked(id);
      if (trace !== undefined) yield { name: partNames.trace(id), content: trace, isPacked: true };
    }
    for (const [id, content] of subtitles.held) yield { name: partNames.subtitles(id), content };
  }

  await writePiecesAtomically(outputPath, zipPieces(entries()));
  return subtitles.gone;
}

function fileVideo(
  video: LibraryVideo,
  id: string,
  status: VideoStatus | undefined,
  held: ReadonlyMap<string, unknown>,
): FileVideo {
  const { contentId, name, bytes, path, picture, subtitles } = video;
  return {
    ...{ id, ...(contentId !== undefined && { contentId }), name, bytes, path },
    ...(picture !== undefined && { picture }),
    ...(status !== undefined && { status }),
    subtitles: subtitles.map(({ id: subtitlesId, label, encoding }) => ({
      ...{ id: subtitlesId, label, ...(encoding !== undefined && { encoding }) },
      isHeld: held.has(subtitlesId),
    })),
  };
}

/** A video of an older library is read now, where it is there. */
async function withContentId({ videos }: HostContext, video: LibraryVideo): Promise<LibraryVideo> {
  if (video.contentId !== undefined) return video;
  const contentId = await videos.contentId(video.path).catch(() => undefined);
  return contentId === undefined ? video : { ...video, contentId };
}

/** Files of subtitles that were added; those inside a video come out of it again. */
async function heldSubtitles(
  context: HostContext,
  videos: readonly LibraryVideo[],
): Promise<{ readonly held: ReadonlyMap<string, Uint8Array>; readonly gone: readonly string[] }> {
  const held = new Map<string, Uint8Array>();
  const gone: string[] = [];
  for (const { id: videoId, subtitles } of videos) {
    for (const { id, label, path } of subtitles) {
      if (isTakenOut(context, videoId, path)) continue;
      const content = await readFile(path).catch(() => undefined);
      if (content === undefined) gone.push(label);
      else held.set(id, content);
    }
  }
  return { held, gone };
}

function linesOf(items: readonly unknown[]): Uint8Array {
  return utf8(items.map((item) => `${JSON.stringify(item)}\n`).join(''));
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
