import { fileAddress } from '../file-address.ts';
import { frameBounds, usualFps } from '../times/frame-bounds.ts';
import { firstFrameNumber } from '../times/timecode.ts';
import type { VideoMoments } from '../written-moment.ts';
import { momentTitle } from './write-edl.ts';

/**
 * An OpenTimelineIO timeline: a track of clips per video, each a moment of the file in whole frames at its rate, counted
 * from the file's own timecode.
 */
export function writeOtio(projectName: string, videos: readonly VideoMoments[]): string {
  const tracks = videos.map(({ video, moments }) => {
    const { fps: rate = usualFps, timecode, totalFrames } = video.picture ?? {};
    const firstFrame = firstFrameNumber(timecode);
    const at = (value: number) => ({ OTIO_SCHEMA: 'RationalTime.1', rate, value });
    const range = (first: number, end: number) => ({
      OTIO_SCHEMA: 'TimeRange.1',
      start_time: at(firstFrame + first),
      duration: at(end - first),
    });
    return {
      ...{ OTIO_SCHEMA: 'Track.1', name: video.name, kind: 'Video', source_range: null },
      ...{ effects: [], markers: [], metadata: {} },
      children: moments.map((moment) => {
        const { first, end } = frameBounds(moment, rate);
        return {
          OTIO_SCHEMA: 'Clip.1',
          name: momentTitle(moment),
          source_range: range(first, end),
          ...{ effects: [], markers: [] },
          media_reference: {
            OTIO_SCHEMA: 'ExternalReference.1',
            name: video.name,
            target_url: fileAddress(video.path),
            available_range: range(0, Math.max(totalFrames ?? 0, end)),
            metadata: {},
          },
          metadata: { videomind: { ...moment } },
        };
      }),
    };
  });
  const timeline = {
    ...{ OTIO_SCHEMA: 'Timeline.1', name: projectName, global_start_time: null, metadata: {} },
    tracks: {
      ...{ OTIO_SCHEMA: 'Stack.1', name: 'tracks', source_range: null },
      ...{ effects: [], markers: [], metadata: {} },
      children: tracks,
    },
  };
  return `${JSON.stringify(timeline, undefined, 2)}\n`;
}
