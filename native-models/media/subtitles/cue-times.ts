/** Times of subtitles as people and programs write them: `1:02:03,5`, `02:03.250`, `0:0:1, 500`, `-00:00:01,000`. */

const clock = String.raw`-?\d+(?::\d{1,2}){1,2}(?:\s*[.,:]\s*\d+)?`;
const timing = new RegExp(String.raw`^\s*(${clock})\s*--+>\s*(${clock})(?:\s.*)?$`);
/** What was meant as a line of times: a clock, something like an arrow, and a clock; or an arrow beside a clock. */
const attempt =
  /^\s*-?\d+:\d{1,2}(?:[:.,]\s?\d+)*\s*\S{0,2}[-=>→–—]\S{0,3}\s*-?\d+:\d|^\s*-?\d+[:.;]\d\S*\s*--+>|--+>\s*-?\d+[:.;]\d[\d:;.,]*\s*$|^\s*-?\d+[.,]\d+\s*--+>\s*-?\d+[.,]\d+\s*$/;
/** `01.02.03.500`: points where colons should be. */
const pointed = /(?<![\d.])(\d{1,2})\.(\d{2})\.(\d{2})(?=[.,]\d)/g;

/** A line with the times of a cue; `unreadable` for one that was meant as such; undefined for any other. */
export function readTiming(
  line: string,
): { readonly startSec: number; readonly endSec: number } | 'unreadable' | undefined {
  const [, start, end] = timing.exec(asWritten(line)) ?? [];
  if (start !== undefined && end !== undefined) {
    const startSec = readClock(start);
    const endSec = readClock(end);
    return startSec === undefined || endSec === undefined ? 'unreadable' : { startSec, endSec };
  }
  return attempt.test(asWritten(line)) ? 'unreadable' : undefined;
}

/** A line of times with the signs that are usual for it: some programs write wide ones, or points. */
function asWritten(line: string): string {
  if (!/[->→＞–—]/.test(line)) return line;
  return line.normalize('NFKC').replace(pointed, '$1:$2:$3');
}

/** Seconds of a clock time, negative where it says so; undefined where it is none. */
export function readClock(text: string): number | undefined {
  const match = /^\s*(-?)(?:(\d+):)?(\d+):(\d{1,2})(?:\s*[.,:]\s*(\d+))?\s*$/.exec(text);
  if (match === null) return undefined;
  const [, sign, hours = '0', minutes, seconds, fraction = '0'] = match;
  if (Number(seconds) >= 60 || (match[2] !== undefined && Number(minutes) >= 60)) return undefined;
  const sec = Number(hours) * 3600 + Number(minutes) * 60 + Number(`${seconds ?? ''}.${fraction}`);
  // Whole microseconds: sums of fractions of seconds are no round numbers.
  const rounded = Math.round(sec * 1e6) / 1e6;
  return Number.isFinite(rounded) ? (sign === '-' ? -rounded : rounded) : undefined;
}
