import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** How files of subtitles end that stand beside a video. */
const subtitleEndings = /\.(srt|vtt|ass|ssa|sbv)$/i;

/**
 * The files of subtitles that stand beside a video under its name: `film.srt`, or `film.de.srt` for `film.mp4`. Absolute,
 * by name; none where the folder cannot be read.
 */
export async function sideSubtitles(videoPath: string): Promise<readonly string[]> {
  const { dir, name } = path.parse(videoPath);
  const entries = await readdir(dir).catch(() => []);
  return entries
    .filter((entry) => subtitleEndings.test(entry) && isNamedAfter(entry, name))
    .toSorted()
    .map((entry) => path.join(dir, entry));
}

/** At most one more part between the name and the ending, such as a language. */
function isNamedAfter(entry: string, videoName: string): boolean {
  const rest = entry.slice(videoName.length);
  return entry.toLowerCase().startsWith(videoName.toLowerCase()) && /^(\.[^.]{1,20})?\.[^.]+$/u.test(rest);
}
