import type { KnownVideo, VideoReference } from './found-moment.ts';

/** The video that a moment is about, and what its times lie before the video's by. */
export interface MatchedVideo {
  readonly video: KnownVideo;
  readonly offsetSec: number;
}

/**
 * Which of the known videos a moment of a file is about: the one that it names by id, path, address or file name; where it
 * names none, the one that the file was said to be about, or the only one there is.
 * @param named what each moment of the file names.
 */
export function videoMatcher(
  videos: readonly KnownVideo[],
  named: readonly (readonly VideoReference[])[],
  saidId: string | undefined,
): (references: readonly VideoReference[]) => MatchedVideo | undefined {
  const byName = new Map<string, KnownVideo>();
  for (const video of videos.toReversed()) {
    for (const name of [withoutExtension(video.name), video.name, video.path, video.id]) {
      byName.set(keyOf(name), video);
    }
  }
  const said = videos.find(({ id }) => id === saidId) ?? (videos.length === 1 ? videos[0] : undefined);
  // A file about one video may call it by a name of its own.
  const namesOne = new Set(named.map(([first]) => first?.name)).size === 1;
  return (references) => {
    const [first] = references;
    if (first === undefined) return said && { video: said, offsetSec: 0 };
    for (const { name, offsetSec = 0 } of references) {
      const video = namesOf(name)
        .map((candidate) => byName.get(keyOf(candidate)))
        .find((candidate) => candidate !== undefined);
      if (video !== undefined) return { video, offsetSec };
    }
    return namesOne && saidId !== undefined && said !== undefined
      ? { video: said, offsetSec: first.offsetSec ?? 0 }
      : undefined;
  };
}

/** The last part of a path or address, as people call the video. */
export function baseName(address: string): string {
  const parts = isAddress(address) ? decoded(address) : address;
  return parts.split(/[/\\]/u).at(-1) ?? parts;
}

/** A file name without its extension. */
export function withoutExtension(name: string): string {
  return name.replace(/(?<=[^/\\])\.[^./\\]*$/u, '');
}

/** What a name may stand for, the most exact first: as it is written, decoded, its last part, that without extension. */
function namesOf(name: string): string[] {
  const written = [name, decoded(name)];
  const parts = written.map((one) => one.split(/[/\\]/u).at(-1) ?? one);
  return [...written, ...parts, ...parts.map(withoutExtension)];
}

function isAddress(text: string): boolean {
  return /^[a-z][a-z\d+.-]+:|%[\da-f]{2}/iu.test(text);
}

/** Percent-encoded text decoded; as it is where it is not encoded. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function keyOf(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
