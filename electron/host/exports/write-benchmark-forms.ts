import type { ExportedMoment, VideoMoments } from './export-content.ts';
import { withoutExtension } from './export-file.ts';

/** Length of the clips that QVHighlights counts in, seconds. */
const clipSec = 2;

/** QVHighlights' annotation lines: one per video and query, its moments as windows and as the 2-second clips in them. */
export function writeQvhighlights(videos: readonly VideoMoments[]): string {
  const lines = videos.flatMap(({ video, moments }) =>
    [...grouped(moments, ({ text }) => text)].map(([query, group]) => ({
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
  return json({ version: 'VERSION 1.3', taxonomy: [], database: Object.fromEntries(database) as unknown });
}

/**
 * Label Studio's tasks with timeline labels. Its ranges are frames counted from 1, both ends inside, so that the exact
 * seconds stand beside them in `meta`.
 */
export function writeLabelStudio(videos: readonly VideoMoments[]): string {
  return json(
    videos.map(({ video, moments }) => ({
      data: { video: video.name },
      annotations: [
        {
          result: moments.map((moment) => {
            const fps = video.picture?.fps ?? 1;
            const start = Math.floor(moment.startSec * fps) + 1;
            const label = moment.label === '' ? moment.text : moment.label;
            return {
              id: moment.id,
              type: 'timelinelabels',
              from_name: 'videoLabels',
              to_name: 'video',
              value: {
                ranges: [{ start, end: Math.max(start, Math.round(moment.endSec * fps)) }],
                timelinelabels: [label],
              },
              meta: {
                text: [moment.text],
                startSec: moment.startSec,
                endSec: moment.endSec,
                provenance: moment.provenance,
                state: moment.state,
              },
            };
          }),
        },
      ],
    })),
  );
}

function grouped(
  moments: readonly ExportedMoment[],
  keyOf: (moment: ExportedMoment) => string,
): Map<string, ExportedMoment[]> {
  return Map.groupBy(moments, keyOf);
}

function clipsOf(moments: readonly ExportedMoment[], durationSec: number | undefined): number[] {
  const clips = new Set<number>();
  const last = durationSec === undefined ? Infinity : Math.ceil(durationSec / clipSec);
  for (const { startSec, endSec } of moments) {
    for (
      let clip = Math.floor(startSec / clipSec);
      clip < Math.min(last, Math.ceil(endSec / clipSec));
      clip++
    ) {
      clips.add(clip);
    }
  }
  return [...clips].sort((one, other) => one - other);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
