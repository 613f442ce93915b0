import type { Findings, MomentParts } from '../findings.ts';
import { provenances, reviewStates } from '../found-moment.ts';
import { parseNumber, parseTime } from '../times/parse-time.ts';
import type { WrittenTime } from '../times/parse-time.ts';
import type { MomentField, TimeUnit } from './moment-columns.ts';

/** Fields of a moment as a row or an object of JSON has them; absent: not there. */
export type WrittenFields = Partial<Record<MomentField, string | number>>;

/** Adds the moment of these fields, or says what is wrong with them. */
export function addFields(
  findings: Findings,
  place: string,
  fields: WrittenFields,
  unit: TimeUnit,
  others: Partial<MomentParts> = {},
): void {
  const { start, end, length, state, provenance } = fields;
  const fps = rateOf(fields.fps);
  const times = {
    start: time(start, unit, fps),
    end: time(end, unit, fps),
    length: time(length, unit, fps),
  };
  for (const field of ['start', 'end', 'length'] as const) {
    if (isWritten(fields[field]) && times[field] === undefined) {
      findings.skip(place, `${nameOf(field)} is no time: ${shortened(String(fields[field]))}`);
      return;
    }
  }
  if (!isWritten(start) && !isWritten(end) && !isWritten(length)) {
    findings.skip(place, 'it has no times');
    return;
  }
  const after = times.end === undefined ? times.length : undefined;
  findings.add(place, {
    start: times.start,
    end: after === undefined ? times.end : { after },
    ...(isWritten(fields.video) && { videos: [{ name: String(fields.video) }] }),
    text: String(fields.text ?? ''),
    label: String(fields.label ?? ''),
    note: String(fields.note ?? ''),
    state: reviewStates.find((one) => one === state) ?? 'open',
    provenance: provenances.find((one) => one === provenance),
    ...others,
  });
}

function nameOf(field: 'start' | 'end' | 'length'): string {
  return field === 'length' ? 'the duration' : `the ${field}`;
}

function isWritten(value: string | number | undefined): value is string | number {
  return value !== undefined && String(value).trim() !== '';
}

/** Frames a second as the file says it; nothing for what is no rate. */
function rateOf(value: string | number | undefined): number | undefined {
  const rate = typeof value === 'string' ? parseNumber(value) : value;
  return rate !== undefined && rate > 0 && Number.isFinite(rate) ? rate : undefined;
}

function time(
  value: string | number | undefined,
  unit: TimeUnit,
  fps: number | undefined,
): WrittenTime | undefined {
  if (!isWritten(value)) return undefined;
  if (unit === 'frames' || unit === 'milliseconds' || unit === 'minutes') {
    const number = typeof value === 'number' ? value : parseNumber(value);
    if (number === undefined || !Number.isFinite(number))
      return unit === 'frames' ? undefined : parseTime(String(value));
    if (unit === 'frames') return { kind: 'frames', frames: number, fps };
    // Thousandths are divided, since multiplying by 0.001 leaves a rest.
    return { kind: 'seconds', sec: unit === 'milliseconds' ? number / 1000 : number * 60 };
  }
  if (typeof value === 'number') return Number.isFinite(value) ? { kind: 'seconds', sec: value } : undefined;
  const written = parseTime(value);
  return written?.kind === 'timecode' ? { ...written, fps } : written;
}

/** Words of a file as they are shown in a message. */
export function shortened(text: string): string {
  const line = text.replaceAll(/\s+/gu, ' ').trim();
  return `“${line.length > 40 ? `${line.slice(0, 39)}…` : line}”`;
}
