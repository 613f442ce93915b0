import { guarded } from './spreadsheet-guard.ts';

/** What stands in a cell; nothing: it is empty. */
export type Cell = string | number | null | undefined;

/** Without it Excel takes the file for one of the system's old encodings. */
const byteOrderMark = '\ufeff';

/** Comma-separated values (RFC 4180) with a header, in UTF-8 with a byte order mark; no cell is a formula. */
export function writeRows(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  // Names of our own columns are plain words; those that a person made up are quoted like any text.
  const header = columns.map((column) => (/^\w+$/.test(column) ? column : cell(column)));
  return (
    byteOrderMark + [header, ...rows.map((row) => row.map(cell)), []].map((row) => row.join(',')).join('\r\n')
  );
}

function cell(value: Cell): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return String(value);
  return `"${guarded(value).replaceAll('"', '""')}"`;
}
