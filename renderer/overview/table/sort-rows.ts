/** What rows are ordered by: text regardless of case, numbers; what is not there comes last whichever way. */
export type SortValue = string | number | undefined;

/** A column of a table. */
export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** As CSS writes a track of a grid. */
  readonly width: string;
  readonly isNumber?: boolean;
  /** What it is ordered by and what stands in a file of it. */
  readonly valueOf: (row: Row) => SortValue;
}

/** By which column rows are ordered, and which way. */
export interface Sorting {
  readonly columnId: string;
  readonly descending: boolean;
}

/** Rows in the order of a column; equal ones stay as they were. The same list where nothing orders it. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sorting: Sorting | null,
): readonly Row[] {
  const column = columns.find(({ id }) => id === sorting?.columnId);
  if (column === undefined || sorting === null) return rows;
  const sign = sorting.descending ? -1 : 1;
  const keyed = rows.map((row) => {
    const value = column.valueOf(row);
    return { row, key: typeof value === 'string' ? value.toLowerCase() : value };
  });
  keyed.sort((one, other) => {
    if (one.key === other.key) return 0;
    if (one.key === undefined || one.key === '') return 1;
    if (other.key === undefined || other.key === '') return -1;
    return one.key < other.key ? -sign : sign;
  });
  return keyed.map(({ row }) => row);
}

/** The sorting after a press on a column's head: upwards, downwards, as they came. */
export function nextSorting(sorting: Sorting | null, columnId: string): Sorting | null {
  if (sorting?.columnId !== columnId) return { columnId, descending: false };
  return sorting.descending ? null : { columnId, descending: true };
}
