import type { Findings } from '../findings.ts';
import { readLabelStudioTable } from '../label-studio/read-label-studio-table.ts';
import { parseTime } from '../times/parse-time.ts';
import { isViaTable, readViaTable } from '../via/read-via-table.ts';
import type { MomentColumns, MomentField } from './moment-columns.ts';
import { meaningOf, momentColumns } from './moment-columns.ts';
import type { WrittenFields } from './moment-fields.ts';
import { addFields, shortened } from './moment-fields.ts';
import { readRows, readTable } from './read-table.ts';
import { unguarded } from './spreadsheet-guard.ts';
import type { Delimiter, TableRow } from './split-rows.ts';

/** Which table it was, and what stands between its cells. */
export interface ReadTable {
  readonly form: string;
  readonly delimiter: Delimiter;
}

/** Tables of moments: with a header in most people's words, or without one. @throws Error naming what is missing. */
export function readMomentTable(text: string, findings: Findings, asked?: Delimiter): ReadTable {
  if (isViaTable(text)) return { form: 'via', delimiter: readViaTable(text, findings) };
  const table = readTable(text, (cells) => momentColumns(cells)?.known ?? 0, asked);
  const columns = table && momentColumns(table.header.cells);
  if (table === undefined || columns === undefined) return withoutHeader(text, findings, asked);
  for (const { line, cells } of table.before) {
    findings.skip(`line ${line}`, `it stands over the header: ${shortened(cells.join(table.delimiter))}`);
  }
  // Scene lists of PySceneDetect count frames from 1, and the last one belongs to the scene.
  const scenes = table.header.cells.some((cell) => /^scene number$/iu.test(cell.trim()));
  if (columns.unit === 'frames') {
    findings.assume(
      scenes
        ? 'frames were counted from 1, the last of each scene included'
        : 'frames were counted from 0, the end not included',
    );
  }
  for (const row of table.rows) addRow(findings, row, columns, table.header.cells, table.delimiter, scenes);
  return { form: 'csv', delimiter: table.delimiter };
}

function addRow(
  findings: Findings,
  row: TableRow,
  { columns, unit }: MomentColumns,
  header: readonly string[],
  delimiter: Delimiter,
  scenes: boolean,
): void {
  const place = `line ${row.line}`;
  if (row.fault !== undefined) {
    findings.skip(place, row.fault);
    return;
  }
  const cells = wholeCells(findings, row, columns, header, delimiter);
  if (cells === undefined) return;
  const fields: WrittenFields = {};
  for (const [field, column] of columns) {
    const cell = cells[column];
    if (cell !== undefined && cell.trim() !== '')
      fields[field] = isText(field) ? unguarded(cell) : cell.trim();
  }
  if (scenes && unit === 'frames') fields.start = Math.max(0, Number(fields.start) - 1);
  addFields(findings, place, fields, unit);
}

function isText(field: MomentField): boolean {
  return field === 'text' || field === 'label' || field === 'note' || field === 'video';
}

/** A row's cells, with what its delimiter cut off the last text put back. */
function wholeCells(
  findings: Findings,
  { line, cells }: TableRow,
  columns: ReadonlyMap<MomentField, number>,
  header: readonly string[],
  delimiter: Delimiter,
): readonly string[] | undefined {
  const beyond = cells.slice(header.length);
  if (beyond.every((cell) => cell.trim() === '')) return cells;
  const place = `line ${line}`;
  const last = header.length - 1;
  const lastField = [...columns].find(([, column]) => column === last)?.[0];
  if (lastField === undefined || !isText(lastField) || /^\s*\d+\s*$/u.test(cells[last] ?? '')) {
    findings.skip(place, 'it has more cells than the header (a text with the delimiter in it needs quotes)');
    return undefined;
  }
  findings.assume(`what stood beyond the last column was read as part of its text`, place);
  return [...cells.slice(0, last), [cells[last], ...beyond].join(delimiter)];
}

/** A row of `start, end, text…`, or with the video's name before. */
function timesAt(cells: readonly string[]): number | undefined {
  return [0, 1].find((column) => {
    const pair = cells.slice(column, column + 2);
    const written = pair.filter((cell) => cell.trim() !== '');
    return pair.length === 2 && written.length > 0 && written.every((cell) => parseTime(cell) !== undefined);
  });
}

function withoutHeader(text: string, findings: Findings, asked: Delimiter | undefined): ReadTable {
  const read = readRows(text, (cells) => timesAt(cells) !== undefined, asked);
  // A first row of words is a header, if one that is not known.
  const [top] = read?.rows ?? [];
  if (read === undefined || top === undefined || timesAt(top.cells) === undefined) {
    const labelStudio = readLabelStudioTable(text, findings, asked);
    if (labelStudio !== undefined) return { form: 'label-studio', delimiter: labelStudio };
    throw new Error(whatIsMissing(text, asked));
  }
  const { rows, delimiter } = read;
  const columns = rows.map(({ cells }) => timesAt(cells)).filter((column) => column !== undefined);
  // `a.mp4, 3, 5` and `3, 5, text`: which it is, most rows say.
  const first = columns.filter((column) => column === 1).length * 2 > columns.length ? 1 : 0;
  findings.assume(
    `the table has no header; its columns were taken as ${first === 1 ? 'video, ' : ''}start, end and text`,
  );
  for (const { line, cells, fault } of rows) {
    const place = `line ${line}`;
    const [video] = cells;
    const rest = cells.slice(first + 2);
    // A comma in a text that is the last of all belongs to it.
    const fields: WrittenFields = { text: unguarded(rest.join(delimiter).replace(/[\s,;|]+$/u, '')) };
    const [start = '', end = ''] = cells.slice(first, first + 2);
    if (start.trim() !== '') fields.start = start;
    if (end.trim() !== '') fields.end = end;
    if (first === 1 && video !== undefined) fields.video = video;
    if (fault === undefined) addFields(findings, place, fields, 'any');
    else findings.skip(place, fault);
  }
  return { form: 'csv', delimiter };
}

function whatIsMissing(text: string, asked: Delimiter | undefined): string {
  const table = readTable(
    text,
    (cells) => cells.filter((cell) => meaningOf(cell) !== undefined).length,
    asked,
  );
  if (table === undefined)
    return 'it has no column that says when a moment starts, and no rows that begin with two times';
  const fields = new Set(table.header.cells.map((cell) => meaningOf(cell)?.field));
  const missing = [
    fields.has('start') ? [] : ['start'],
    fields.has('end') || fields.has('length') ? [] : ['end or duration'],
  ].flat();
  const headings = table.header.cells.map((cell) => cell.trim()).join(', ');
  return `${missing.length === 0 ? 'no two columns of times belong together' : `the column ${missing.join(' and ')} is missing`} (line ${table.header.line} has ${shortened(headings)})`;
}
