import { parseNumber, parseTime } from '../../../annotation-forms/times/parse-time.ts';

/** A time or length as people write it, in seconds: a number, with a comma too, or clock time; undefined for anything else. */
export function secondsOf(text: string): number | undefined {
  const time = parseTime(text.trim());
  if (time?.kind === 'seconds') return time.sec;
  return time === undefined ? parseNumber(text.trim()) : undefined;
}
