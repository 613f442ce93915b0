import type { Moment } from '../../native-models/protocol/run-record.ts';
import type { FrameTimes } from '../player/frame-times.ts';
import type { Edge } from './edits.ts';

/** What moving by frames needs to know of the video. */
export interface NudgeClock {
  readonly frames: FrameTimes | undefined;
  readonly fps: number;
  readonly durationSec: number;
}

/** A boundary between frames, moved by a number of frames; where frame times are not known yet, by their usual length. */
export function nudgedTime(clock: NudgeClock, timeSec: number, byFrames: number): number {
  const at = clock.frames?.frameAt(timeSec);
  // A boundary that lies within a frame moves to that frame's own boundaries first.
  const within = at !== undefined && timeSec - at.timeSec > 1e-6;
  const index = at && at.index + byFrames + (within && byFrames < 0 ? 1 : 0);
  const target = index === undefined ? undefined : clock.frames?.frame(index);
  const before = index === undefined ? undefined : clock.frames?.frame(index - 1);
  const nudged = target?.timeSec ?? before?.endSec ?? timeSec + byFrames / clock.fps;
  return Math.min(Math.max(0, nudged), clock.durationSec);
}

/** A moment with one edge, or both, moved by frames; the edges do not pass each other. */
export function nudged(clock: NudgeClock, moment: Moment, part: Edge | 'whole', byFrames: number): Moment {
  const { startSec, endSec } = moment;
  if (part === 'start') return { startSec: Math.min(nudgedTime(clock, startSec, byFrames), endSec), endSec };
  if (part === 'end') return { startSec, endSec: Math.max(nudgedTime(clock, endSec, byFrames), startSec) };
  const toStart = nudgedTime(clock, startSec, byFrames);
  const moved = Math.min(toStart - startSec, clock.durationSec - endSec);
  return { startSec: startSec + moved, endSec: endSec + moved };
}
