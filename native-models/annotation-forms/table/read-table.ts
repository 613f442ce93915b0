import type { Delimiter, TableRow } from './split-rows.ts';
import { delimiters, splitRows } from './split-rows.ts';

/** A table whose header was found. */
export interface Table {
  readonly delimiter: Delimiter;
  readonly header: TableRow;
  readonly rows: Iterable<TableRow>;
  /** Rows over the header, which titles and notes stand in. */
  readonly before: readonly TableRow[];
}

/** Rows that a header is looked for in. */
const headerRows = 12;

/**
 * Finds a table's header, and by it what stands between cells: the one mark by which a row near the top says most of what
 * is looked for. It holds for the whole file, so that the others are signs in a text.
 * @param points how much of a header a row is; 0: none.
 */
export function readTable(
  text: string,
  points: (cells: readonly string[]) => number,
  asked?: Delimiter,
): Table | undefined {
  const { body, said } = withoutDelimiterLine(text);
  let best: { readonly points: number; readonly delimiter: Delimiter; readonly index: number } | undefined;
  for (const delimiter of candidates(asked ?? said)) {
    for (const [index, row] of firstRows(body, delimiter, headerRows).entries()) {
      const found = points(row.cells);
      if (found > (best?.points ?? 0)) best = { points: found, delimiter, index };
    }
  }
  if (best === undefined) return undefined;
  const { delimiter, index } = best;
  const top = firstRows(body, delimiter, index + 1);
  const header = top[index];
  if (header === undefined) return undefined;
  return { delimiter, header, before: top.slice(0, index), rows: rowsAfter(body, delimiter, index + 1) };
}

/** Rows of a table without a header, by the mark under which most of them fit. */
export function readRows(
  text: string,
  fits: (cells: readonly string[]) => boolean,
  asked?: Delimiter,
):
  | { readonly delimiter: Delimiter; readonly rows: readonly TableRow[]; readonly fitting: number }
  | undefined {
  const { body, said } = withoutDelimiterLine(text);
  const read = candidates(asked ?? said).map((delimiter) => {
    const rows = [...splitRows(body, delimiter)];
    return { delimiter, rows, fitting: rows.filter(({ cells }) => fits(cells)).length };
  });
  return read.reduce<(typeof read)[number] | undefined>(
    (best, one) => (one.fitting > (best?.fitting ?? 0) ? one : best),
    undefined,
  );
}

function candidates(asked: Delimiter | undefined): readonly Delimiter[] {
  return asked === undefined ? delimiters : [asked];
}

/** `sep=;`, which Excel reads as a word about the table and not as a row of it. */
function withoutDelimiterLine(text: string): { readonly body: string; readonly said?: Delimiter } {
  const line = /^sep=(.)(?:\r\n|\r|\n)/iu.exec(text);
  const said = delimiters.find((delimiter) => delimiter === line?.[1]);
  // The line stays as an empty one, so that lines are counted as the file has them.
  return line === null || said === undefined
    ? { body: text }
    : { body: text.slice(line[0].length - 1), said };
}

function firstRows(text: string, delimiter: Delimiter, count: number): TableRow[] {
  const rows: TableRow[] = [];
  for (const row of splitRows(text, delimiter)) {
    if (rows.push(row) >= count) break;
  }
  return rows;
}

function* rowsAfter(text: string, delimiter: Delimiter, count: number): Generator<TableRow> {
  let index = 0;
  for (const row of splitRows(text, delimiter)) if (index++ >= count) yield row;
}
