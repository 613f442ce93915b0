import type { LibraryVideo } from '../contract/library.ts';
import type { ImportedMoment } from '../exports/imported-moment.ts';
import { withoutExtension } from '../exports/export-file.ts';

/**
 * Which video of a project a moment of a file is about: the one that it names by id, path or file name; where it names
 * none, the one that the file was said to be about, or the only one there is.
 */
export function videoMatcher(
  videos: readonly LibraryVideo[],
  moments: readonly ImportedMoment[],
  saidId: string | undefined,
): (moment: ImportedMoment) => LibraryVideo | undefined {
  const byName = new Map<string, LibraryVideo>();
  for (const video of [...videos].reverse()) {
    for (const name of [withoutExtension(video.name), video.name, video.path, video.id]) {
      byName.set(keyOf(name), video);
    }
  }
  const said = videos.find(({ id }) => id === saidId) ?? (videos.length === 1 ? videos[0] : undefined);
  // A file about one video may call it by a name of its own.
  const namesOne = new Set(moments.map(({ video }) => video)).size === 1;
  return ({ video: name }) => {
    if (name === undefined) return said;
    const fileName = name.split(/[/\\]/).at(-1) ?? name;
    return (
      byName.get(keyOf(name)) ??
      byName.get(keyOf(fileName)) ??
      byName.get(keyOf(withoutExtension(fileName))) ??
      (namesOne && saidId !== undefined ? said : undefined)
    );
  };
}

function keyOf(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
