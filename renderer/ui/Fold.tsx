import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './Fold.module.css';

export interface FoldProps {
  readonly title: ReactNode;
  /** At the right end of the title's line. */
  readonly aside?: ReactNode;
  readonly startsOpen?: boolean;
  /** Rendered only while it is open. */
  readonly children: ReactNode;
  readonly className?: string | undefined;
}

/** Something that can be folded away. */
export function Fold({ title, aside, startsOpen = false, children, className }: FoldProps) {
  const [open, setOpen] = useState(startsOpen);
  return (
    <section className={classNames(styles.fold, className)}>
      <button type="button" aria-expanded={open} className={styles.title} onClick={() => setOpen(!open)}>
        <ChevronRight size={14} aria-hidden="true" className={classNames(styles.sign, open && styles.open)} />
        <span className={styles.words}>{title}</span>
        {aside}
      </button>
      {open && <div className={styles.content}>{children}</div>}
    </section>
  );
}
