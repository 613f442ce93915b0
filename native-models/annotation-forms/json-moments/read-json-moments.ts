import type { Findings } from '../findings.ts';
import { isObject } from '../json-values.ts';
import type { MomentField, TimeUnit } from '../table/moment-columns.ts';
import { isTime, meaningOf, unknownColumns } from '../table/moment-columns.ts';
import type { WrittenFields } from '../table/moment-fields.ts';
import { addFields, shortened } from '../table/moment-fields.ts';

/** Names under which both times stand as a pair. */
const pairNames = new Set([
  'segment',
  'ts',
  'timestamp',
  'timestamps',
  'span',
  'window',
  'interval',
  'range',
  'moment',
]);

/** Adds the moment, or the several of one query, that an object of JSON is, whatever its fields are called. */
export function addJsonMoment(findings: Findings, place: string, value: unknown): void {
  if (!isObject(value)) {
    findings.skip(place, 'it is no object with times');
    return;
  }
  const { query, vid, relevant_windows: truth, pred_relevant_windows: predicted } = value;
  const windows = Array.isArray(truth) ? truth : predicted;
  if (Array.isArray(windows)) {
    // QVHighlights: a query with its windows, `[start, end]` or with a score, on one line.
    const fields = { ...textField('video', vid), ...textField('text', query) };
    for (const [index, window] of (windows as readonly unknown[]).entries()) {
      addPair(findings, windows.length === 1 ? place : `${place}, window ${index + 1}`, window, fields);
    }
    if (windows.length === 0) findings.skip(place, 'its list of windows is empty');
    return;
  }
  const fields: WrittenFields = {};
  let unit: TimeUnit = 'any';
  let pair: unknown;
  for (const [key, field] of Object.entries(value)) {
    if (pairNames.has(key.toLowerCase()) && Array.isArray(field)) pair = field;
    const meaning = meaningOf(key);
    if (typeof field !== 'string' && typeof field !== 'number') continue;
    if (meaning === undefined) {
      // Figures beside a moment are scores and counters; words may be what somebody wrote of it.
      if (typeof field === 'string' && field.trim() !== '' && unknownColumns([key]).length > 0)
        findings.assume(`a field that means nothing here was not read: ${shortened(key)}`, place);
      continue;
    }
    if (isTime(meaning.field) && fields[meaning.field] !== undefined && meaning.unit !== 'seconds') continue;
    if (fields[meaning.field] !== undefined && !isTime(meaning.field)) continue;
    // Sentences of data sets and of Whisper begin with a space.
    fields[meaning.field] = typeof field === 'string' ? field.trim() : field;
    if (meaning.field === 'start') unit = meaning.unit;
  }
  if (fields.start === undefined && pair !== undefined) addPair(findings, place, pair, fields);
  else if (fields.start === undefined) findings.skip(place, 'its start is missing');
  else if (fields.end === undefined && fields.length === undefined)
    findings.skip(place, 'its end is missing');
  else addFields(findings, place, fields, unit);
}

/** @param fields what is known beside the times. */
export function addPair(findings: Findings, place: string, pair: unknown, fields: WrittenFields): void {
  const [start, end] = Array.isArray(pair) ? (pair as readonly unknown[]) : [];
  const isWritten = (time: unknown): time is string | number =>
    typeof time === 'number' || typeof time === 'string';
  if (!isWritten(start) || !isWritten(end)) findings.skip(place, 'it has no two times');
  else addFields(findings, place, { ...fields, start, end }, 'any');
}

function textField(name: MomentField, value: unknown): WrittenFields {
  return typeof value === 'string' || typeof value === 'number' ? { [name]: value } : {};
}

/** One JSON value a line: a moment, or a line of QVHighlights. */
export function readJsonLines(text: string, findings: Findings): void {
  for (const [index, line] of text.split(/\r\n|\n|\r/u).entries()) {
    if (line.trim() === '') continue;
    const place = `line ${index + 1}`;
    try {
      addJsonMoment(findings, place, JSON.parse(line));
    } catch {
      findings.skip(place, 'it is not JSON');
    }
  }
}
