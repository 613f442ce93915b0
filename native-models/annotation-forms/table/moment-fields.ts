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
  const times = { start: time(start, unit), end: time(end, unit), length: time(length, unit) };
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

function time(value: string | number | undefined, unit: TimeUnit): WrittenTime | undefined {
  if (!isWritten(value)) return undefined;
  if (unit === 'frames' || unit === 'milliseconds') {
    const number = typeof value === 'number' ? value : parseNumber(value);
    if (number === undefined || !Number.isFinite(number))
      return unit === 'frames' ? undefined : parseTime(String(value));
    return unit === 'frames' ? { kind: 'frames', frames: number } : { kind: 'seconds', sec: number / 1000 };
  }
  if (typeof value === 'number') return Number.isFinite(value) ? { kind: 'seconds', sec: value } : undefined;
  return parseTime(value);
}

/** Words of a file as they are shown in a message. */
export function shortened(text: string): string {
  const line = text.replaceAll(/\s+/gu, ' ').trim();
  return `“${line.length > 40 ? `${line.slice(0, 39)}…` : line}”`;
}
