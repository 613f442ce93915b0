import { frameBounds, usualFps } from '../times/frame-bounds.ts';
import type { ExportedMoment, VideoMoments, WrittenVideo } from '../written-moment.ts';

/**
 * Label Studio's tasks with timeline labels. Its ranges are frames counted from 1, both ends inside, at the rate that the
 * task names; the exact seconds stand beside them in `meta`. Boxes are rectangles that stay where they are for as long; points, which
 * its videos do not have, are ranges whose place stands in `meta`.
 */
export function writeLabelStudio(videos: readonly VideoMoments[]): string {
  const tasks = videos.map(({ video, moments }) => {
    const fps = video.picture?.fps ?? usualFps;
    return {
      data: { video: video.name, fps },
      annotations: [
        {
          result: moments.map((moment) => resultOf(moment, video, fps)),
        },
      ],
    };
  });
  return `${JSON.stringify(tasks, undefined, 2)}\n`;
}

function resultOf(moment: ExportedMoment, { picture }: WrittenVideo, fps: number): object {
  const { first, end } = frameBounds(moment, fps);
  const { startSec, endSec, region, provenance, state, id } = moment;
  const labels = [moment.label === '' ? moment.text : moment.label];
  const meta = {
    ...{ text: [moment.text], startSec, endSec, provenance, state },
    ...(region === undefined ? {} : { region }),
  };
  if (region?.kind !== 'box') {
    return {
      ...{ id, type: 'timelinelabels', from_name: 'videoLabels', to_name: 'video' },
      value: { ranges: [{ start: first + 1, end }], timelinelabels: labels },
      meta,
    };
  }
  const rectangle = {
    x: region.left * 100,
    y: region.top * 100,
    width: (region.right - region.left) * 100,
    height: (region.bottom - region.top) * 100,
    rotation: 0,
  };
  const key = (frame: number, enabled: boolean) => ({ frame, time: frame / fps, enabled, ...rectangle });
  return {
    ...{ id, type: 'videorectangle', from_name: 'box', to_name: 'video' },
    value: {
      ...(picture === undefined ? {} : { framesCount: picture.totalFrames, duration: picture.durationSec }),
      sequence: end > first + 1 ? [key(first + 1, true), key(end, false)] : [key(first + 1, false)],
      labels,
    },
    meta,
  };
}
