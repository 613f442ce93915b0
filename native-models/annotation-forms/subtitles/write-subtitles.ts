import { clockTime } from '../times/clock-time.ts';
import { usualFps, visibleEndSec } from '../times/frame-bounds.ts';
import type { ExportedMoment, VideoMoments } from '../written-moment.ts';

/** SubRip: numbered cues on the player's clock. An empty line would end a cue, so none is left in the words. */
export function writeSrt(video: VideoMoments): string {
  return video.moments
    .map((moment, index) => `${index + 1}\n${cueTimes(video, moment, ',')}\n${words(moment)}\n`)
    .join('\n');
}

/** WebVTT; what it would read as markup is written as character references. */
export function writeVtt(video: VideoMoments): string {
  const cues = video.moments.map(
    (moment) => `${cueTimes(video, moment, '.')}\n${escapeCue(words(moment))}\n`,
  );
  return ['WEBVTT\n', ...cues].join('\n');
}

/** A cue without length is never shown: it gets a frame. */
function cueTimes({ video: { picture } }: VideoMoments, moment: ExportedMoment, mark: ',' | '.'): string {
  const offsetSec = picture?.mediaStartSec ?? 0;
  const endSec = visibleEndSec(moment, picture?.fps ?? usualFps);
  return `${clockTime(moment.startSec + offsetSec, mark)} --> ${clockTime(endSec + offsetSec, mark)}`;
}

function words({ label, text, answer }: ExportedMoment): string {
  const lines = [label === '' ? text : `[${label}] ${text}`.trimEnd(), answer ?? '']
    .flatMap((part) => part.split(/\r\n|[\r\n\u2028\u2029]/u))
    .map((line) => line.trim())
    .filter((line) => line !== '');
  // An arrow would be read as the times of a cue.
  return lines.length === 0 ? '…' : lines.join('\n').replaceAll('-->', '→');
}

function escapeCue(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
