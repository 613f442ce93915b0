import { parseTime } from './parse-time.ts';
import type { WrittenTime } from './parse-time.ts';

/**
 * Timecodes (SMPTE ST 12-1): frames numbered by hour, minute, second. A second has the whole number of frames next to the
 * rate, so that at 29.97 the numbers fall behind the clock; drop-frame counting leaves out the numbers 0 and 1 (at 59.94
 * 0 to 3) at each minute but every tenth to keep up.
 */
type Timecode = Extract<WrittenTime, { kind: 'timecode' }>;

/** How a video's frames are numbered in the edit that it came from. */
export interface SourceTimecode {
  /** `01:00:00:00`, or `01:00:00;00` where numbers are dropped. */
  readonly start: string;
  readonly dropFrame: boolean;
  /** What its frames count by. */
  readonly fps: number;
}

/** Numbers left out at a minute: two for each 30 a second. */
function droppedPerMinute(fps: number): number {
  return Math.round(fps / 30) * 2;
}

/** Only rates just below 30, 60, … have numbers to drop. */
export function canDrop(fps: number): boolean {
  const whole = Math.round(fps);
  return whole > 0 && whole % 30 === 0 && whole - fps > 0.005;
}

/** The number of the frame that a timecode names, counted from that of 00:00:00:00. */
export function frameOfTimecode(timecode: Timecode, fps: number): number {
  const { hours, minutes, seconds, frames } = timecode;
  const perSecond = wholeRate(fps);
  const count = ((hours * 60 + minutes) * 60 + seconds) * perSecond + frames;
  if (!timecode.dropFrame || !canDrop(fps)) return count;
  const wholeMinutes = hours * 60 + minutes;
  return count - droppedPerMinute(fps) * (wholeMinutes - Math.floor(wholeMinutes / 10));
}

/** The timecode of a frame counted from that of 00:00:00:00. */
export function timecodeOfFrame(frame: number, fps: number, dropFrame: boolean): string {
  const perSecond = wholeRate(fps);
  const drops = dropFrame && canDrop(fps);
  let number = frame;
  if (drops) {
    const dropped = droppedPerMinute(fps);
    const perTenMinutes = perSecond * 600 - dropped * 9;
    const perMinute = perSecond * 60 - dropped;
    const rest = frame % perTenMinutes;
    const minutes = rest < perSecond * 60 ? 0 : 1 + Math.floor((rest - perSecond * 60) / perMinute);
    number += dropped * (9 * Math.floor(frame / perTenMinutes) + minutes);
  }
  const seconds = Math.floor(number / perSecond);
  const parts = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60].map(twoDigits);
  return `${parts.join(':')}${drops ? ';' : ':'}${twoDigits(number % perSecond)}`;
}

/** The number of a video's first frame; 0 where it carries no timecode. */
export function firstFrameNumber(source: SourceTimecode | undefined): number {
  const time = source === undefined ? undefined : parseTime(source.start.replace('.', ';'));
  if (source === undefined || time?.kind !== 'timecode') return 0;
  return frameOfTimecode({ ...time, dropFrame: source.dropFrame }, source.fps);
}

function wholeRate(fps: number): number {
  return Math.max(1, Math.round(fps));
}

function twoDigits(part: number): string {
  return String(part).padStart(2, '0');
}
