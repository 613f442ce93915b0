import type { Findings } from '../findings.ts';
import { readLabelStudioTable } from '../label-studio/read-label-studio-table.ts';
import { parseTime } from '../times/parse-time.ts';
import { isViaTable, readViaTable } from '../via/read-via-table.ts';
import type { MomentColumns, MomentField } from './moment-columns.ts';
import { meaningOf, momentColumns, spareColumns, unknownColumns } from './moment-columns.ts';
import type { WrittenFields } from './moment-fields.ts';
import { addFields, shortened } from './moment-fields.ts';
import { addBareRow, commonLayout, layoutOf, supposedColumns } from './read-bare-rows.ts';
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
  const named = table && momentColumns(table.header.cells);
  if (table === undefined || named === undefined) return withoutHeader(text, findings, asked);
  for (const { line, cells } of table.before) {
    findings.skip(`line ${line}`, `it stands over the header: ${shortened(cells.join(table.delimiter))}`);
  }
  // Scene lists of PySceneDetect count frames from 1, and the last one belongs to the scene.
  const scenes = table.header.cells.some((cell) => /^scene number$/iu.test(cell.trim()));
  if (named.unit === 'frames') {
    findings.assume(
      scenes
        ? 'frames were counted from 1, the last of each scene included'
        : 'frames were counted from 0, the end not included',
    );
  }
  const unknown = unknownColumns(table.header.cells);
  const only = unknown.length === 1 && !named.columns.has('text') && !named.columns.has('label');
  const columns = only ? withText(named, table.header.cells.indexOf(unknown[0] ?? '')) : named;
  const headings = unknown.map(shortened).join(', ');
  if (only) findings.assume(`the column ${headings}, the only one left, was read as the text`);
  else if (unknown.length > 0) findings.assume(`columns that mean nothing here were not read: ${headings}`);
  for (const row of table.rows) addRow(findings, row, columns, table.header.cells, table.delimiter, scenes);
  return { form: 'csv', delimiter: table.delimiter };
}

function withText(named: MomentColumns, column: number): MomentColumns {
  return { ...named, columns: new Map([...named.columns, ['text', column]]) };
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
  // Where each heading begins with a space, the space belongs to the delimiter.
  const isSpaced = header.length > 1 && header.slice(1).every((cell) => cell.startsWith(' '));
  const textOf = (cell: string): string => unguarded(isSpaced ? cell.replace(/^ /u, '') : cell);
  for (const [field, column] of columns) {
    const cell = cells[column];
    if (cell !== undefined && cell.trim() !== '') fields[field] = isText(field) ? textOf(cell) : cell.trim();
  }
  for (const [column, field] of spareColumns(header, { columns, unit, known: 0 })) {
    const cell = cells[column];
    if (cell === undefined || cell.trim() === '') continue;
    if (fields[field] === undefined) fields[field] = isText(field) ? textOf(cell) : cell.trim();
    else if (fields[field] !== cell.trim()) {
      findings.assume(`a second ${field} was not read: ${shortened(header[column] ?? '')}`, place);
    }
  }
  if (scenes && unit === 'frames') fields.start = Math.max(0, Number(fields.start) - 1);
  addFields(findings, place, fields, unit);
}

function isText(field: MomentField): boolean {
  return field === 'text' || field === 'label' || field === 'note' || field === 'video';
}

/**
 * A row's cells, with what its delimiter cut off a text put back: the table's one text, whose length is free, or else its
 * last column.
 */
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
  const column = columns.get('text') ?? (lastField !== undefined && isText(lastField) ? last : undefined);
  const whole = column === undefined ? undefined : joinedAt(cells, column, beyond.length, delimiter);
  // A figure where the text begins is likelier the rest of a decimal comma.
  if (column === undefined || whole === undefined || parseTime(cells[column] ?? '') !== undefined) {
    findings.skip(place, 'it has more cells than the header (a text with the delimiter in it needs quotes)');
    return undefined;
  }
  findings.assume(
    column === last
      ? 'what stood beyond the last column was read as part of its text'
      : 'what a row has more than the header was read as part of its text',
    place,
  );
  return whole;
}

/** Cells with the one at `column` and so many after it put together. */
function joinedAt(
  cells: readonly string[],
  column: number,
  more: number,
  delimiter: Delimiter,
): readonly string[] {
  const end = column + more + 1;
  return [...cells.slice(0, column), cells.slice(column, end).join(delimiter), ...cells.slice(end)];
}

function withoutHeader(text: string, findings: Findings, asked: Delimiter | undefined): ReadTable {
  const read = readRows(text, (cells) => layoutOf(cells) !== undefined, asked);
  // A first row of words is a header, if one that is not known.
  const [top] = read?.rows ?? [];
  const layout = read && commonLayout(read.rows);
  if (read === undefined || layout === undefined || top === undefined || layoutOf(top.cells) === undefined) {
    const labelStudio = readLabelStudioTable(text, findings, asked);
    if (labelStudio !== undefined) return { form: 'label-studio', delimiter: labelStudio };
    throw new Error(whatIsMissing(text, asked));
  }
  const { rows, delimiter } = read;
  findings.assume(supposedColumns(layout));
  for (const row of rows) addBareRow(findings, row, layout, delimiter);
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
