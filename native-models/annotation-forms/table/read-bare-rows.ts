import type { Findings } from '../findings.ts';
import { parseTime } from '../times/parse-time.ts';
import type { WrittenFields } from './moment-fields.ts';
import { addFields } from './moment-fields.ts';
import { unguarded } from './spreadsheet-guard.ts';
import type { Delimiter, TableRow } from './split-rows.ts';

/** How the rows of a table without a header are laid out. */
export interface BareLayout {
  /** What stands before the times: nothing, a video's name, or a tier with its speaker, as ELAN writes. */
  readonly before: readonly ('video' | 'label' | 'unused')[];
  /** Columns of start and end. */
  readonly start: number;
  readonly end: number;
  /** The first column of the text. */
  readonly text: number;
}

/** The most columns of times that ELAN writes: begin, end and duration in four notations. */
const mostTimes = 12;

/** `start, end, text…`, or with the video's name before it; an edge may be empty. */
const plainLayouts: readonly BareLayout[] = [
  { before: [], start: 0, end: 1, text: 2 },
  { before: ['video'], start: 1, end: 2, text: 3 },
];

/** The layout that a row has by itself; nothing for a row without times. */
export function layoutOf(cells: readonly string[]): BareLayout | undefined {
  return repeatedTimes(cells) ?? plainLayouts.find(({ start, end }) => arePlain(cells, start, end));
}

/** The one that most of the rows have that have any. */
export function commonLayout(rows: readonly TableRow[]): BareLayout | undefined {
  const layouts = rows.map(({ cells }) => layoutOf(cells)).filter((layout) => layout !== undefined);
  const [most] = [...Map.groupBy(layouts, (layout) => JSON.stringify(layout)).values()].toSorted(
    (a, b) => b.length - a.length,
  );
  return most?.[0];
}

function arePlain(cells: readonly string[], start: number, end: number): boolean {
  const pair = [cells[start], cells[end]];
  const written = pair.filter((cell) => cell !== undefined && cell.trim() !== '');
  return !pair.includes(undefined) && written.length > 0 && written.every((cell) => isTime(cell));
}

/** ELAN's table: tier, speaker, then begin, end and duration, each in one or several notations. */
function repeatedTimes(cells: readonly string[]): BareLayout | undefined {
  if (cells.length < 6 || isTime(cells[0]) || isTime(cells[1])) return undefined;
  const times: { readonly column: number; readonly sec: number }[] = [];
  for (let column = 2; column < Math.min(cells.length - 1, 2 + mostTimes); column++) {
    const time = parseTime(cells[column] ?? '');
    if (time?.kind !== 'seconds') break;
    times.push({ column, sec: time.sec });
  }
  const text = 2 + times.length;
  for (const notations of [1, 2, 3, 4]) {
    if (times.length !== 3 * notations) continue;
    const [start, end, length] = [times[0], times[notations], times[2 * notations]];
    if (start === undefined || end === undefined || length === undefined) continue;
    // The third being the length of the first two is what tells them from figures of any kind.
    if (Math.abs(end.sec - start.sec - length.sec) > 0.002 || end.sec < start.sec) continue;
    return { before: ['label', 'unused'], start: start.column, end: end.column, text };
  }
  return undefined;
}

function isTime(cell: string | undefined): boolean {
  return cell !== undefined && parseTime(cell) !== undefined;
}

/** What was supposed of the columns, in words. */
export function supposedColumns({ before }: BareLayout): string {
  const [first] = before;
  const leading = first === 'video' ? 'video, ' : first === 'label' ? 'tier, speaker, ' : '';
  const times = first === 'label' ? 'start, end, duration' : 'start, end';
  return `the table has no header; its columns were taken as ${leading}${times} and text`;
}

/** Adds the moment of a row. */
export function addBareRow(
  findings: Findings,
  { line, cells, fault }: TableRow,
  layout: BareLayout,
  delimiter: Delimiter,
): void {
  const place = `line ${line}`;
  if (fault !== undefined) {
    findings.skip(place, fault);
    return;
  }
  const rest = cells.slice(layout.text);
  if (delimiter === ',' && looksCut(cells, layout, rest)) {
    findings.skip(place, 'its times may have decimal commas, which need quotes or another delimiter');
    return;
  }
  // A comma in a text that is the last of all belongs to it.
  const fields: WrittenFields = { text: unguarded(rest.join(delimiter).replace(/[\s,;|]+$/u, '')) };
  const [start = '', end = ''] = [cells[layout.start], cells[layout.end]];
  if (start.trim() !== '') fields.start = start;
  if (end.trim() !== '') fields.end = end;
  for (const [column, field] of layout.before.entries()) {
    const cell = cells[column];
    if (field !== 'unused' && cell !== undefined) fields[field] = cell;
  }
  addFields(findings, place, fields, 'any');
}

/** `2,5,18,0,text` and `00:00:07,250,00:00:08,250,text`: what follows two figures is two more, of which one is a fraction. */
function looksCut(cells: readonly string[], { start, end }: BareLayout, rest: readonly string[]): boolean {
  const isFraction = (cell: string | undefined): boolean => /^\d{1,6}$/u.test((cell ?? '').trim());
  return isFraction(cells[end]) && isTime(rest[0]) && isFraction(rest[1]) && isTime(cells[start]);
}
