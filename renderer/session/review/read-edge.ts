import type { Moment } from '../../../native-models/protocol/run-record.ts';
import { formatSeconds, parsePlace } from '../../player/timecode.ts';
import { sessionTexts } from '../texts.ts';

const texts = sessionTexts.review;

/** A time that was typed for an edge of a moment, or why it cannot be one. */
export type ReadEdge =
  { readonly timeSec: number; readonly problem?: undefined } | { readonly problem: string };

/** Reads what was typed for an edge; the moment has to stay a moment inside its video. */
export function readEdge(
  typed: string,
  edge: 'startSec' | 'endSec',
  moment: Moment,
  durationSec: number | undefined,
): ReadEdge {
  const place = parsePlace(typed);
  if (place === undefined || !('timeSec' in place)) return { problem: texts.noTime };
  const { timeSec } = place;
  if (durationSec !== undefined && timeSec > durationSec) {
    return { problem: texts.afterEnd(formatSeconds(durationSec, 1)) };
  }
  if (edge === 'startSec' && timeSec > moment.endSec) return { problem: texts.startAfterEnd };
  return edge === 'endSec' && timeSec < moment.startSec ? { problem: texts.endBeforeStart } : { timeSec };
}
