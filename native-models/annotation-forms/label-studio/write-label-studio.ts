import { frameBounds, usualFps } from '../times/frame-bounds.ts';
import type { VideoMoments } from '../written-moment.ts';

/**
 * Label Studio's tasks with timeline labels. Its ranges are frames counted from 1, both ends inside, at the rate that the
 * task names; the exact seconds stand beside them in `meta`.
 */
export function writeLabelStudio(videos: readonly VideoMoments[]): string {
  const tasks = videos.map(({ video, moments }) => {
    const fps = video.picture?.fps ?? usualFps;
    return {
      data: { video: video.name, fps },
      annotations: [
        {
          result: moments.map((moment) => {
            const { first, end } = frameBounds(moment, fps);
            return {
              id: moment.id,
              type: 'timelinelabels',
              from_name: 'videoLabels',
              to_name: 'video',
              value: {
                ranges: [{ start: first + 1, end }],
                timelinelabels: [moment.label === '' ? moment.text : moment.label],
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
    };
  });
  return `${JSON.stringify(tasks, undefined, 2)}\n`;
}
