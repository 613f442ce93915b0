import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { revealRow } from './reveal-row.ts';
import styles from './VirtualList.module.css';

export interface VirtualListProps<T> {
  readonly label: string;
  readonly items: readonly T[];
  /** Of its own for each item; its place tells those apart that are the same. */
  readonly keyOf: (item: T, index: number) => string;
  readonly row: (item: T) => ReactNode;
  /** Of a row, CSS pixels. */
  readonly rowHeight: number;
  /** Rows have heights of their own, `rowHeight` is about what they have. */
  readonly measured?: boolean;
  /** The row that is kept in sight; below 0: none. */
  readonly shownIndex?: number;
  readonly whenEmpty?: string;
  /** Below the last row. */
  readonly after?: ReactNode;
}

/** A list that scrolls, of which only the rows in sight are there: thousands cost no more than a few. */
export function VirtualList<T>(props: VirtualListProps<T>) {
  // The virtualizer is one object that changes: what the compiler remembered of it would be stale.
  'use no memo';
  const { items, keyOf, rowHeight, measured = false, shownIndex = -1 } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 4,
  });
  useEffect(() => {
    if (shownIndex >= 0) revealRow(rows, shownIndex);
  }, [rows, shownIndex]);
  return (
    <div ref={scroller} className={styles.scroller}>
      {items.length === 0 && <p className={styles.none}>{props.whenEmpty}</p>}
      <ul aria-label={props.label} className={styles.list} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start, size }) => {
          const item = items[index];
          return (
            item !== undefined && (
              <li
                key={keyOf(item, index)}
                ref={measured ? rows.measureElement : undefined}
                data-index={index}
                className={styles.item}
                style={{ transform: `translateY(${start}px)`, height: measured ? undefined : size }}
              >
                {props.row(item)}
              </li>
            )
          );
        })}
      </ul>
      {props.after}
    </div>
  );
}
