import { ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import type { ReactNode } from 'react';
import { classNames } from '../ui/class-names.ts';
import styles from './CatalogueRow.module.css';

/** One entry: a line of cells, and under it what is known of it once it is opened. */
export function CatalogueRow(props: {
  readonly name: string;
  readonly purpose: string;
  readonly cells: readonly ReactNode[];
  readonly children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const contentId = useId();
  return (
    <li className={styles.row}>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={open ? contentId : undefined}
        className={styles.line}
        onClick={() => setOpen(!open)}
      >
        <ChevronRight size={14} aria-hidden="true" className={classNames(styles.sign, open && styles.open)} />
        <span className={styles.words}>
          <span className={styles.name}>{props.name}</span>
          <span className={styles.purpose}>{props.purpose}</span>
        </span>
        {props.cells.map((cell, index) => (
          <span key={index} className={styles.cell}>
            {cell}
          </span>
        ))}
      </button>
      {open && (
        <div id={contentId} className={styles.content}>
          {props.children}
        </div>
      )}
    </li>
  );
}

/** Addresses where facts come from, to be read and copied: the window opens none. */
export function Sources({
  entries,
}: {
  readonly entries: readonly (readonly [string, string | undefined])[];
}) {
  const present = entries.filter(([, address]) => address !== undefined);
  if (present.length === 0) return null;
  return (
    <dl className={styles.sources}>
      {present.map(([label, address]) => (
        <div key={label} className={styles.source}>
          <dt>{label}</dt>
          <dd>{address}</dd>
        </div>
      ))}
    </dl>
  );
}
