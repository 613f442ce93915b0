import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { chordOf } from '../../app/commands/keys.ts';
import { useApp } from '../../app/use-app.ts';
import { chooseMode } from '../../ui/choose-mode.ts';
import type { ChooseMode } from '../../ui/choose-mode.ts';
import { classNames } from '../../ui/class-names.ts';
import { revealRow } from '../../ui/reveal-row.ts';
import { overviewTexts } from '../texts.ts';
import { rowFurther, withChosen } from './row-selection.ts';
import type { RowSelection } from './row-selection.ts';
import { nextSorting } from './sort-rows.ts';
import type { Column, Sorting } from './sort-rows.ts';
import styles from './DataTable.module.css';

/** A column with what is drawn in its cells; absent: its value. */
export interface DrawnColumn<Row> extends Column<Row> {
  readonly draw?: (row: Row) => ReactNode;
}

export interface DataTableProps<Row extends { readonly id: string }> {
  readonly label: string;
  readonly columns: readonly DrawnColumn<Row>[];
  /** As they are shown: filtered and sorted. */
  readonly rows: readonly Row[];
  readonly sorting: Sorting | null;
  readonly onSort: (sorting: Sorting | null) => void;
  readonly selection: RowSelection;
  readonly onSelect: (selection: RowSelection) => void;
  /** Enter, or a double click. */
  readonly onOpen: (row: Row) => void;
  /** Other keys (as chords of the keyboard map), on what is selected; true: it meant something. */
  readonly onKey?: (chord: string) => boolean;
  readonly whenEmpty: string;
}

const rowHeight = 30;
const headHeight = 33;
const rowsPerPage = 12;

/** A table that scrolls, of which only the rows in sight are there; walked through and selected by keys. */
export function DataTable<Row extends { readonly id: string }>(props: DataTableProps<Row>) {
  // The virtualizer is one object that changes: what the compiler remembered of it would be stale.
  'use no memo';
  const { label, columns, rows, sorting, selection, onSelect } = props;
  const { bridge } = useApp();
  const base = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const drawn = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 4,
    scrollPaddingEnd: headHeight,
  });
  const { currentId } = selection;
  const at = currentId === null ? -1 : rows.findIndex(({ id }) => id === currentId);
  useEffect(() => {
    if (at >= 0) revealRow(drawn, at, headHeight);
  }, [drawn, at]);

  const order = (): string[] => rows.map(({ id }) => id);
  const choose = (id: string, mode: ChooseMode): void => onSelect(withChosen(selection, order(), id, mode));
  const meansSomething = (event: KeyboardEvent): boolean => {
    const chord = chordOf(event, bridge.platform);
    return chord !== undefined && props.onKey?.(chord) === true;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    const by = steps[event.key];
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const current = rows[at];
    if (by !== undefined && plain) {
      const next = rowFurther(order(), currentId, by);
      if (next !== undefined) choose(next, event.shiftKey ? 'range' : 'alone');
    } else if (event.key === 'Enter' && plain && current !== undefined) props.onOpen(current);
    else if ((event.ctrlKey || event.metaKey) && event.key === 'a')
      onSelect({ ...selection, ids: new Set(order()) });
    else if (!meansSomething(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const template = { gridTemplateColumns: columns.map(({ width }) => width).join(' ') };
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-multiselectable="true"
      aria-activedescendant={at >= 0 ? `${base}-${at}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" className={styles.head}>
        <div role="row" aria-rowindex={1} className={styles.row} style={template}>
          {columns.map((column) => (
            <Head key={column.id} column={column} sorting={sorting} onSort={props.onSort} />
          ))}
        </div>
      </div>
      {rows.length === 0 && <p className={styles.none}>{props.whenEmpty}</p>}
      <div role="rowgroup" className={styles.body} style={{ height: drawn.getTotalSize() }}>
        {drawn.getVirtualItems().map(({ index, start, size }) => {
          const row = rows[index];
          if (row === undefined) return null;
          const isSelected = selection.ids.has(row.id);
          return (
            <div
              // A place, not a row: what another row comes into is written anew and not made anew.
              key={index}
              id={`${base}-${index}`}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={isSelected}
              className={classNames(
                styles.row,
                isSelected && styles.selected,
                row.id === currentId && styles.current,
              )}
              style={{ ...template, transform: `translateY(${start}px)`, height: size }}
              onClick={(event) => choose(row.id, chooseMode(event))}
              onDoubleClick={() => props.onOpen(row)}
            >
              {columns.map((column) => (
                <div key={column.id} role="gridcell" className={cellClass(column)}>
                  {column.draw === undefined ? column.valueOf(row) : column.draw(row)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

const steps: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: rowsPerPage,
  PageUp: -rowsPerPage,
  Home: -Infinity,
  End: Infinity,
};

interface HeadProps<Row> {
  readonly column: Column<Row>;
  readonly sorting: Sorting | null;
  readonly onSort: (sorting: Sorting | null) => void;
}

function Head<Row>({ column, sorting, onSort }: HeadProps<Row>) {
  const isBy = sorting?.columnId === column.id;
  const sorted = isBy ? (sorting.descending ? 'descending' : 'ascending') : undefined;
  const Arrow = sorted === 'descending' ? ArrowDown : ArrowUp;
  return (
    <div role="columnheader" aria-sort={sorted} className={cellClass(column)}>
      <button
        type="button"
        className={styles.sort}
        title={overviewTexts.sortBy(column.title)}
        onClick={() => onSort(nextSorting(sorting, column.id))}
      >
        <span>{column.title}</span>
        {isBy && <Arrow size={12} aria-hidden="true" />}
      </button>
    </div>
  );
}

function cellClass<Row>({ isNumber = false }: Column<Row>): string {
  return classNames(styles.cell, isNumber && styles.number);
}
