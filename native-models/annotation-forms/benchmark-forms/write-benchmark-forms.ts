import { withoutExtension } from '../match-videos.ts';
import type { ExportedMoment, VideoMoments } from '../written-moment.ts';

/** Length of the clips that QVHighlights counts in, seconds. */
const clipSec = 2;

/** What a moment answers in a benchmark: its words, else its label. Empty: it has neither and cannot be asked for. */
export function queryOf({ text, label }: ExportedMoment): string {
  return text === '' ? label : text;
}

/**
 * QVHighlights' annotation lines: one per video and query, its moments as windows and as the 2-second clips in them.
 * Moments with neither words nor label are left out.
 */
export function writeQvhighlights(videos: readonly VideoMoments[]): string {
  const lines = videos.flatMap(({ video, moments }) =>
    [
      ...Map.groupBy(
        moments.filter((moment) => queryOf(moment) !== ''),
        queryOf,
      ),
    ].map(([query, group]) => ({
      query,
      vid: withoutExtension(video.name),
      duration: video.picture?.durationSec ?? 0,
      relevant_windows: group.map(({ startSec, endSec }) => [startSec, endSec]),
      relevant_clip_ids: clipsOf(group, video.picture?.durationSec),
    })),
  );
  return lines.map((line, index) => `${JSON.stringify({ qid: index + 1, ...line })}\n`).join('');
}

/** ActivityNet's annotation file: a database by video, its moments as labelled segments. */
export function writeActivityNet(videos: readonly VideoMoments[], names: readonly string[]): string {
  const database = videos.map(({ video, moments }, index) => [
    names[index] ?? video.id,
    {
      duration: video.picture?.durationSec ?? 0,
      resolution: video.picture === undefined ? '' : `${video.picture.width}x${video.picture.height}`,
      subset: '',
      url: '',
      annotations: moments.map(({ startSec, endSec, label, text }) => ({
        segment: [startSec, endSec],
        label: label === '' ? text : label,
        sentence: text,
      })),
    },
  ]);
  const document = {
    version: 'VERSION 1.3',
    taxonomy: [],
    database: Object.fromEntries(database) as unknown,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function clipsOf(moments: readonly ExportedMoment[], durationSec: number | undefined): number[] {
  const clips = new Set<number>();
  const last = durationSec === undefined ? Infinity : Math.ceil(durationSec / clipSec);
  for (const { startSec, endSec } of moments) {
    const end = Math.min(last, Math.ceil(endSec / clipSec));
    for (let clip = Math.floor(startSec / clipSec); clip < end; clip++) clips.add(clip);
  }
  return [...clips].sort((one, other) => one - other);
}
