/**
 * A time as a file writes it. Frames and timecodes become seconds only with a frame rate, which the file, its video or a
 * person gives (`settleMoments`).
 */
export type WrittenTime =
  | { readonly kind: 'seconds'; readonly sec: number }
  /** Frames before it, from the video's first; `fps` where the file says by how many a second it counts. */
  | { readonly kind: 'frames'; readonly frames: number; readonly fps?: number | undefined }
  | {
      readonly kind: 'timecode';
      readonly hours: number;
      readonly minutes: number;
      readonly seconds: number;
      readonly frames: number;
      readonly dropFrame: boolean;
      /** By how many a second the file says that it counts. */
      readonly fps?: number | undefined;
    };

const spelled =
  /^(?:(?<hours>\d+)\s*h(?:ours?|rs?)?)?\s*(?:(?<minutes>\d+)\s*m(?:in(?:ute)?s?)?)?\s*(?:(?<seconds>\d+(?:[.,]\d+)?)\s*s(?:ec(?:ond)?s?)?)?$/iu;
const duration = /^PT(?:(?<hours>\d+)H)?(?:(?<minutes>\d+)M)?(?:(?<seconds>\d+(?:[.,]\d+)?)S)?$/u;
const timecode = /^(\d{1,2}):([0-5]\d):([0-5]\d)([:;])(\d{2,3})$/u;
const clock = /^(?:(\d+):)?(\d+):(\d{1,2}(?:[.,]\d*)?)$/u;

/**
 * The one reading of a time: seconds (`12.5`, `12,5`, `12.5 s`, `1250 ms`), clock times (`1:02.5`, `01:02:03,5`), spelled
 * ones (`1h02m03s`, `PT1M3S`) and timecodes with frames (`00:00:02:12`; a semicolon says that numbers are dropped).
 * @returns undefined for what is no time. Times below zero are given as they stand, for who reads to refuse them.
 */
export function parseTime(text: string): WrittenTime | undefined {
  const written = text.normalize('NFKC').trim().replace(/^[−–]/u, '-');
  const negative = written.startsWith('-');
  const sec = secondsOf(negative ? written.slice(1) : written.replace(/^\+/u, ''));
  if (sec !== undefined) return { kind: 'seconds', sec: negative ? -sec : sec };
  const parts = timecode.exec(written);
  if (parts === null) return undefined;
  const [hours, minutes, seconds] = parts.slice(1, 4).map(Number) as [number, number, number];
  return { kind: 'timecode', hours, minutes, seconds, frames: Number(parts[5]), dropFrame: parts[4] === ';' };
}

/**
 * A number with a point or a comma; where both stand, the last of them is the decimal mark. Thousands may be apart by a
 * space or an apostrophe.
 */
export function parseNumber(text: string): number | undefined {
  const written = text
    .normalize('NFKC')
    .trim()
    .replace(/^[+-]?\d{1,3}(?:['’ ]\d{3})+(?=[.,]|$)/u, (whole) => whole.replaceAll(/['’ ]/gu, ''));
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu.test(written)) return finite(Number(written));
  if (/^[+-]?\d*,\d+$|^[+-]?\d+,$/u.test(written)) return finite(Number(written.replace(',', '.')));
  if (/^[+-]?\d{1,3}(?:,\d{3})+\.\d+$/u.test(written)) return finite(Number(written.replaceAll(',', '')));
  if (/^[+-]?\d{1,3}(?:\.\d{3})+,\d+$/u.test(written)) {
    return finite(Number(written.replaceAll('.', '').replace(',', '.')));
  }
  return undefined;
}

function secondsOf(text: string): number | undefined {
  const plain = parseNumber(text);
  if (plain !== undefined) return plain < 0 ? undefined : plain;
  const milliseconds = /^([\d.,]+)\s*(?:ms|msec|milliseconds?)$/iu.exec(text);
  if (milliseconds !== null) {
    const value = parseNumber(milliseconds[1] ?? '');
    return value === undefined ? undefined : value / 1000;
  }
  const parts = clock.exec(text);
  if (parts !== null) {
    const [hours, minutes, seconds] = [
      parts[1] ?? '0',
      parts[2] ?? '0',
      (parts[3] ?? '0').replace(',', '.'),
    ].map(Number) as [number, number, number];
    // In `90:05` minutes may be any number; beside hours they may not, and neither may seconds.
    if (seconds >= 60 || (parts[1] !== undefined && minutes >= 60)) return undefined;
    return finite(hours * 3600 + minutes * 60 + seconds);
  }
  const words =
    text === '' || text === 'PT' ? undefined : (spelled.exec(text) ?? duration.exec(text))?.groups;
  if (words === undefined) return undefined;
  const { hours = '0', minutes = '0', seconds = '0' } = words;
  return finite(Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds.replace(',', '.')));
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
