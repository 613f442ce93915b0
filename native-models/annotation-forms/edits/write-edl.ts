import { frameBounds, usualFps } from '../times/frame-bounds.ts';
import { canDrop, firstFrameNumber, timecodeOfFrame } from '../times/timecode.ts';
import type { ExportedMoment, VideoMoments } from '../written-moment.ts';

/** CMX 3600 numbers its events with three digits. */
const maxEvents = 999;

/**
 * Edit decision lists (CMX 3600) of one video: its moments one after another, as cuts from the file. Source times count
 * from the file's own timecode, so that an editor finds the frames; each list holds as many events as the form can number.
 */
export function writeEdls({ video, moments }: VideoMoments): string[] {
  const { fps = usualFps, variableFrameRate = false, timecode } = video.picture ?? {};
  const dropFrame = timecode?.dropFrame === true && canDrop(fps);
  const firstFrame = firstFrameNumber(timecode);
  const code = (frame: number): string => timecodeOfFrame(frame, fps, dropFrame);
  const lists: string[] = [];
  for (let from = 0; from < moments.length; from += maxEvents) {
    let recordFrame = 0;
    const events = moments.slice(from, from + maxEvents).map((moment, index) => {
      const { first, end } = frameBounds(moment, fps);
      const source = [code(firstFrame + first), code(firstFrame + end)];
      const record = [code(recordFrame), code((recordFrame += end - first))];
      const number = String(index + 1).padStart(3, '0');
      return `${number}  AX       V     C        ${[...source, ...record].join(' ')}\n* FROM CLIP NAME: ${oneLine(video.name)}\n* COMMENT: ${oneLine(momentTitle(moment))}\n`;
    });
    const nominal = variableFrameRate
      ? `* NOTE: FRAMES OF THIS SOURCE ARE UNEVENLY SPACED; TIMES ARE NOMINAL AT ${fps.toFixed(3)} FPS\n`
      : '';
    const count = moments.length > maxEvents ? ` (${lists.length + 1})` : '';
    const fcm = dropFrame ? 'DROP FRAME' : 'NON-DROP FRAME';
    lists.push(`TITLE: ${oneLine(video.name)}${count}\nFCM: ${fcm}\n${nominal}\n${events.join('\n')}`);
  }
  return lists;
}

/** How a moment is called in an edit. */
export function momentTitle({ label, text }: ExportedMoment): string {
  return label === '' ? text : `[${label}] ${text}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
