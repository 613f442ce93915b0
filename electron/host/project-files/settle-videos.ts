import path from 'node:path';
import type { LibraryVideo } from '../contract/library.ts';
import type { HostContext } from '../host-context.ts';
import { VideoFinder } from './find-videos.ts';
import type { FileVideo } from './project-file-form.ts';

/** What the library makes of a file's videos. */
export interface SettledVideos {
  /** From the file's ids to the library's, in the file's order. */
  readonly ids: ReadonlyMap<string, string>;
  readonly newVideos: readonly Omit<LibraryVideo, 'subtitles'>[];
  /** Names of new ones that were not found. */
  readonly missing: readonly string[];
}

/**
 * Finds the videos of a project's file: in the library by their content, where they were, beside the file and in folders below.
 * One that is found nowhere is added as missing, to be shown to the program later.
 */
export async function settleVideos(
  { store, videos, newId, now }: HostContext,
  fileVideos: readonly FileVideo[],
  projectFilePath: string,
): Promise<SettledVideos> {
  const finder = new VideoFinder(videos);
  const ids = new Map<string, string>();
  const newVideos: Omit<LibraryVideo, 'subtitles'>[] = [];
  const missing: string[] = [];
  const isTaken = (id: string): boolean => [...ids.values()].includes(id);
  const isFree = async (filePath: string): Promise<boolean> =>
    !newVideos.some((video) => video.path === filePath) &&
    (await store.call('findVideoByPath', { path: filePath })) === undefined;

  const known = async (video: FileVideo): Promise<LibraryVideo | undefined> => {
    const { contentId } = video;
    const same =
      contentId === undefined
        ? [
            await store.call('findVideo', { id: video.id }),
            await store.call('findVideoByPath', { path: video.path }),
          ]
        : await store.call('findVideosByContent', { contentId });
    // Of several copies, the one that lies where it lay.
    return same
      .filter((each) => each !== undefined)
      .filter(({ id }) => !isTaken(id))
      .toSorted((one, other) => Number(other.path === video.path) - Number(one.path === video.path))[0];
  };

  for (const video of fileVideos) {
    const there = await known(video);
    if (there !== undefined) {
      ids.set(video.id, there.id);
      continue;
    }
    const folder = path.dirname(projectFilePath);
    const beside = path.join(folder, path.basename(video.name));
    let place: string | undefined;
    for (const candidate of [video.path, beside]) {
      if (place === undefined && path.isAbsolute(candidate) && (await finder.isAt(candidate, video)))
        place = candidate;
    }
    place ??= await finder.findIn(folder, video);
    if (place !== undefined && !(await isFree(place))) place = undefined;
    const isKnownId = (await store.call('findVideo', { id: video.id })) !== undefined;
    const id = video.contentId === undefined && !isKnownId ? video.id : newId();
    ids.set(video.id, id);
    if (place === undefined) missing.push(video.name);
    const wanted = (await isFree(video.path)) ? video.path : path.join(video.path, id);
    newVideos.push({
      ...{ id, name: path.basename(place ?? video.name), bytes: video.bytes, addedAtMs: now() },
      ...(video.contentId !== undefined && { contentId: video.contentId }),
      ...(video.picture !== undefined && { picture: video.picture }),
      ...{ path: place ?? wanted, state: place === undefined ? 'missing' : 'probing', playback: 'unknown' },
    });
  }
  return { ids, newVideos, missing };
}
