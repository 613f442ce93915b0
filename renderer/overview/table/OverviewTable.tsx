import { DataTable } from './DataTable.tsx';
import type { DataTableProps } from './DataTable.tsx';
import styles from './OverviewTable.module.css';
import { tableOf } from './save-table.ts';
import { TableBar } from './TableBar.tsx';
import type { TableBarProps } from './TableBar.tsx';

export interface OverviewTableProps<Row extends { readonly id: string }>
  extends DataTableProps<Row>, Omit<TableBarProps, 'shown' | 'selected' | 'table'> {
  /** What its file is called. */
  readonly name: string;
  readonly all: number;
  /** In words, how many of all rows are shown. */
  readonly counted: (shown: number, all: number) => string;
  /** What the keys do, in words. */
  readonly keys: string;
}

/** A table of a project with what is above it (looking for rows, deciding on them) and below it (the keys). */
export function OverviewTable<Row extends { readonly id: string }>(props: OverviewTableProps<Row>) {
  const { name, columns, rows, selection, all, counted, keys } = props;
  return (
    <div className={styles.table}>
      <TableBar
        {...props}
        shown={counted(rows.length, all)}
        selected={selection.ids.size}
        table={() => tableOf(name, columns, rows)}
      />
      <DataTable {...props} />
      <p className={styles.keys}>{keys}</p>
    </div>
  );
}
