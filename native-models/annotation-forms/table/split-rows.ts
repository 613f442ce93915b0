/** Marks that stand between cells. */
export const delimiters = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof delimiters)[number];

/** A row as it stands in a file. */
export interface TableRow {
  /** Line that it begins at, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
  /** Why its cells cannot be trusted. */
  readonly fault?: string;
}

/**
 * Cells of a table, RFC 4180 with what people's programs make of it: a quote that is no cell's first sign, or that text
 * follows, is a sign like any other, and one that is never closed spoils its own line alone. Empty lines are left out.
 */
export function* splitRows(text: string, delimiter: Delimiter): Generator<TableRow> {
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const cells: string[] = [];
    const firstLine = line;
    let fault: string | undefined;
    for (;;) {
      const quoted = text[at] === '"' ? quotedCell(text, at, delimiter) : undefined;
      if (quoted === 'open') fault = 'a quote is opened and never closed';
      if (typeof quoted === 'object') {
        cells.push(quoted.cell);
        line += quoted.cell.split('\n').length - 1;
        at = quoted.end;
      } else {
        const end = endOfCell(text, at, delimiter);
        cells.push(withoutOuterQuotes(text.slice(at, end)));
        at = end;
      }
      if (text[at] !== delimiter) break;
      at++;
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    at++;
    line++;
    if (cells.length === 1 && cells[0]?.trim() === '') continue;
    yield { line: firstLine, cells, ...(fault !== undefined && { fault }) };
  }
}

/** A cell in quotes; nothing where text follows the closing one, `open` where there is none. */
function quotedCell(
  text: string,
  start: number,
  delimiter: Delimiter,
): { readonly cell: string; readonly end: number } | 'open' | undefined {
  let quote = text.indexOf('"', start + 1);
  while (quote !== -1 && text[quote + 1] === '"') quote = text.indexOf('"', quote + 2);
  if (quote === -1) return 'open';
  const end = endAfterQuote(text, quote, delimiter);
  if (end !== undefined) return { cell: text.slice(start + 1, quote).replaceAll('""', '"'), end };
  return text[quote - 1] === '\\' ? cellWithEscapes(text, start, delimiter) : undefined;
}

/** Where a cell whose closing quote this is ends; nothing where text follows it. */
function endAfterQuote(text: string, quote: number, delimiter: Delimiter): number | undefined {
  let end = quote + 1;
  while (text[end] === ' ') end++;
  const next = text[end];
  return next === undefined || next === delimiter || next === '\n' || next === '\r' ? end : undefined;
}

/** A cell in which a backslash stands before each quote of the text, as databases write them. */
function cellWithEscapes(
  text: string,
  start: number,
  delimiter: Delimiter,
): { readonly cell: string; readonly end: number } | undefined {
  let quote = start + 1;
  while (quote < text.length && text[quote] !== '"') quote += text[quote] === '\\' ? 2 : 1;
  const end = quote < text.length ? endAfterQuote(text, quote, delimiter) : undefined;
  const written = text.slice(start + 1, quote);
  return end === undefined ? undefined : { cell: written.replaceAll(/\\(["\\])/gu, '$1'), end };
}

function endOfCell(text: string, start: number, delimiter: Delimiter): number {
  let end = start;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end++;
  return end;
}

/** `"He said "go" now"`: quotes around all of a cell, whatever is inside. */
function withoutOuterQuotes(cell: string): string {
  return /^".*"$/u.test(cell) && cell.length > 1 ? cell.slice(1, -1).replaceAll('""', '"') : cell;
}
