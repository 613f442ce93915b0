/** How times are written: seconds only, or with the number of the frame. */
export type TimecodeStyle = 'seconds' | 'frames';

/** `1:02:03.456`, hours only where there are any; rounded to milliseconds. */
export function formatSeconds(timeSec: number, decimals = 3): string {
  const unit = 10 ** decimals;
  const whole = Math.round(Math.max(0, timeSec) * unit);
  const seconds = Math.floor(whole / unit);
  const fraction = decimals > 0 ? `.${String(whole % unit).padStart(decimals, '0')}` : '';
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const tail = `${String(seconds % 60).padStart(2, '0')}${fraction}`;
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

/** How long something lasts: `4.25 s`, from a minute on `1:02.50`. */
export function formatLength(lengthSec: number): string {
  return lengthSec < 60 ? `${lengthSec.toFixed(2)} s` : formatSeconds(lengthSec, 2);
}

/** What a person typed as a place in a video. */
export type Place = { readonly timeSec: number } | { readonly frameIndex: number };

/**
 * Reads `12.5`, `1:02.5`, `1:02:03` or `1m 2s` as seconds, `#300` or `f300` as the number of a frame; undefined for
 * anything else.
 */
export function parsePlace(text: string): Place | undefined {
  const trimmed = text.trim().toLowerCase();
  const frame = /^[#f]\s*(\d{1,9})$/.exec(trimmed);
  if (frame) return { frameIndex: Number(frame[1]) };
  const units = /^(?:(\d+)\s*h)?\s*(?:(\d+)\s*m(?:in)?)?\s*(?:(\d+(?:[.,]\d+)?)\s*s)?$/.exec(trimmed);
  if (units && (units[1] ?? units[2] ?? units[3]) !== undefined) {
    const [hours, minutes, seconds] = [units[1], units[2], units[3]].map((part) => numberOf(part ?? '0'));
    return { timeSec: (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0) };
  }
  const colons = /^(?:(?:(\d+):)?(\d+):)?(\d+(?:[.,]\d*)?)$/.exec(trimmed);
  if (!colons) return undefined;
  const [hours, minutes, seconds] = [colons[1], colons[2], colons[3]].map((part) => numberOf(part ?? '0'));
  return { timeSec: (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0) };
}

function numberOf(digits: string): number {
  return Number(digits.replace(',', '.'));
}
