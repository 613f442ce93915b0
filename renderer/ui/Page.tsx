import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from './Button.tsx';
import { classNames } from './class-names.ts';
import styles from './Page.module.css';

export interface PageProps {
  readonly title: string;
  /** Where the way back leads, in words. */
  readonly back: string;
  readonly onBack: () => void;
  /** `scrolls`: a column of text and cards; `fills`: as large as the window, with parts that scroll by themselves. */
  readonly layout?: 'scrolls' | 'fills';
  readonly children: ReactNode;
}

/** A page in the place of the workspace: the way back, what it is, and what is on it. */
export function Page({ title, back, onBack, layout = 'scrolls', children }: PageProps) {
  return (
    <main className={classNames(styles.page, styles[layout])}>
      <div className={styles.content}>
        <header className={styles.header}>
          <Button look="quiet" icon={<ArrowLeft size={15} aria-hidden="true" />} onClick={onBack}>
            {back}
          </Button>
          <h1 className={styles.title}>{title}</h1>
        </header>
        {children}
      </div>
    </main>
  );
}
