import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { toEngineError } from '../../../native-models/protocol/errors.ts';
import type { LibraryVideo } from '../contract/library.ts';
import type { HostContext } from '../host-context.ts';
import type { SubtitleTrack } from '../videos-service.ts';

/**
 * Takes the subtitles out of a video and adds them to the library, in the place of those that were taken out before. A
 * track without text is passed over.
 * @throws EngineError DISK_FULL, OUTPUT_UNWRITABLE, CANCELLED, a VIDEO_ code.
 */
export async function takeOutSubtitles(
  context: Pick<HostContext, 'store' | 'events' | 'videos' | 'folders' | 'newId'>,
  video: Pick<LibraryVideo, 'id' | 'path' | 'subtitles'>,
  tracks: readonly SubtitleTrack[],
  signal: AbortSignal,
): Promise<void> {
  const folder = folderOf(context, video.id);
  const before = video.subtitles.some((each) => each.path.startsWith(folder));
  if (tracks.length === 0 && !before) return;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const taken = [];
  for (const { index, label } of tracks) {
    const outputPath = path.join(folder, `${index}.vtt`);
    try {
      await context.videos.extractSubtitles({ videoPath: video.path, track: index, outputPath }, { signal });
      taken.push({ id: context.newId(), label, path: outputPath });
    } catch (thrown) {
      if (toEngineError(thrown).code !== 'SUBTITLES_INVALID') throw thrown;
    }
  }
  const saved = await context.store.call('setEmbeddedSubtitles', {
    videoId: video.id,
    folder,
    tracks: taken,
  });
  if (saved !== undefined) context.events.emit({ type: 'videoChanged', video: saved });
}

/** Deletes what was taken out of a video that left the library. */
export async function forgetSubtitles(context: Pick<HostContext, 'folders'>, videoId: string): Promise<void> {
  await rm(folderOf(context, videoId), { recursive: true, force: true });
}

/** Whether a file of subtitles was taken out of its video. */
export function isTakenOut(
  context: Pick<HostContext, 'folders'>,
  videoId: string,
  subtitlesPath: string,
): boolean {
  return subtitlesPath.startsWith(folderOf(context, videoId));
}

function folderOf({ folders }: Pick<HostContext, 'folders'>, videoId: string): string {
  return path.join(folders.subtitles, videoId) + path.sep;
}
