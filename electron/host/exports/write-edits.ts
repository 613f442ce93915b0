import { frameTimecode } from './clock-times.ts';
import type { ExportedMoment, VideoMoments } from './export-content.ts';

/** An edit decision list (CMX 3600) of one video: its moments one after another, as cuts from the file. */
export function writeEdl({ video, moments }: VideoMoments): string {
  const fps = video.picture?.fps ?? 25;
  let recordFrames = 0;
  const events = moments.map((moment, index) => {
    const frames = Math.max(1, Math.round(moment.endSec * fps) - Math.round(moment.startSec * fps));
    const times = [
      frameTimecode(moment.startSec, fps),
      frameTimecode(moment.startSec + frames / fps, fps),
      frameTimecode(recordFrames / fps, fps),
      frameTimecode((recordFrames + frames) / fps, fps),
    ];
    recordFrames += frames;
    const number = String(index + 1).padStart(3, '0');
    return `${number}  AX       V     C        ${times.join(' ')}\n* FROM CLIP NAME: ${oneLine(video.name)}\n* COMMENT: ${oneLine(title(moment))}\n`;
  });
  return `TITLE: ${oneLine(video.name)}\nFCM: NON-DROP FRAME\n\n${events.join('\n')}`;
}

/** An OpenTimelineIO timeline: a track of clips per video, each a moment of the file, times in frames at its rate. */
export function writeOtio(projectName: string, videos: readonly VideoMoments[]): string {
  const tracks = videos.map(({ video, moments }) => {
    const rate = video.picture?.fps ?? 25;
    const at = (timeSec: number) => ({ OTIO_SCHEMA: 'RationalTime.1', rate, value: timeSec * rate });
    const range = (startSec: number, endSec: number) => ({
      OTIO_SCHEMA: 'TimeRange.1',
      start_time: at(startSec),
      duration: at(endSec - startSec),
    });
    return {
      OTIO_SCHEMA: 'Track.1',
      name: video.name,
      kind: 'Video',
      source_range: null,
      effects: [],
      markers: [],
      metadata: {},
      children: moments.map((moment) => ({
        OTIO_SCHEMA: 'Clip.1',
        name: title(moment),
        source_range: range(moment.startSec, moment.endSec),
        effects: [],
        markers: [],
        media_reference: {
          OTIO_SCHEMA: 'ExternalReference.1',
          name: video.name,
          target_url: video.name,
          available_range: range(0, video.picture?.durationSec ?? moment.endSec),
          metadata: {},
        },
        metadata: { videomind: { ...moment } },
      })),
    };
  });
  const timeline = {
    OTIO_SCHEMA: 'Timeline.1',
    name: projectName,
    global_start_time: null,
    metadata: {},
    tracks: {
      OTIO_SCHEMA: 'Stack.1',
      name: 'tracks',
      source_range: null,
      effects: [],
      markers: [],
      metadata: {},
      children: tracks,
    },
  };
  return `${JSON.stringify(timeline, undefined, 2)}\n`;
}

function title({ label, text }: ExportedMoment): string {
  return label === '' ? text : `[${label}] ${text}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
