import { fromFirstPicture } from '../../../native-models/media/subtitles/clock.ts';
import { readSubtitles } from '../../../native-models/media/subtitles/read-subtitles.ts';
import type { Subtitle } from '../../../native-models/media/subtitles/subtitle.ts';

/** A file of subtitles, and the encoding that a person chose for it. */
export interface SubtitlesOnDisk {
  readonly path: string;
  readonly encoding?: string | undefined;
}

/**
 * A file of subtitles as WebVTT, whatever it was: read, stripped of markup, and written anew, so that a browser gets text
 * and times and nothing else.
 * @param playerStartSec where the video's first picture lies on a player's clock, which the file is on: what a window gets
 *   counts from that picture.
 * @throws EngineError SUBTITLES_INVALID
 */
export async function readAsWebVtt(file: SubtitlesOnDisk, playerStartSec = 0): Promise<string> {
  return writeWebVtt(await readSubtitleLines(file, playerStartSec));
}

/** The lines of a file of subtitles, in presentation seconds of its video. @throws EngineError SUBTITLES_INVALID */
export async function readSubtitleLines(
  { path, encoding }: SubtitlesOnDisk,
  playerStartSec = 0,
): Promise<readonly Subtitle[]> {
  const { cues } = await readSubtitles(path, { encoding });
  return fromFirstPicture(cues, playerStartSec);
}

/** Writes WebVTT; text is escaped, each subtitle a cue. */
export function writeWebVtt(subtitles: readonly Subtitle[]): string {
  const cues = subtitles.map(
    ({ startSec, endSec, text }) =>
      `${timestamp(startSec)} --> ${timestamp(endSec)}\n${text.replace(/[&<>]/g, (sign) => entities[sign] ?? '')}\n`,
  );
  return ['WEBVTT\n', ...cues].join('\n');
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function timestamp(sec: number): string {
  const totalMs = Math.round(sec * 1000);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const ms = String(totalMs % 1000).padStart(3, '0');
  return `${two(totalMs / 3_600_000)}:${two((totalMs / 60_000) % 60)}:${two((totalMs / 1000) % 60)}.${ms}`;
}
