import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import styles from './ErrorNote.module.css';
import { remedyInWindow } from './window-remedies.ts';

export interface ErrorNoteProps {
  readonly level?: 'info' | 'warning' | 'error';
  /** What is wrong with what. */
  readonly message: string;
  /** What a person can do about it. */
  readonly remedy?: string | undefined;
  readonly children?: ReactNode;
}

const icons = { info: Info, warning: TriangleAlert, error: CircleAlert };

/** What went wrong, and what to do. */
export function ErrorNote({ level = 'error', message, remedy, children }: ErrorNoteProps) {
  const Icon = icons[level];
  const advice = remedyInWindow(remedy ?? '');
  return (
    <div className={classNames(styles.note, styles[level])} role={level === 'error' ? 'alert' : 'note'}>
      <Icon size={15} aria-hidden="true" className={styles.icon} />
      <div className={styles.words}>
        <p>{message}</p>
        {advice !== '' && <p className={styles.remedy}>{advice}</p>}
        {children}
      </div>
    </div>
  );
}
