/** A cell of a spreadsheet; an empty one is undefined. */
export type CsvCell = string | number | undefined;

/** Rows as CSV, ended as RFC 4180 says. */
export function csvLines(rows: readonly (readonly CsvCell[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** Quoted as RFC 4180 says. A leading sign of a formula is defused: spreadsheets would run it. */
function cell(value: CsvCell): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(Number(value.toFixed(4)));
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
