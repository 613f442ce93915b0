import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** The videos below a data folder: what is there is listed once a folder. */
export interface VideoFolder {
  /** The first of these paths, or of the other places where people keep such a video, that is there. */
  find(candidates: readonly string[]): Promise<string | undefined>;
  /** Whether exactly this file is there. */
  has(file: string): Promise<boolean>;
  /** Names in a folder, sorted; empty if there is no such folder. */
  list(folder: string): Promise<readonly string[]>;
}

/** Containers that videos are kept in where they were not re-encoded as the reference does. */
const otherExtensions = ['.mp4', '.mkv', '.webm', '.avi', '.mov'];
/** Folders of re-encoded videos (3 frames a second, no sound); people may have the originals beside them. */
const processedFolder = /\/videos(_crop)?_3fps_480_noaudio\//;

/** The videos below a data folder. */
export function openVideoFolder(dataDir: string): VideoFolder {
  const folders = new Map<string, Promise<readonly string[]>>();
  const names = new Map<string, Promise<ReadonlySet<string>>>();

  const list = (folder: string): Promise<readonly string[]> => {
    let listing = folders.get(folder);
    if (listing === undefined) {
      listing = readdir(path.resolve(dataDir, folder)).then(
        (entries) => entries.sort(),
        () => [],
      );
      folders.set(folder, listing);
    }
    return listing;
  };
  const has = async (file: string): Promise<boolean> => {
    const folder = path.posix.dirname(file);
    let listing = names.get(folder);
    if (listing === undefined) {
      listing = list(folder).then((entries) => new Set(entries));
      names.set(folder, listing);
    }
    return (await listing).has(path.posix.basename(file));
  };
  const find = async (candidates: readonly string[]): Promise<string | undefined> => {
    for (const place of [...candidates, ...candidates.flatMap(otherPlaces)]) {
      if (await has(place)) return place;
    }
    return undefined;
  };
  return { find, has, list };
}

function otherPlaces(file: string): string[] {
  const folders = processedFolder.test(file) ? [file, file.replace(processedFolder, '/videos/')] : [file];
  return folders.flatMap((place) => {
    const extension = path.posix.extname(place);
    const stem = place.slice(0, place.length - extension.length);
    return otherExtensions.map((other) => stem + other);
  });
}
