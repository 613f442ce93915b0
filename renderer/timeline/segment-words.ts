import { formatSeconds } from '../player/timecode.ts';
import type { TimelineSegment, TimelineTrack } from './timeline-model.ts';
import { timelineTexts as texts } from './timeline-texts.ts';

/** A segment in words: for screen readers and hints. */
export function segmentWords(track: TimelineTrack, segment: TimelineSegment): string {
  const { startSec, endSec, text, labelName, state } = segment;
  return [
    track.title,
    `${texts.from} ${formatSeconds(startSec, 2)} ${texts.to} ${formatSeconds(endSec, 2)}`,
    labelName,
    text === '' ? undefined : text,
    state === undefined ? undefined : texts.states[state],
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}
